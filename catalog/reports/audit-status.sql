-- What has the audit of the images said?
SELECT account, audit_status, count(*) AS images
  FROM image
 GROUP BY account, audit_status
 ORDER BY account, images DESC, audit_status;
