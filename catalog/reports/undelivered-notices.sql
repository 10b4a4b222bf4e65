-- Who has not been told, and why?
SELECT channel, state, rule, incidents, attempts, last_error
  FROM undelivered_notice;
