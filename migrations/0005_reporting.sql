-- How uploads ended, by the day, and whether the accounts answer.

-- Days are those of reporting.utc_offset in the settings.
CREATE VIEW upload_day AS
SELECT a.name AS account,
       date(m.minute * 60 + ifnull((SELECT value FROM reporting_setting WHERE name = 'utc_offset_ms'), 0) / 1000,
            'unixepoch') AS day,
       sum(m.completed) AS completed, sum(m.failed) AS failed, sum(m.stuck) AS stuck,
       round(100.0 * sum(m.failed) / nullif(sum(m.completed + m.failed), 0), 1) AS failed_percent
  FROM upload_minute m
  JOIN account a ON a.account_key = m.account_key
 GROUP BY a.account_key, day;

-- The same, in days of UTC.
CREATE VIEW upload_day_utc AS
SELECT a.name AS account, date(m.minute * 60, 'unixepoch') AS day,
       sum(m.completed) AS completed, sum(m.failed) AS failed, sum(m.stuck) AS stuck,
       round(100.0 * sum(m.failed) / nullif(sum(m.completed + m.failed), 0), 1) AS failed_percent
  FROM upload_minute m
  JOIN account a ON a.account_key = m.account_key
 GROUP BY a.account_key, day;

-- What became of the calls of the last hour that the catalog knows of.
CREATE VIEW sync_health AS
SELECT a.name AS account, a.state, strftime('%Y-%m-%dT%H:%M:%SZ', a.state_since / 1000, 'unixepoch') AS state_since,
       (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', s.minute * 60, 'unixepoch') FROM sync_minute s
         WHERE s.account_key = a.account_key AND s.images > 0 ORDER BY s.minute DESC LIMIT 1) AS last_answer_at,
       ifnull(sum(m.calls), 0) AS calls, ifnull(sum(m.images), 0) AS answers, ifnull(sum(m.changes), 0) AS changes,
       ifnull(sum(m.errors), 0) AS errors, ifnull(sum(m.throttled), 0) AS throttled, a.last_error
  FROM account a
  LEFT JOIN sync_minute m ON m.account_key = a.account_key
   AND m.minute > (SELECT max(n.minute) FROM sync_minute n WHERE n.account_key = a.account_key) - 60
 WHERE a.state <> 'removed'
 GROUP BY a.account_key;

DROP VIEW status_summary;

-- How many images each account has in each status. An image that has not been answered yet counts as pending, one that
-- the cloud no longer has as gone, an ID that it never had as never_existed; a status that is not known to this build
-- as other.
CREATE VIEW status_summary AS
SELECT a.name AS account,
       CASE WHEN c.state IN ('pending', 'gone', 'never_existed') THEN c.state ELSE c.status END AS status,
       sum(c.images) AS images
  FROM image_count c
  JOIN account a ON a.account_key = c.account_key
 GROUP BY 1, 2
HAVING sum(c.images) > 0;
