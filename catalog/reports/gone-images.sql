-- Which images have been deleted in the cloud?
SELECT i.image_id, i.title, i.creation_time,
       strftime('%Y-%m-%dT%H:%M:%SZ', i.gone_at / 1000, 'unixepoch') AS gone_at
  FROM image_info i
 WHERE i.gone_at IS NOT NULL
 ORDER BY i.gone_at, i.image_id;
