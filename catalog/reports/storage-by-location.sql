-- How much is stored where?
SELECT account, storage_location, count(*) AS images, sum(file_size) AS bytes
  FROM image
 GROUP BY account, storage_location
 ORDER BY bytes DESC, storage_location;
