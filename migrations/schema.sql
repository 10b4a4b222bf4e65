-- The whole schema, for readers: what all migrations together make. A test keeps it equal to them.

-- Which clouds we ask. One row per `accounts` entry of the settings; a removed entry keeps its row.
CREATE TABLE account (
    account_key INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    region      TEXT    NOT NULL,
    endpoint    TEXT    NOT NULL,
    state       TEXT    NOT NULL,                  -- unknown, up, down, removed
    state_since INTEGER NOT NULL,                  -- UTC, milliseconds since 1970, as every _at column
    last_error  TEXT                               -- why it is down; NULL while up
) STRICT;

-- Every image we have been told to watch, with what the cloud last said about it. Small columns first and
-- URLs last, so that a poll reads one page. A row without first_seen_at has not been answered yet.
-- The URLs are stored without their signatures; url_signed tells that there was one.
CREATE TABLE image_info (
    image_key        INTEGER PRIMARY KEY,
    account_key      INTEGER NOT NULL REFERENCES account,
    image_id         TEXT    NOT NULL UNIQUE,
    status           TEXT,                         -- Uploading, Normal, UploadFail, or what else the cloud says
    created_at       INTEGER,                      -- creation_time, understood
    first_seen_at    INTEGER,                      -- first answer that had the image
    last_changed_at  INTEGER,                      -- last answer that differed from the one before
    gone_at          INTEGER,                      -- when it was confirmed that the cloud no longer has it
    url_signed       INTEGER,
    cate_id          INTEGER,
    image_type       TEXT,
    creation_time    TEXT,                         -- the cloud's own text
    app_id           TEXT,
    region_id        TEXT,
    audit_status     TEXT,
    request_id       TEXT,                         -- of the answer that last changed this row
    cate_name        TEXT,
    storage_location TEXT,
    title            TEXT,
    tags             TEXT,
    description      TEXT,
    extra            TEXT,                         -- JSON: members of the answer that have no column
    url              TEXT
) STRICT;

CREATE INDEX image_info_uploading ON image_info (created_at) WHERE status = 'Uploading';
CREATE INDEX image_info_upload_fail ON image_info (created_at) WHERE status = 'UploadFail';

-- The source file of an image. No row: the cloud sent no Mezzanine.
CREATE TABLE mezzanine (
    image_key          INTEGER PRIMARY KEY REFERENCES image_info,
    width              INTEGER,
    height             INTEGER,
    file_size          INTEGER,
    file_url_signed    INTEGER,
    original_file_name TEXT,
    extra              TEXT,
    file_url           TEXT
) STRICT;

-- image_info.tags, one row a tag.
CREATE TABLE image_tag (
    image_key INTEGER NOT NULL REFERENCES image_info,
    tag       TEXT    NOT NULL,
    PRIMARY KEY (image_key, tag)
) WITHOUT ROWID, STRICT;

CREATE INDEX image_tag_by_tag ON image_tag (tag);

-- Who wants an image watched. It is watched until the last of them lets go.
CREATE TABLE image_source (
    image_key INTEGER NOT NULL REFERENCES image_info,
    source    TEXT    NOT NULL,                    -- settings, file, command, track_endpoint, discovery, callback
    added_at  INTEGER NOT NULL,
    PRIMARY KEY (image_key, source)
) WITHOUT ROWID, STRICT;

-- In what state the watching is. An unchanged answer does not write here.
CREATE TABLE tracked_image (
    image_key  INTEGER PRIMARY KEY REFERENCES image_info,
    state      TEXT    NOT NULL,                   -- pending, tracked, suspect, gone, never_existed, quarantined, untracked
    generation INTEGER NOT NULL,                   -- of its one valid poll_queue row; any other is void
    added_at   INTEGER NOT NULL,
    since      INTEGER NOT NULL                    -- when it entered that state
) STRICT;

CREATE INDEX tracked_image_suspect ON tracked_image (since) WHERE state = 'suspect';

-- When each image is next asked for; the schedule's only home. Narrow on purpose: an unchanged answer
-- moves one row and touches nothing else.
CREATE TABLE poll_queue (
    account_key      INTEGER NOT NULL,
    tier             INTEGER NOT NULL,             -- 0 hot, 1 warm, 2 cold
    due_at           INTEGER NOT NULL,
    image_key        INTEGER NOT NULL,
    generation       INTEGER NOT NULL,
    last_answered_at INTEGER,
    content_hash     INTEGER,
    PRIMARY KEY (account_key, tier, due_at, image_key)
) WITHOUT ROWID, STRICT;

-- The last moment of the schedule's own time, in which due_at is told: from it a start learns that the wall
-- clock was set back meanwhile. One row; written once a minute.
CREATE TABLE poll_clock (
    poll_clock_id INTEGER PRIMARY KEY CHECK (poll_clock_id = 1),
    schedule_at   INTEGER NOT NULL
) STRICT;

-- Every change of Status, once. from_status is NULL at first sight. The change happened between
-- last_seen_at (the old status was last answered) and seen_at (the new one was first answered).
CREATE TABLE status_change (
    status_change_id INTEGER PRIMARY KEY,
    image_key        INTEGER NOT NULL REFERENCES image_info,
    from_status      TEXT,
    to_status        TEXT    NOT NULL,
    last_seen_at     INTEGER,
    seen_at          INTEGER NOT NULL,
    expected         INTEGER NOT NULL,             -- 1: first sight or the end of an upload; 0: anything else
    request_id       TEXT
) STRICT;

CREATE INDEX status_change_by_image ON status_change (image_key);

-- Every change of another member. What the end of an upload fills in for the first time is not one.
CREATE TABLE image_change (
    image_change_id INTEGER PRIMARY KEY,
    image_key       INTEGER NOT NULL REFERENCES image_info,
    field           TEXT    NOT NULL,              -- the column, or mezzanine.COLUMN
    old             TEXT,
    new             TEXT,
    seen_at         INTEGER NOT NULL,
    request_id      TEXT
) STRICT;

CREATE INDEX image_change_by_image ON image_change (image_key);

-- What was done in each minute, per account.
CREATE TABLE sync_minute (
    account_key INTEGER NOT NULL REFERENCES account,
    minute      INTEGER NOT NULL,                  -- UTC, minutes since 1970
    calls       INTEGER NOT NULL,
    images      INTEGER NOT NULL,                  -- answers recorded, unchanged ones included
    changes     INTEGER NOT NULL,                  -- status changes
    errors      INTEGER NOT NULL,                  -- calls without an answer, throttled ones not included
    throttled   INTEGER NOT NULL,
    PRIMARY KEY (account_key, minute)
) WITHOUT ROWID, STRICT;

-- Which migrations have made this schema, kept by the program itself.
CREATE TABLE schema_migration (
    version    INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    checksum   TEXT    NOT NULL,                   -- SHA-256 of the migration
    applied_at INTEGER NOT NULL
) STRICT;
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
