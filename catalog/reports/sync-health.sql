-- Does each account answer, and how well?
SELECT account, state, last_answer_at, calls, errors, throttled, last_error
  FROM sync_health
 ORDER BY account;
