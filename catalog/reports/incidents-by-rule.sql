-- What has been wrong, how often, and for how long?
SELECT rule, count(*) AS incidents, sum(closed_at IS NULL) AS open,
       round(avg((closed_at - opened_at) / 60000.0), 1) AS average_minutes,
       round(max((closed_at - opened_at) / 60000.0), 1) AS longest_minutes
  FROM incident
 GROUP BY rule
 ORDER BY incidents DESC, rule;
