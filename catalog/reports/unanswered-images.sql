-- Which images has the cloud not been asked about yet, or not answered?
SELECT i.image_id, strftime('%Y-%m-%dT%H:%M:%SZ', t.added_at / 1000, 'unixepoch') AS added_at
  FROM tracked_image t
  JOIN image_info i ON i.image_key = t.image_key
 WHERE t.state = 'pending'
 ORDER BY t.added_at, i.image_id
 LIMIT 100;
