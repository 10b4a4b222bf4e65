-- Where do uploads fail most?
SELECT cate_name, count(*) AS images, sum(status = 'UploadFail') AS failed,
       round(100.0 * sum(status = 'UploadFail') / count(*), 1) AS percent
  FROM image
 GROUP BY cate_name
 ORDER BY percent DESC, cate_name;
