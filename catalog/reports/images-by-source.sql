-- Who has asked for how many images to be watched?
SELECT source, count(*) AS images
  FROM image_source
 GROUP BY source
 ORDER BY images DESC, source;
