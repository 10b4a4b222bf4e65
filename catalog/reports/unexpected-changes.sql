-- Which images changed their status other than by the end of an upload?
SELECT i.image_id, c.from_status, c.to_status,
       strftime('%Y-%m-%dT%H:%M:%SZ', c.seen_at / 1000, 'unixepoch') AS seen_at, c.request_id
  FROM status_change c
  JOIN image_info i ON i.image_key = c.image_key
 WHERE c.expected = 0
 ORDER BY c.status_change_id;
