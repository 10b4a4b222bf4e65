-- How many images does each category have, and how much room do they take?
SELECT cate_id, cate_name, count(*) AS images, sum(file_size) AS bytes
  FROM image
 GROUP BY cate_id, cate_name
 ORDER BY images DESC, cate_id;
