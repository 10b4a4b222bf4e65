#!/usr/bin/env python3
"""Checks what a receiver was told against the catalog.

    check_notices.py --catalog FILE --channel NAME --receipts FILE --kills FILE [--outage FROM TO]

--receipts: what receiver.py wrote. --kills: a JSON line for each kill: when (UTC ms) and which keys the catalog had
ticked off then. --outage: from when to when (UTC ms) the cloud gave no answer.
Checks, a line each:
- every incident's begin and, if it is closed, end have arrived; where the begin has not, the end says so;
- no begin arrives after the end of the same incident;
- a repeat has the key of a message that was received and not ticked off, and each line of an incident one key;
- no incident of an image was closed but with the answer that ended it, and none in the outage.
Exit status 0: all is so.
"""
import argparse
import collections
import json
import sqlite3
import sys

SHOWN = 10
TAKEN = "take"


def lines_of(receipts):
    """{incident: [(receipt, kind, told)]}, in order."""
    lines = collections.defaultdict(list)
    for receipt in receipts:
        for incident, kind, told in receipt["items"]:
            lines[incident].append((receipt, kind, told))
    return lines


def arrivals(incidents, receipts):
    """incidents: {ID: closed or not}"""
    lines = lines_of(receipts)
    for receipt in receipts:
        if len(receipt["items"]) != receipt["incidents"]:
            yield f"{receipt['key']} lists {len(receipt['items'])} of {receipt['incidents']} incidents"
    for incident, closed in incidents.items():
        taken = [(kind, told) for receipt, kind, told in lines[incident] if receipt["way"] == TAKEN]
        begun = any(kind == "firing" for kind, _ in taken)
        ends = [told for kind, told in taken if kind == "closed"]
        if closed and not ends:
            yield f"the end of incident {incident} has not arrived"
        if not closed and ends:
            yield f"the end of incident {incident} has arrived, and it is open"
        if not begun and (not closed or True in ends):
            yield f"the begin of incident {incident} has not arrived"


def order(receipts):
    for incident, lines in lines_of(receipts).items():
        ended = False
        for receipt, kind, _ in lines:
            ended = ended or kind == "closed"
            if ended and kind == "firing":
                yield f"incident {incident} begins after its end, in {receipt['key']}"
                break


def repeats(receipts, kills):
    taken = {}  # key -> when it was last taken
    for receipt in receipts:
        key, at = receipt["key"], receipt["at"]
        before = [kill for kill in kills if kill["at"] < at]
        if before and key in before[-1]["ticked"]:
            yield f"{key} is repeated though it was ticked off"
        if key in taken and not any(kill["at"] > taken[key] for kill in before):
            yield f"{key} is repeated though the same process had delivered it"
        if receipt["way"] == TAKEN:
            taken[key] = at
    keys = collections.defaultdict(set)
    for incident, lines in lines_of(receipts).items():
        for receipt, kind, _ in lines:
            keys[incident, kind].add(receipt["key"])
    for (incident, kind), its in keys.items():
        if len(its) > 1:
            yield f"incident {incident}, {kind}, came as {sorted(its)}"


def ends(catalog, outage):
    for row in catalog.execute(
            "SELECT incident_id, rule, close_reason FROM incident n WHERE closed_at NOT NULL AND image_key NOT NULL AND "
            "NOT EXISTS (SELECT 1 FROM status_change c WHERE c.image_key = n.image_key AND c.seen_at = n.closed_at)"):
        yield f"incident {row[0]}, {row[1]}, was closed ({row[2]}) without an answer"
    if outage:
        for row in catalog.execute("SELECT incident_id, rule FROM incident WHERE closed_at BETWEEN ? AND ?", outage):
            yield f"incident {row[0]}, {row[1]}, was closed while there was no answer"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--catalog", required=True)
    parser.add_argument("--channel", required=True)
    parser.add_argument("--receipts", required=True)
    parser.add_argument("--kills", required=True)
    parser.add_argument("--outage", type=int, nargs=2)
    options = parser.parse_args()
    catalog = sqlite3.connect(f"file:{options.catalog}?mode=ro", uri=True)
    with open(options.receipts, encoding="utf-8") as file:
        receipts = [json.loads(line) for line in file]
    with open(options.kills, encoding="utf-8") as file:
        kills = [json.loads(line) for line in file]
    incidents = dict(catalog.execute("SELECT incident_id, closed_at NOT NULL FROM incident WHERE rule <> 'import_ended'"))
    checks = {"arrivals": arrivals(incidents, receipts), "order": order(receipts), "repeats": repeats(receipts, kills),
              "ends": ends(catalog, options.outage)}
    failed = False
    for name, differences in checks.items():
        found = list(differences)
        print(f"{name}: {len(found)} wrong" if found else f"{name}: good")
        for difference in found[:SHOWN]:
            print(f"  {difference}")
        failed = failed or bool(found)
    keys = collections.Counter(receipt["key"] for receipt in receipts)
    taken = collections.Counter(receipt["key"] for receipt in receipts if receipt["way"] == TAKEN)
    print(f"{len(incidents)} incidents, {len(keys)} messages, {len(receipts)} receipts "
          f"({dict(collections.Counter(r['way'] for r in receipts))}), {len(kills)} kills, "
          f"{sum(1 for count in taken.values() if count > 1)} taken twice")
    sys.exit(failed or not receipts)


if __name__ == "__main__":
    main()
