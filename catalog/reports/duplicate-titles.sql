-- Which titles are there more than once?
SELECT title, count(*) AS images, min(image_id) AS first_id, max(image_id) AS last_id
  FROM image
 WHERE title IS NOT NULL
 GROUP BY title
HAVING count(*) > 1
 ORDER BY images DESC, title;
