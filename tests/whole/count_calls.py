#!/usr/bin/env python3
"""Holds the calls of one account, as the simulator recorded them, against what is allowed.

    count_calls.py --control URL --account NAME [--from MS] [--to MS] CHECK...

CHECK is one or more of
    --most ACTION=N       our own budget of N calls a second: no 10 s have more than the budget for 11 s, a second's burst included
    --least ACTION=N:P    the server allows N calls a second: at least P percent of so many were answered well, or would have
                          been if they had not gone wrong on purpose after they were allowed
    --apart S             any two calls of the image API are at least S seconds apart
--from and --to (UTC, ms) say which calls count; without them, all. Exit status 0: all as it has to be.
"""
import argparse
import json
import sys
import urllib.request

WINDOW_MS = 10_000
HELD_UP_MS = 200  # A call may have been held up on its way by so much more than the next, on a busy machine.
IMAGE_API = ("GetImageInfo", "GetImageInfos")


def fullest_window(times, span_ms):
    """The largest number of the (sorted) times within any span_ms."""
    best = first = 0
    for last, time in enumerate(times):
        while time - times[first] >= span_ms:
            first += 1
        best = max(best, last - first + 1)
    return best


def is_throttled(call):
    return call["fault"] in ("none", "throttle") and call["code"].startswith("Throttling")


def check_most(calls, action, per_second):
    times = [call["at"] for call in calls if call["action"] == action]
    allowed = per_second * (WINDOW_MS / 1000 + 1)
    most = fullest_window(times, WINDOW_MS - HELD_UP_MS)
    return most <= allowed, f"{action}: {len(times)} calls, at most {most} in 10 s, {allowed:.0f} allowed"


def check_least(calls, action, per_second, percent, seconds):
    mine = [call for call in calls if call["action"] == action]
    spoilt = sum(1 for call in mine if call["fault"] != "none")
    good = sum(1 for call in mine if call["fault"] == "none" and call["http_status"] == 200)
    throttled = sum(1 for call in mine if is_throttled(call))
    share = 100 * (good + spoilt) / (per_second * seconds)
    return share >= percent, (f"{action}: {good} good answers and {spoilt} spoilt ones of {per_second * seconds:.0f} that were "
                              f"allowed in {seconds:.0f} s: {share:.1f} %, at least {percent:.0f} % wanted; {throttled} throttled")


def check_apart(calls, seconds):
    times = [call["at"] for call in calls if call["action"] in IMAGE_API]
    gaps = [(after - before) / 1000 for before, after in zip(times, times[1:])]
    least = min(gaps, default=None)
    return least is None or least >= seconds, (
        f"{len(times)} calls of the image API, {'no two' if least is None else f'{least:.1f} s'} apart at least, {seconds:.0f} s wanted")


def pair_of(text):
    action, value = text.split("=")
    return action, value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--control", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--from", dest="begin", type=int)
    parser.add_argument("--to", dest="end", type=int)
    parser.add_argument("--most", type=pair_of, action="append", default=[])
    parser.add_argument("--least", type=pair_of, action="append", default=[])
    parser.add_argument("--apart", type=float)
    options = parser.parse_args()
    with urllib.request.urlopen(f"{options.control}/record?account={options.account}", timeout=30) as answer:
        record = json.load(answer)
    if record["forgotten"]:
        sys.exit("count_calls: the simulator has forgotten calls, so nothing can be said")
    begin = options.begin or 0
    end = options.end or record["now"]
    calls = sorted((call for call in record["calls"] if begin <= call["at"] < end), key=lambda call: call["at"])
    found = [check_most(calls, action, float(value)) for action, value in options.most]
    for action, value in options.least:
        per_second, percent = map(float, value.split(":"))
        begin = begin or min((call["at"] for call in calls), default=0)
        found.append(check_least(calls, action, per_second, percent, (end - begin) / 1000))
    if options.apart is not None:
        found.append(check_apart(calls, options.apart))
    if not found:
        parser.error("no check is given")
    for good, text in found:
        print(f"{options.account}: {text}{'' if good else ': NOT AS IT HAS TO BE'}")
    return 0 if all(good for good, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main())
