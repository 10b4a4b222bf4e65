#!/usr/bin/env python3
"""A long file of image IDs, as the daemon takes it in: how long, and in how much memory.

    scripts/bench.sh ids [--images 1000000]

The daemon is started on an empty catalog with a file of so many IDs, and again when it has taken them in, with the
same file. The cloud is a port at which nobody answers. Fails where the second time is over --ratio of the first, the
daemon was ever over --mib of resident memory, or the first log has no line of progress (above 100,000 IDs).
BIN: the folder of the executables.
"""
import argparse
import ctypes
import hashlib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ.get("BIN", pathlib.Path(__file__).parents[2] / "build/release/bin"))
PATIENCE_S = 1800


def die_with_parent():
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL


def write_settings(folder, port):
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text("bench-secret")
    settings = folder / "vodcatalog.yaml"
    settings.write_text(f"""
accounts:
  - name: bench
    region: cn-shanghai
    endpoint: http://127.0.0.1:{port}
    credentials: {{access_key_id: bench, access_key_secret_file: {secret}}}
    image_files: [{folder}/ids.txt]
catalog: {{path: {folder}/daemon.db}}
log: {{format: text}}
""")
    return settings


def write_ids(file, images):
    with open(file, "w") as out:
        for i in range(images):
            out.write(hashlib.md5(str(i).encode()).hexdigest() + "\n")


class Taking:
    """One start of the daemon, until the list is in."""

    def __init__(self, settings, log_file):
        begun = time.monotonic()
        self.progress = 0
        with open(log_file, "w") as log:
            process = subprocess.Popen([BIN / "vodcatalogd", "--config", settings], stderr=log, preexec_fn=die_with_parent)
        try:
            self.wait(process, log_file, begun)
            self.seconds = time.monotonic() - begun
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            self.mib = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
            cpu = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            self.cpu_s = (int(cpu[11]) + int(cpu[12])) / os.sysconf("SC_CLK_TCK")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def wait(self, process, log_file, begun):
        while True:
            text = log_file.read_text()
            taken = re.search(r"A list of image IDs was taken in\..*source=file.*", text)
            if taken:
                self.line = taken[0]
                self.progress = text.count("A list of image IDs is being taken in.")
                return
            if process.poll() is not None or time.monotonic() - begun > PATIENCE_S:
                sys.exit(f"ids: the daemon did not take the list in:\n{text[-2000:]}")
            time.sleep(0.02)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench.sh ids", description="A long file of image IDs.")
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--ratio", type=float, default=0.1, help="of the second time to the first, in CPU time")
    parser.add_argument("--mib", type=float, default=100, help="the most resident memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vodcatalog-bench-") as name, socket.socket() as nobody:
        folder = pathlib.Path(name)
        nobody.bind(("127.0.0.1", 0))
        settings = write_settings(folder, nobody.getsockname()[1])
        write_ids(folder / "ids.txt", options.images)
        takings = {"first": Taking(settings, folder / "first.log"), "again": Taking(settings, folder / "again.log")}
    print(f"{options.images:,} IDs\n\n| | seconds | CPU seconds | most memory, MiB | lines of progress |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, it in takings.items():
        print(f"| {name} | {it.seconds:.2f} | {it.cpu_s:.2f} | {it.mib:.1f} | {it.progress} |")
    first, again = takings["first"], takings["again"]
    problems = []
    if f"added={options.images}" not in first.line or f"known={options.images}" not in again.line:
        problems.append(f"not all were taken: {first.line} / {again.line}")
    # What both starts have in common is no part of it where the list is short.
    if again.cpu_s > options.ratio * first.cpu_s:
        problems.append(f"again takes more than {options.ratio} of the first time")
    if max(first.mib, again.mib) > options.mib:
        problems.append(f"over {options.mib:.0f} MiB")
    if options.images > 100_000 and first.progress == 0:
        problems.append("no progress is told")
    if problems:
        sys.exit("ids: " + "; ".join(problems))


if __name__ == "__main__":
    main()
