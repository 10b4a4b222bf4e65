#!/usr/bin/env python3
"""The whole sync, end to end: vodcatalogd as it is shipped beside a loop written by hand for nothing else.

    scripts/bench.sh sync [--images N] [--rounds R]

Both ask a server of their own for all of N images, 20 and 1 per call, when every image has changed since and when
none has, by turns, R times; the medians are printed. Calls wait at the server until a run begins, so both start with
their calls under way, and the server tells when the last image was served. The daemon runs throughout, with
schedule.normal of 1 s, so that every image is due again before each of its runs; its cost is taken when its catalog
has all of it. The servers have one core, who is measured has another. With other load on that one, who has more threads
gets more of it: then the ratio by CPU time is the one to believe. BIN: the folder of the executables.
"""
import argparse
import contextlib
import ctypes
import json
import mmap
import os
import pathlib
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

BIN = pathlib.Path(os.environ.get("BIN", pathlib.Path(__file__).parents[2] / "build/release/bin"))
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]
PATIENCE_S = 600


def die_with_parent_on(core):
    def set_up():
        os.sched_setaffinity(0, {core})
        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL

    return set_up


def wait_for(what, is_true, every_s=0.02):
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        if time.monotonic() > end:
            sys.exit(f"bench: waited {PATIENCE_S} s in vain: {what}")
        time.sleep(every_s)


class Prepares:
    """How many statements a program has had prepared, counted by a preloaded library."""

    def __init__(self, file):
        file.write_bytes(bytes(8))
        self.environment = dict(os.environ, LD_PRELOAD=str(BIN / "libbench-prepare-count.so"), BENCH_PREPARES=str(file))
        with open(file, "r+b") as opened:
            self.memory = mmap.mmap(opened.fileno(), 8)

    def count(self):
        return struct.unpack("=Q", self.memory[:8])[0]


class Server:
    def __init__(self, folder, name, images):
        ready = folder / f"{name}.port"
        self.process = subprocess.Popen([BIN / "bench-server", str(images), ready], preexec_fn=die_with_parent_on(SERVER_CORE))
        wait_for("the server listens", ready.exists)
        self.port = int(ready.read_text())

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE_S) as answer:
            return answer.read()

    def run(self, generation):
        """Serves every image once, and tells what that took."""
        return json.loads(self.get(f"/bench/run?generation={generation}"))

    def stop(self):
        self.process.kill()
        self.process.wait()


class Catalog:
    """A look into a catalog from outside."""

    def __init__(self, file):
        self.file = file

    def number(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchone()[0]

    def copy_to(self, file):
        source = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)
        with contextlib.closing(source), contextlib.closing(sqlite3.connect(file)) as target:
            source.backup(target)

    def content(self):
        """What both sides must have recorded alike."""
        return [
            self.number(f"SELECT {what}")
            for what in (
                "count(*) FROM image_info WHERE status = 'UploadFail'",
                "sum(file_size) FROM mezzanine",
                "count(*) FROM image_change",
                "sum(new) - sum(old) FROM image_change",
                "count(*) FROM status_change WHERE from_status IS NOT NULL",
                "count(*) FROM poll_queue",
            )
        ]


class Daemon:
    """vodcatalogd on a catalog of its own. It is measured from outside."""

    def __init__(self, folder, images, per_call):
        self.images = images
        self.server = Server(folder, "daemon", images)
        (folder / "ids.txt").write_bytes(self.server.get("/bench/ids"))
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text("bench-secret")
        operation = "GetImageInfos" if per_call > 1 else "GetImageInfo"
        settings = folder / "vodcatalog.yaml"
        settings.write_text(f"""
accounts:
  - name: bench
    region: cn-shanghai
    endpoint: http://127.0.0.1:{self.server.port}
    operation: {operation}
    timeout: 2m
    calls_per_second: {{GetImageInfos: 100000, GetImageInfo: 100000}}
    credentials: {{access_key_id: bench, access_key_secret_file: {secret}}}
    image_files: [{folder}/ids.txt]
schedule: {{normal: {{min: 1s, max: 1s}}}}
catalog: {{path: {folder}/daemon.db}}
web: {{enabled: false}}
log: {{format: text}}
""")
        self.catalog = Catalog(folder / "daemon.db")
        self.prepares = Prepares(folder / "daemon.prepares")
        self.log = open(folder / "daemon.log", "w")
        self.process = subprocess.Popen(
            [BIN / "vodcatalogd", "--config", settings],
            preexec_fn=die_with_parent_on(CLIENT_CORE),
            env=self.prepares.environment,
            stderr=self.log,
        )
        self.server.run(0)
        wait_for("the daemon has recorded all images", lambda: self.recorded_since(0))

    def recorded_since(self, moment_ms):
        """Whether every image was answered after that moment, and the answer is committed."""
        if self.process.poll() is not None:
            sys.exit(f"bench: the daemon ended with {self.process.returncode}; see {self.log.name}")
        return self.catalog.number(f"SELECT count(*) FROM poll_queue WHERE last_answered_at >= {moment_ms}") == self.images

    def cost(self):
        cpu = time.clock_gettime((~self.process.pid << 3) | 2)  # the clock of another process
        io = pathlib.Path(f"/proc/{self.process.pid}/io").read_text()
        return cpu, int(io.split("\nwrite_bytes: ")[1].split()[0]), self.prepares.count()

    def measure(self, generation):
        due = "SELECT count(*) FROM poll_queue WHERE due_at > cast(unixepoch('subsec') * 1000 AS INTEGER)"
        if sqlite3.sqlite_version_info < (3, 42):
            due = "SELECT count(*) FROM poll_queue WHERE due_at > (julianday('now') - 2440587.5) * 86400000"
        wait_for("all images are due", lambda: self.catalog.number(due) == 0)
        before, begun_ms = self.cost(), int(time.time() * 1000)
        run = self.server.run(generation)
        wait_for("the daemon has recorded the run", lambda: self.recorded_since(begun_ms))
        cpu, written, prepares = (after - earlier for after, earlier in zip(self.cost(), before))
        return Run(self.images / run["seconds"], cpu / run["images"], written / run["images"], prepares)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.server.stop()
        self.log.close()


class Ceiling:
    def __init__(self, folder, images, per_call, daemon):
        self.per_call = per_call
        self.server = Server(folder, "ceiling", images)
        self.catalog = Catalog(folder / "ceiling.db")
        daemon.catalog.copy_to(self.catalog.file)
        self.prepares = Prepares(folder / "ceiling.prepares")

    def measure(self, generation):
        process = subprocess.Popen(
            [BIN / "bench-ceiling", str(self.server.port), self.catalog.file, str(self.per_call)],
            preexec_fn=die_with_parent_on(CLIENT_CORE),
            env=self.prepares.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        if process.stdout.readline() != "ready\n":
            sys.exit("bench: the ceiling does not start")
        prepares = self.prepares.count()
        run = self.server.run(generation)
        cost = json.loads(process.stdout.readline())
        if process.wait() != 0:
            sys.exit("bench: the ceiling failed")
        images = cost["images"]
        return Run(images / run["seconds"], cost["cpu_s"] / images, cost["written_bytes"] / images, self.prepares.count() - prepares)

    def stop(self):
        self.server.stop()


class Run:
    def __init__(self, images_per_s, cpu_s, written_bytes, prepares):
        self.images_per_s = images_per_s
        self.cpu_us = cpu_s * 1e6
        self.written_bytes = written_bytes
        self.prepares = prepares


def compare(images, rounds, per_call):
    """The runs of both sides, by what was measured."""
    with tempfile.TemporaryDirectory(prefix="vodcatalog-bench-") as name:
        folder = pathlib.Path(name)
        daemon = Daemon(folder, images, per_call)
        ceiling = Ceiling(folder, images, per_call, daemon)
        sides = {"daemon": daemon, "ceiling": ceiling}
        runs = {(side, change): [] for side in sides for change in ("changed", "unchanged")}
        for side in sides.values():  # the ceiling's own hashes, and everything warm
            side.measure(1)
        for generation in range(2, rounds + 2):
            for change in ("changed", "unchanged"):
                for label, side in sides.items():
                    runs[label, change].append(side.measure(generation))
            if daemon.catalog.content() != ceiling.catalog.content():
                sys.exit(f"bench: the catalogs differ: {daemon.catalog.content()}, {ceiling.catalog.content()}")
        for side in sides.values():
            side.stop()
    return runs


def print_rows(runs, per_call):
    for change in ("changed", "unchanged"):
        median = {
            side: {name: statistics.median(getattr(run, name) for run in runs[side, change]) for name in vars(runs[side, change][0])}
            for side in ("daemon", "ceiling")
        }
        daemon, ceiling = median["daemon"], median["ceiling"]
        pairs = list(zip(runs["daemon", change], runs["ceiling", change]))
        ratios = [a.images_per_s / b.images_per_s for a, b in pairs]
        by_cpu = statistics.median(b.cpu_us / a.cpu_us for a, b in pairs)
        print(
            f"| {per_call:2} | {change:9} | {daemon['images_per_s']:9,.0f} | {ceiling['images_per_s']:9,.0f} | "
            f"{statistics.median(ratios):5.2f} | {min(ratios):.2f}-{max(ratios):.2f} | {by_cpu:.2f} | "
            f"{daemon['cpu_us']:6.1f} | {ceiling['cpu_us']:6.1f} | {daemon['written_bytes']:7,.0f} | {ceiling['written_bytes']:7,.0f} | "
            f"{daemon['prepares']:3.0f} |",
            flush=True,
        )


def main():
    arguments = argparse.ArgumentParser(prog="scripts/bench.sh sync", description="The daemon's sync beside a hand-written ceiling.")
    arguments.add_argument("--images", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    if options.images < 1 or options.rounds < 1:
        arguments.error("at least one image and one round")
    os.sched_setaffinity(0, {SERVER_CORE})
    load = os.getloadavg()[0]
    print(f"{options.images:,} images, medians of {options.rounds} rounds; servers on core {SERVER_CORE}, who is measured on core "
          f"{CLIENT_CORE}; load {load:.1f} at the start")
    print("| per call | images | daemon, images/s | ceiling, images/s | ratio | from-to | by CPU time | daemon, CPU us an image | "
          "ceiling | daemon, bytes written an image | ceiling | daemon, SQL prepares |")
    print("|" + " ---: |" * 12)
    for per_call in (20, 1):
        print_rows(compare(options.images, options.rounds, per_call), per_call)


if __name__ == "__main__":
    main()
