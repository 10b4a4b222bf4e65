-- What is edited, and how often?
SELECT field, count(*) AS edits, count(DISTINCT image_key) AS images
  FROM image_change
 GROUP BY field
 ORDER BY edits DESC, field;
