-- How many calls does each day take?
SELECT a.name AS account, date(m.minute * 60, 'unixepoch') AS day, sum(m.calls) AS calls, sum(m.images) AS answers,
       sum(m.changes) AS changes, sum(m.errors) AS errors, sum(m.throttled) AS throttled
  FROM sync_minute m
  JOIN account a ON a.account_key = m.account_key
 GROUP BY a.account_key, day
 ORDER BY account, day;
