-- Which images are Normal, and lack a source file or its size?
SELECT image_id, title, creation_time
  FROM image
 WHERE status = 'Normal' AND (file_url IS NULL OR ifnull(file_size, 0) = 0)
 ORDER BY creation_time, image_id;
