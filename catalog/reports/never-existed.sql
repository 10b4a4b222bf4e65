-- Which IDs were asked for that the cloud has never had?
SELECT i.image_id, (SELECT group_concat(source) FROM image_source s WHERE s.image_key = i.image_key) AS sources
  FROM tracked_image t
  JOIN image_info i ON i.image_key = t.image_key
 WHERE t.state = 'never_existed'
 ORDER BY i.image_id;
