-- Which images have the largest source files?
SELECT image_id, title, width, height, file_size
  FROM image
 WHERE file_size IS NOT NULL
 ORDER BY file_size DESC, image_id
 LIMIT 20;
