-- Which tags are used most?
SELECT t.tag, count(*) AS images
  FROM image_tag t
  JOIN image_info i ON i.image_key = t.image_key
 WHERE i.gone_at IS NULL
 GROUP BY t.tag
 ORDER BY images DESC, t.tag;
