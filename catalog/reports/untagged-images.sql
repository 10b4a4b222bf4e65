-- Which images have neither tag nor category?
SELECT image_id, title, creation_time
  FROM image
 WHERE tags IS NULL AND cate_id IS NULL
 ORDER BY creation_time, image_id;
