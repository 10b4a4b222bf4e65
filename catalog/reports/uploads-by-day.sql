-- How did the uploads of each day end?
SELECT account, day, completed, failed, stuck, failed_percent
  FROM upload_day
 ORDER BY account, day;
