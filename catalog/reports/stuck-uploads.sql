-- Which uploads do not end?
SELECT image_id, title, creation_time, account_state
  FROM stuck_upload
 ORDER BY creation_time, image_id;
