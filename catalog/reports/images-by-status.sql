-- How many images are in which state?
SELECT account, status, images
  FROM status_summary
 ORDER BY account, images DESC, status;
