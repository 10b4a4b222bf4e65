-- The analyst's contract: each view answers a question of docs/reporting.md. Times are ISO text in UTC.

-- Every image the cloud has told us about and still has, with its source file.
CREATE VIEW image AS
SELECT a.name AS account, i.image_id, i.status, i.title, i.description, i.tags, i.cate_id, i.cate_name, i.image_type,
       i.creation_time, i.storage_location, i.app_id, i.region_id, i.audit_status, i.url, i.url_signed,
       m.original_file_name, m.width, m.height, m.file_size, m.file_url, m.file_url_signed,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.first_seen_at / 1000.0, 'unixepoch') AS first_seen_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', i.last_changed_at / 1000.0, 'unixepoch') AS last_changed_at
  FROM image_info i
  JOIN account a ON a.account_key = i.account_key
  LEFT JOIN mezzanine m ON m.image_key = i.image_key
 WHERE i.first_seen_at IS NOT NULL AND i.gone_at IS NULL;

-- How many images each account has in each status. An image that has not been answered yet counts as pending, one that
-- the cloud no longer has as gone.
CREATE VIEW status_summary AS
SELECT a.name AS account,
       CASE WHEN i.gone_at IS NOT NULL THEN 'gone' WHEN i.first_seen_at IS NULL THEN 'pending'
            ELSE ifnull(i.status, 'none') END AS status,
       count(*) AS images
  FROM image_info i
  JOIN account a ON a.account_key = i.account_key
 GROUP BY 1, 2;

-- Uploads that failed and are still there, with the moment at which that was first seen.
CREATE VIEW failed_upload AS
SELECT a.name AS account, i.image_id, i.title, i.cate_name, i.tags, i.creation_time, i.storage_location,
       (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(c.seen_at) / 1000.0, 'unixepoch') FROM status_change c
         WHERE c.image_key = i.image_key AND c.to_status = 'UploadFail') AS failed_seen_at
  FROM image_info i
  JOIN account a ON a.account_key = i.account_key
 WHERE i.status = 'UploadFail' AND i.gone_at IS NULL;

-- How long uploads took, of images that were seen Uploading: an interval, since who polls knows only that the end came
-- between two answers.
CREATE VIEW upload_duration AS
SELECT a.name AS account, i.image_id, c.to_status AS outcome, i.creation_time,
       max(c.last_seen_at - i.created_at, 0) / 1000.0 AS seconds_min,
       max(c.seen_at - i.created_at, 0) / 1000.0 AS seconds_max
  FROM status_change c
  JOIN image_info i ON i.image_key = c.image_key
  JOIN account a ON a.account_key = i.account_key
 WHERE c.from_status = 'Uploading' AND c.to_status IN ('Normal', 'UploadFail') AND i.created_at IS NOT NULL;
