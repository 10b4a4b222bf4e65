-- How much do the types of images take, on average and in all?
SELECT image_type, count(*) AS images, round(avg(file_size)) AS average_bytes, sum(file_size) AS bytes
  FROM image
 GROUP BY image_type
 ORDER BY bytes DESC, image_type;
