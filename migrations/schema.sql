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

-- What is or was wrong, from when to when. At most one is open for a rule and what it is about.
CREATE TABLE incident (
    incident_id    INTEGER PRIMARY KEY,
    rule           TEXT    NOT NULL,               -- upload_failed, account_down ...; docs/reporting.md lists them
    severity       TEXT    NOT NULL,               -- critical, warning, information
    account_key    INTEGER REFERENCES account,     -- NULL: about the daemon itself
    image_key      INTEGER REFERENCES image_info,  -- NULL: about the whole account
    opened_at      INTEGER NOT NULL,
    closed_at      INTEGER,                        -- NULL: open
    close_reason   TEXT,                           -- resolved, failed, gone, untracked, acknowledged, expired
    late           INTEGER NOT NULL,               -- 1: came true while the account gave no answers, learned afterwards
    silenced_until INTEGER,                        -- not told before
    reminded_at    INTEGER,                        -- when it was last told again
    detail         TEXT                            -- what this one is about, beyond its rule
) STRICT;

CREATE UNIQUE INDEX incident_open ON incident (rule, ifnull(account_key, 0), ifnull(image_key, 0)) WHERE closed_at IS NULL;
CREATE INDEX incident_open_image ON incident (image_key) WHERE closed_at IS NULL AND image_key IS NOT NULL;
CREATE INDEX incident_open_since ON incident (opened_at) WHERE closed_at IS NULL AND image_key IS NOT NULL;
CREATE INDEX incident_silenced ON incident (silenced_until) WHERE closed_at IS NULL AND silenced_until IS NOT NULL;
CREATE INDEX incident_open_other ON incident (opened_at) WHERE closed_at IS NULL AND image_key IS NULL;

-- The outbox: each row is one message that one channel is to be sent, about one or more incidents.
CREATE TABLE notice (
    notice_id       INTEGER PRIMARY KEY,
    channel         TEXT    NOT NULL,              -- its name in the settings
    kind            TEXT    NOT NULL,              -- firing, reminder, closed, or digest: some of each
    group_name      TEXT    NOT NULL,              -- what joins the message while it waits
    rule            TEXT,                          -- NULL in a digest
    account_key     INTEGER REFERENCES account,
    notice_key      TEXT    NOT NULL UNIQUE,       -- the same each time it is sent: tells who receives it of repeats
    state           TEXT    NOT NULL,              -- pending, delivered, dead (given up), superseded (over before it was sent)
    created_at      INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,              -- nothing joins it any more
    next_attempt_at INTEGER NOT NULL,
    attempts        INTEGER NOT NULL,              -- that failed
    last_error      TEXT,
    delivered_at    INTEGER,
    dead_at         INTEGER
) STRICT;

CREATE INDEX notice_due ON notice (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX notice_joinable ON notice (channel, group_name, due_at) WHERE state = 'pending';
CREATE INDEX notice_dead ON notice (dead_at) WHERE state = 'dead';

-- What a message is about.
CREATE TABLE notice_incident (
    notice_id   INTEGER NOT NULL REFERENCES notice,
    incident_id INTEGER NOT NULL REFERENCES incident,
    kind        TEXT    NOT NULL,                  -- firing, reminder, closed
    PRIMARY KEY (notice_id, incident_id, kind)
) WITHOUT ROWID, STRICT;

CREATE INDEX notice_incident_by_incident ON notice_incident (incident_id);

-- What is not to be told for a while. A column that is NULL stands for anything.
CREATE TABLE silence (
    silence_id       INTEGER PRIMARY KEY,
    rule             TEXT,
    account          TEXT,
    image_id         TEXT,
    category         TEXT,
    tag              TEXT,
    storage_location TEXT,
    starts_at        INTEGER NOT NULL,
    ends_at          INTEGER NOT NULL,
    comment          TEXT    NOT NULL              -- who, and why
) STRICT;

-- How uploads ended in each minute, per account; only minutes in which one did.
CREATE TABLE upload_minute (
    account_key INTEGER NOT NULL REFERENCES account,
    minute      INTEGER NOT NULL,                  -- UTC, minutes since 1970
    completed   INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    stuck       INTEGER NOT NULL,                  -- became overdue
    PRIMARY KEY (account_key, minute)
) WITHOUT ROWID, STRICT;

-- Lists of IDs that are being taken in: what their images were in at first sight is told in one summary, when all
-- have been answered. A row goes when its summary is made.
CREATE TABLE image_load (
    account_key INTEGER NOT NULL REFERENCES account,
    added_at    INTEGER NOT NULL,                  -- tracked_image.added_at of its images
    source      TEXT    NOT NULL,
    images      INTEGER NOT NULL,
    failed      INTEGER NOT NULL,                  -- of the old ones, at first sight
    stuck       INTEGER NOT NULL,
    PRIMARY KEY (account_key, added_at)
) WITHOUT ROWID, STRICT;

CREATE INDEX tracked_image_pending ON tracked_image (added_at) WHERE state = 'pending';

-- What views need to know of the settings; written at each start.
CREATE TABLE reporting_setting (
    name  TEXT PRIMARY KEY,                        -- stuck_after_ms
    value INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

-- How many images there are of each kind: kept by the triggers below in the transactions that change them, so that
-- nobody has to look at every image to count them. An unchanged answer writes nothing here.
CREATE TABLE image_count (
    account_key INTEGER NOT NULL REFERENCES account,
    state       TEXT    NOT NULL,                  -- as in tracked_image
    status      TEXT    NOT NULL,                  -- Uploading, Normal, UploadFail, other, or none
    images      INTEGER NOT NULL,
    PRIMARY KEY (account_key, state, status)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER image_count_tracked AFTER INSERT ON tracked_image BEGIN
    INSERT INTO image_count (account_key, state, status, images)
    SELECT account_key, NEW.state,
           CASE WHEN status IN ('Uploading', 'Normal', 'UploadFail') THEN status WHEN status IS NULL THEN 'none' ELSE 'other' END, 1
      FROM image_info WHERE image_key = NEW.image_key
    ON CONFLICT DO UPDATE SET images = images + 1;
END;

CREATE TRIGGER image_count_state AFTER UPDATE OF state ON tracked_image WHEN OLD.state <> NEW.state BEGIN
    INSERT INTO image_count (account_key, state, status, images)
    SELECT account_key, NEW.state,
           CASE WHEN status IN ('Uploading', 'Normal', 'UploadFail') THEN status WHEN status IS NULL THEN 'none' ELSE 'other' END, 1
      FROM image_info WHERE image_key = NEW.image_key
    ON CONFLICT DO UPDATE SET images = images + 1;
    INSERT INTO image_count (account_key, state, status, images)
    SELECT account_key, OLD.state,
           CASE WHEN status IN ('Uploading', 'Normal', 'UploadFail') THEN status WHEN status IS NULL THEN 'none' ELSE 'other' END, -1
      FROM image_info WHERE image_key = NEW.image_key
    ON CONFLICT DO UPDATE SET images = images - 1;
END;

CREATE TRIGGER image_count_status AFTER UPDATE OF status ON image_info WHEN OLD.status IS NOT NEW.status BEGIN
    INSERT INTO image_count (account_key, state, status, images)
    SELECT NEW.account_key, state,
           CASE WHEN NEW.status IN ('Uploading', 'Normal', 'UploadFail') THEN NEW.status
                WHEN NEW.status IS NULL THEN 'none' ELSE 'other' END, 1
      FROM tracked_image WHERE image_key = NEW.image_key
    ON CONFLICT DO UPDATE SET images = images + 1;
    INSERT INTO image_count (account_key, state, status, images)
    SELECT NEW.account_key, state,
           CASE WHEN OLD.status IN ('Uploading', 'Normal', 'UploadFail') THEN OLD.status
                WHEN OLD.status IS NULL THEN 'none' ELSE 'other' END, -1
      FROM tracked_image WHERE image_key = NEW.image_key
    ON CONFLICT DO UPDATE SET images = images - 1;
END;

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

-- What is wrong now, the most severe first.
CREATE VIEW open_incident AS
SELECT n.incident_id, n.rule, n.severity, a.name AS account, i.image_id, i.title,
       strftime('%Y-%m-%dT%H:%M:%fZ', n.opened_at / 1000.0, 'unixepoch') AS opened_at, n.late, n.detail,
       strftime('%Y-%m-%dT%H:%M:%fZ', n.silenced_until / 1000.0, 'unixepoch') AS silenced_until,
       (SELECT group_concat(DISTINCT m.channel)
          FROM notice_incident ni
          JOIN notice m ON m.notice_id = ni.notice_id AND m.state = 'delivered'
         WHERE ni.incident_id = n.incident_id AND ni.kind = 'firing') AS told
  FROM incident n
  LEFT JOIN account a ON a.account_key = n.account_key
  LEFT JOIN image_info i ON i.image_key = n.image_key
 WHERE n.closed_at IS NULL
 ORDER BY CASE n.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, n.opened_at, n.incident_id;

-- Messages that have not been delivered, and why; what was given up first.
CREATE VIEW undelivered_notice AS
SELECT m.channel,
       CASE WHEN m.state = 'dead' THEN 'given up' WHEN m.attempts > 0 THEN 'failing' ELSE 'waiting' END AS state,
       m.kind, m.rule, a.name AS account,
       (SELECT count(*) FROM notice_incident ni WHERE ni.notice_id = m.notice_id) AS incidents,
       strftime('%Y-%m-%dT%H:%M:%fZ', m.created_at / 1000.0, 'unixepoch') AS created_at,
       m.attempts, m.last_error,
       CASE WHEN m.state = 'pending' THEN strftime('%Y-%m-%dT%H:%M:%fZ', m.next_attempt_at / 1000.0, 'unixepoch') END
           AS next_attempt_at,
       strftime('%Y-%m-%dT%H:%M:%fZ', m.dead_at / 1000.0, 'unixepoch') AS given_up_at,
       CASE WHEN m.state = 'dead'
            THEN 'It will not be sent any more: ' || ifnull(m.last_error, 'no reason is known')
                 || '. Mend the channel ' || m.channel || ' in the settings; later messages use it as it is then.'
            WHEN m.attempts > 0
            THEN 'The last attempt failed: ' || ifnull(m.last_error, 'no reason is known')
                 || '. It is tried again by itself for three days; see to the channel ' || m.channel || '.'
            ELSE 'It waits for others that belong to the same message, and is sent then.' END AS explanation,
       m.notice_id, m.notice_key
  FROM notice m
  LEFT JOIN account a ON a.account_key = m.account_key
 WHERE m.state IN ('pending', 'dead')
 ORDER BY m.state = 'pending', m.created_at, m.notice_id;

-- Uploads that take longer than alerts.stuck_after. alerted_at is the answer that first said so of an image being
-- watched: none for those that were so before, and while the account gives no answers.
CREATE VIEW stuck_upload AS
SELECT a.name AS account, i.image_id, i.title, i.cate_name, i.tags, i.creation_time, i.storage_location,
       round((strftime('%s', 'now') - ifnull(i.created_at, i.first_seen_at) / 1000) / 3600.0, 1) AS hours,
       (SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(n.opened_at) / 1000.0, 'unixepoch') FROM incident n
         WHERE n.image_key = i.image_key AND n.rule = 'upload_stuck' AND n.closed_at IS NULL) AS alerted_at,
       a.state AS account_state
  FROM image_info i
  JOIN account a ON a.account_key = i.account_key
 WHERE i.status = 'Uploading' AND i.gone_at IS NULL
   AND ifnull(i.created_at, i.first_seen_at) <= strftime('%s', 'now') * 1000
       - (SELECT value FROM reporting_setting WHERE name = 'stuck_after_ms');

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
