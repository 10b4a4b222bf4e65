-- What was edited last?
SELECT i.image_id, c.field, c.old, c.new, strftime('%Y-%m-%dT%H:%M:%SZ', c.seen_at / 1000, 'unixepoch') AS seen_at
  FROM image_change c
  JOIN image_info i ON i.image_key = c.image_key
 ORDER BY c.image_change_id DESC
 LIMIT 50;
