#!/usr/bin/env python3
"""From the answer that told of a failed upload to the request that tells a channel of it.

    scripts/bench.sh alert-delay [--uploads N] [--over SECONDS] [--group-wait SECONDS]

vod-simulator, vodcatalogd as it is shipped and a healthy receiver on this machine. N uploads fail, evenly over that time;
each is an incident, dated by its answer, and told by itself (alerts.individually). The delay is what passes from there until
the receiver has read the message, less group_wait; its share is of the gap between two polls of an upload of that age
(0.7 * sqrt(age), 2 s at least): how much longer than the poller knows of it a person does not. BIN: the folder of the
executables.
"""
import argparse
import concurrent.futures
import contextlib
import ctypes
import http.server
import json
import math
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

BIN = pathlib.Path(os.environ.get("BIN", pathlib.Path(__file__).parents[2] / "build/release/bin"))
PATIENCE_S = 120


def wait_for(what, is_true):
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        if time.monotonic() > end:
            sys.exit(f"alert-delay: waited {PATIENCE_S} s in vain: {what}")
        time.sleep(0.1)


class Receiver(http.server.ThreadingHTTPServer):
    """Takes every message; `arrived` has when each incident was first told, in UTC ms."""

    daemon_threads = True

    def __init__(self):
        receiver = self
        self.arrived = {}
        self.messages = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                at = time.time_ns() / 1e6
                receiver.messages += 1
                for item in json.loads(body)["items"]:
                    if item["rule"] == "upload_failed" and item["kind"] == "firing":
                        receiver.arrived.setdefault(item["incident_id"], at)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def start(stack, arguments, **options):
    die = lambda: ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
    process = subprocess.Popen(arguments, preexec_fn=die, **options)
    stack.callback(process.wait)
    stack.callback(process.kill)


def secret(file, text):
    file.write_text(text)
    file.chmod(0o600)
    return file


def write_settings(folder, ready, receiver, group_wait):
    key = secret(folder / "secret", ready["access_key_secret"])
    url = secret(folder / "url", f"http://127.0.0.1:{receiver.server_port}/")
    file = folder / "vodcatalog.yaml"
    file.write_text(f"""
accounts:
  - name: main
    region: cn-shanghai
    endpoint: {ready["endpoint"]}
    credentials: {{access_key_id: {ready["access_key_id"]}, access_key_secret_file: {key}}}
    image_files: [{ready["ids_file"]}]
alerts:
  individually: [upload_failed]
  group_wait: {round(group_wait * 1000)}ms
  group_max: 1000
  channels: [{{name: bench, type: webhook, url_file: {url}}}]
catalog: {{path: {folder / "catalog.db"}}}
control: {{socket: {folder / "control.sock"}}}
log: {{level: warning}}
""")
    return file


def fail_all(control, ids, over):
    def fail(image_id):
        request = urllib.request.Request(f"{control}/images/{image_id}", b'{"Status": "UploadFail"}', method="PATCH")
        urllib.request.urlopen(request, timeout=10).read()

    begun = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for number, image_id in enumerate(ids):
            time.sleep(max(0.0, begun + over * number / len(ids) - time.monotonic()))
            pool.submit(fail, image_id)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def measure(options, folder, stack):
    scenario = folder / "scenario.yaml"
    scenario.write_text("outcomes: {normal: 0, upload_fail: 0, never: 1}\n")
    ready_file = folder / "ready.json"
    start(stack, [BIN / "vod-simulator", "--listen", "127.0.0.1:0", "--images", str(options.uploads), "--seed", "1",
                  "--scenario", scenario, "--ready-file", ready_file])
    wait_for("the simulator starts", lambda: ready_file.exists() and ready_file.stat().st_size > 0)
    ready = json.loads(ready_file.read_text())
    receiver = Receiver()
    stack.callback(receiver.shutdown)
    settings = write_settings(folder, ready, receiver, options.group_wait)
    start(stack, [BIN / "vodcatalogd", "--config", settings])
    catalog = folder / "catalog.db"

    def rows(query):
        with contextlib.closing(sqlite3.connect(f"file:{catalog}?mode=ro", uri=True)) as reader:
            return reader.execute(query).fetchall()

    def known():
        try:
            return rows("SELECT count(*) FROM image_info WHERE status = 'Uploading'")[0][0] == options.uploads
        except sqlite3.OperationalError:
            return False

    wait_for("every upload is known", known)
    ids = pathlib.Path(ready["ids_file"]).read_text().split()
    fail_all(ready["control"], ids, options.over)
    wait_for("every failure is told", lambda: len(receiver.arrived) >= options.uploads)
    failed = rows("SELECT n.incident_id, n.opened_at, i.created_at FROM incident n JOIN image_info i "
                  "ON i.image_key = n.image_key WHERE n.rule = 'upload_failed'")
    delays, shares = [], []
    for incident_id, opened_at, created_at in failed:
        delay = receiver.arrived[incident_id] - opened_at - options.group_wait * 1000
        gap = max(2.0, 0.7 * math.sqrt(max(0.0, (opened_at - created_at) / 1000)))
        delays.append(delay)
        shares.append(delay / 1000 / gap)
    return delays, shares, receiver.messages


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--uploads", type=int, default=300)
    parser.add_argument("--over", type=float, default=60, help="seconds")
    parser.add_argument("--group-wait", type=float, default=0, help="seconds")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        delays, shares, messages = measure(options, folder, stack)
    print(f"{len(delays)} failed uploads over {options.over:g} s, {messages} messages, group_wait {options.group_wait:g} s")
    print("| from the recorded answer to the request | p50 | p99 |")
    print("| --- | ---: | ---: |")
    print(f"| ms, above group_wait | {quantile(delays, 0.5):.0f} | {quantile(delays, 0.99):.0f} |")
    print(f"| share of one poll interval | {quantile(shares, 0.5):.2f} | {quantile(shares, 0.99):.2f} |")


if __name__ == "__main__":
    main()
