-- What does the cloud say of images that has no column yet?
SELECT e.key AS member, count(*) AS images, min(e.value) AS for_example
  FROM image_info i, json_each(i.extra) e
 WHERE i.extra IS NOT NULL
 GROUP BY e.key
 ORDER BY images DESC, member;
