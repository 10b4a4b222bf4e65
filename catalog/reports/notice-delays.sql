-- How long do messages take to reach each channel?
SELECT channel, count(*) AS delivered, round(avg(delivered_at - created_at) / 1000.0, 1) AS average_seconds,
       round(max(delivered_at - created_at) / 1000.0, 1) AS longest_seconds
  FROM notice
 WHERE state = 'delivered'
 GROUP BY channel
 ORDER BY channel;
