-- Which source files may have been uploaded twice: the same name and size?
SELECT original_file_name, file_size, count(*) AS images, group_concat(image_id) AS image_ids
  FROM (SELECT original_file_name, file_size, image_id FROM image ORDER BY image_id)
 WHERE original_file_name IS NOT NULL AND file_size IS NOT NULL
 GROUP BY original_file_name, file_size
HAVING count(*) > 1
 ORDER BY images DESC, original_file_name;
