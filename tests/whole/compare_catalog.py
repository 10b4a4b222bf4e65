#!/usr/bin/env python3
"""Compares a catalog with what the simulator served and with its truth.

    compare_catalog.py --catalog FILE --control URL [--account NAME]... [--kills FILE] [--settled-before MS]

Checks, a line each: the status_change rows of every image are the consecutive distinct statuses of the whole,
well-formed answers it was served; every row equals the cloud's truth, none is lost or doubled; no signature is
stored; with --settled-before, every image that changed before that moment (UTC ms) has its change.
--account: of the simulator's accounts, those whose images are in the catalog; main by default.
--kills: a file with the moments (UTC ms, one a line) at which the daemon was killed. A status may then be missing if
it was served only in answers that were in flight at a kill, and none of their RequestIds is in the catalog.
Exit status 0: all equal.
"""
import argparse
import datetime
import json
import sqlite3
import sys
import urllib.request

IN_FLIGHT_MS = 3000  # An answer is recorded this long after it was sent, or its process was dying.
SHOWN = 10
COLUMNS = ["status", "title", "description", "tags", "cate_id", "cate_name", "image_type", "creation_time",
           "storage_location", "app_id", "region_id", "audit_status", "url"]
MEZZANINE = ["original_file_name", "width", "height", "file_size", "file_url"]
SIGNS = ["auth_key=", "Signature=", "OSSAccessKeyId=", "security-token="]


def fetch(control, path):
    with urllib.request.urlopen(control + path, timeout=30) as answer:
        return json.load(answer)


def answers_of(run):
    return [tuple(answer) for answer in run["first"] + run["last"]]


def in_flight_at_a_kill(run, kills):
    """True if every answer of the run was sent shortly before a kill. A run with more answers than are kept is not."""
    known = answers_of(run)
    return len(known) >= run["answers"] and all(
        any(sent <= kill <= sent + IN_FLIGHT_MS for kill in kills) for _, sent in known)


def compare_history(changes, runs, kills, recorded_ids):
    """The differences between an image's status_change rows [(from, to, request_id)] and the runs it was served."""
    differences = []
    last = None
    for position, (before, _, _) in enumerate(changes):
        if before != last:
            differences.append(f"change {position} is from {before}, but the status was {last}")
        last = changes[position][1]
    at = 0
    shown = None
    for run in runs:
        ids = {request_id for request_id, _ in answers_of(run)}
        if at < len(changes) and changes[at][1] == run["status"] and run["status"] != shown and (
                changes[at][2] in ids or run["answers"] > len(ids)):
            shown = run["status"]
            at += 1
        elif run["status"] == shown:
            continue  # What was between was lost with a kill.
        elif not (in_flight_at_a_kill(run, kills) and not ids & recorded_ids):
            differences.append(f"served as {run['status']} from {run['from']}, which is not recorded")
    for _, status, request_id in changes[at:]:
        differences.append(f"recorded as {status} by {request_id}, which was not served")
    return differences


def compare_columns(row, truth, columns, flag):
    """The differences of one row: plain columns, what is kept as JSON whatever its order, and the flag of a signature."""
    differences = [f"{column} is {row[column]!r}, but in the cloud {truth[column]!r}"
                   for column in columns if row[column] != truth[column]]
    extra = None if row["extra"] is None else json.loads(row["extra"])
    if extra != truth["extra"]:
        differences.append(f"extra is {extra}, but in the cloud {truth['extra']}")
    if bool(row[flag]) != truth[flag]:
        differences.append(f"{flag} is {row[flag]}, but in the cloud {truth[flag]}")
    return differences


def compare_image(row, mezzanine, tags, truth):
    """The differences between an image's rows and the cloud's truth about it."""
    differences = compare_columns(row, truth, COLUMNS, "url_signed")
    wanted = truth["mezzanine"]
    if (mezzanine is None) != (wanted is None):
        differences.append(f"mezzanine is {mezzanine}, but in the cloud {wanted}")
    elif wanted is not None:
        differences += [f"mezzanine: {difference}"
                        for difference in compare_columns(mezzanine, wanted, MEZZANINE, "file_url_signed")]
    if sorted(tags) != sorted(truth["image_tag"]):
        differences.append(f"the tags are {tags}, but in the cloud {truth['image_tag']}")
    if row["created_at"] != created_at(truth["creation_time"]):
        differences.append(f"created_at is {row['created_at']}, but in the cloud {truth['creation_time']}")
    return differences


def created_at(text):
    if text is None:
        return None
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z").timestamp() * 1000)


class Report:
    def __init__(self):
        self.good = True

    def line(self, what, count, differences):
        verdict = "equal" if not differences else f"{len(differences)} DIFFERENCES"
        print(f"{what}: {count} checked, {verdict}")
        for difference in differences[:SHOWN]:
            print(f"    {difference}")
        self.good = self.good and not differences


def rows_of(database, sql):
    database.row_factory = sqlite3.Row
    return [dict(row) for row in database.execute(sql)]


def check_histories(database, served, kills, report):
    changes = {}
    for row in rows_of(database, "SELECT image_id, from_status, to_status, c.request_id AS request_id FROM status_change c "
                                 "JOIN image_info i ON i.image_key = c.image_key ORDER BY status_change_id"):
        changes.setdefault(row["image_id"], []).append((row["from_status"], row["to_status"], row["request_id"]))
    recorded_ids = {row["request_id"] for table in ("status_change", "image_change", "image_info")
                    for row in rows_of(database, f"SELECT request_id FROM {table}")}
    runs = {image["image_id"]: image["runs"] for image in served["images"]}
    differences = [f"{image_id}: {difference}" for image_id in sorted(set(runs) | set(changes))
                   for difference in compare_history(changes.get(image_id, []), runs.get(image_id, []), kills, recorded_ids)]
    report.line("status changes", sum(map(len, changes.values())), differences)


def check_rows(database, truth, served, report):
    images = rows_of(database, "SELECT * FROM image_info")
    by_id = {row["image_id"]: row for row in images}
    mezzanines = {row["image_key"]: row for row in rows_of(database, "SELECT * FROM mezzanine")}
    tags = {}
    for row in rows_of(database, "SELECT image_key, tag FROM image_tag"):
        tags.setdefault(row["image_key"], []).append(row["tag"])
    differences = [] if len(by_id) == len(images) else ["an image has two rows"]
    there = [image for image in truth["images"] if image["exists"]]
    for image in there:
        row = by_id.get(image["image_id"])
        if row is None:
            differences.append(f"{image['image_id']}: no row")
            continue
        found = compare_image(row, mezzanines.get(row["image_key"]), tags.get(row["image_key"], []), image)
        differences += [f"{image['image_id']}: {difference}" for difference in found]
    ever = {image["image_id"] for image in truth["images"]}
    differences += [f"{image_id}: seen, but the cloud never had it"
                    for image_id, row in by_id.items() if row["first_seen_at"] is not None and image_id not in ever]
    lost = {image["image_id"] for image in served["images"] if image["runs"]} - set(by_id)
    differences += [f"{image_id}: served, and no row" for image_id in sorted(lost)]
    orphans = set(mezzanines) - {row["image_key"] for row in images}
    differences += [f"mezzanine {key}: of no image" for key in sorted(orphans)]
    report.line("rows", len(there), differences)


def check_queue(database, report):
    """An image that is watched is queued once, by the row of its generation; another one not at all."""
    rows = rows_of(database, "SELECT image_key, state, (SELECT count(*) FROM poll_queue q WHERE q.image_key = t.image_key "
                             "AND q.generation = t.generation) AS queued FROM tracked_image t")
    report.line("places in the queue", len(rows),
                [f"image {row['image_key']}, {row['state']}, is queued {row['queued']} times" for row in rows
                 if row["queued"] != (row["state"] != "untracked")])


def check_secrets(database, report):
    differences, count = [], 0
    for table in [row["name"] for row in rows_of(database, "SELECT name FROM sqlite_schema WHERE type = 'table'")]:
        for row in rows_of(database, f"SELECT * FROM {table}"):
            for column, value in row.items():
                count += 1
                if isinstance(value, str) and any(sign in value for sign in SIGNS):
                    differences.append(f"{table}.{column} holds a signature")
    report.line("values without a signature", count, differences)


def check_settled(database, truth, before, report):
    last = {row["image_id"]: row["to_status"] for row in rows_of(
        database, "SELECT image_id, to_status FROM status_change JOIN image_info USING (image_key) "
                  "ORDER BY status_change_id")}
    old = [image for image in truth["images"]
           if image["exists"] and image["status"] is not None and image["status_changed_at"] <= before]
    report.line("changes older than that", len(old),
                [f"{image['image_id']} was last recorded as {last.get(image['image_id'])}, but in the cloud it is "
                 f"{image['status']}" for image in old if last.get(image["image_id"]) != image["status"]])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", required=True)
    parser.add_argument("--control", required=True)
    parser.add_argument("--account", action="append")
    parser.add_argument("--kills")
    parser.add_argument("--settled-before", type=int)
    options = parser.parse_args()
    kills = []
    if options.kills:
        with open(options.kills, encoding="ascii") as file:
            kills = [int(line) for line in file if line.strip()]
    database = sqlite3.connect(f"file:{options.catalog}?mode=ro", uri=True)
    truths = [fetch(options.control, f"/truth?account={name}") for name in options.account or ["main"]]
    truth, served = {"images": sum((each["images"] for each in truths), [])}, fetch(options.control, "/served")
    report = Report()
    check_histories(database, served, kills, report)
    check_rows(database, truth, served, report)
    check_queue(database, report)
    check_secrets(database, report)
    if options.settled_before is not None:
        check_settled(database, truth, options.settled_before, report)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
