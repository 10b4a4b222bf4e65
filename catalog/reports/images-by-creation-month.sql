-- How many images were created in each month?
SELECT account, substr(creation_time, 1, 7) AS month, count(*) AS images, sum(status = 'UploadFail') AS failed
  FROM image
 GROUP BY account, month
 ORDER BY account, month;
