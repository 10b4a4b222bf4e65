-- How long do uploads take?
SELECT account, outcome, count(*) AS uploads, round(avg(seconds_min), 1) AS at_least,
       round(avg(seconds_max), 1) AS at_most, max(seconds_max) AS longest
  FROM upload_duration
 GROUP BY account, outcome
 ORDER BY account, outcome;
