-- What is wrong now?
SELECT severity, rule, account, image_id, opened_at, told
  FROM open_incident;
