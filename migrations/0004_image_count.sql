-- How many images there are of each kind: kept by the triggers below in the transactions that change them, so that
-- nobody has to look at every image to count them. An unchanged answer writes nothing here.
CREATE TABLE image_count (
    account_key INTEGER NOT NULL REFERENCES account,
    state       TEXT    NOT NULL,                  -- as in tracked_image
    status      TEXT    NOT NULL,                  -- Uploading, Normal, UploadFail, other, or none
    images      INTEGER NOT NULL,
    PRIMARY KEY (account_key, state, status)
) WITHOUT ROWID, STRICT;

INSERT INTO image_count (account_key, state, status, images)
SELECT i.account_key, t.state,
       CASE WHEN i.status IN ('Uploading', 'Normal', 'UploadFail') THEN i.status WHEN i.status IS NULL THEN 'none' ELSE 'other' END,
       count(*)
  FROM tracked_image t
  JOIN image_info i ON i.image_key = t.image_key
 GROUP BY 1, 2, 3;

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
