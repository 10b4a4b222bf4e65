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
