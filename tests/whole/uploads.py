#!/usr/bin/env python3
"""Ends the uploads of a simulated cloud, of whose images none ends by itself.

    uploads.py settle --control URL --ids FILE --fail N --stick N --over SECONDS
    uploads.py mend|relapse|recover --control URL --ids FILE --fail N --stick N

The first N images of FILE fail, the next N stay Uploading, all others become Normal, in a random but fixed order, evenly
over that time. `relapse`: 60 of the others fail too; `recover`: they are Normal again. `mend`: half of those that failed
become Normal after all. (Those that are stuck are asked again after five minutes at the soonest, so nobody would see
their end.)
"""
import argparse
import http.client
import json
import random
import time
import urllib.parse

RELAPSED = 60


def change(connection, image_id, status):
    connection.request("PATCH", f"/images/{image_id}", json.dumps({"Status": status}))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{image_id}: {answer.status} {body}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["settle", "relapse", "recover", "mend"])
    parser.add_argument("--control", required=True)
    parser.add_argument("--ids", required=True)
    parser.add_argument("--fail", type=int, required=True)
    parser.add_argument("--stick", type=int, required=True)
    parser.add_argument("--over", type=float, default=0)
    options = parser.parse_args()
    with open(options.ids, encoding="ascii") as file:
        ids = file.read().split()
    failed = ids[:options.fail]
    if options.what == "settle":
        plan = [(i, "UploadFail") for i in failed] + [(i, "Normal") for i in ids[options.fail + options.stick:]]
        random.Random(1).shuffle(plan)
    elif options.what == "mend":
        plan = [(i, "Normal") for i in failed[::2]]
    else:
        first = options.fail + options.stick
        plan = [(i, "UploadFail" if options.what == "relapse" else "Normal") for i in ids[first:first + RELAPSED]]
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(options.control).netloc, timeout=30)
    begun = time.monotonic()
    for number, (image_id, status) in enumerate(plan):
        change(connection, image_id, status)
        time.sleep(max(0.0, begun + options.over * number / len(plan) - time.monotonic()))


if __name__ == "__main__":
    main()
