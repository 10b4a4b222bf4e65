-- Which uploads took longest?
SELECT image_id, outcome, creation_time, seconds_min, seconds_max
  FROM upload_duration
 ORDER BY seconds_min DESC, image_id
 LIMIT 20;
