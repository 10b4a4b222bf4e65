-- Which uploads have failed, and have to be done again?
SELECT image_id, title, creation_time, failed_seen_at
  FROM failed_upload
 ORDER BY failed_seen_at, image_id;
