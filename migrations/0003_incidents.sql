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

INSERT INTO reporting_setting (name, value) VALUES ('stuck_after_ms', 3600000);

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
