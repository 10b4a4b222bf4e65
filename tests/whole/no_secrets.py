#!/usr/bin/env python3
"""Looks for secrets in everything that was written.

    no_secrets.py --secrets FILE PATH...

FILE has a secret a line. Every file PATH, and every file below a folder PATH, is read as bytes, whatever it is: logs,
databases with their -wal, answers. A secret counts as it is, percent-encoded (once, in either case, or twice) and within
Base64 (also the URL-safe kind, and wherever it lies among the bytes that were encoded).

Exit status 0: none is there. 1: some are; their places are printed, the secrets are not. 2: nothing could be said.
"""
import argparse
import base64
import os
import re
import subprocess
import sys
import tempfile
from urllib.parse import quote

BYTES_MIN = 8  # Shorter ones would be found in words.
SHOWN = 20


def within_base64(secret, offset):
    """What stands for the secret, and for it alone, in the Base64 of anything that has it there modulo three bytes."""
    padded = b"\0" * offset + secret
    return base64.b64encode(padded)[(offset * 8 + 5) // 6:len(padded) * 8 // 6]


def forms(secret):
    """How a secret may look, each form with its name."""
    once = quote(secret, safe="")
    yield secret, "as it is"
    yield once.encode(), "percent-encoded"
    yield re.sub("%..", lambda escape: escape[0].lower(), once).encode(), "percent-encoded"
    yield quote(once, safe="").encode(), "percent-encoded twice"
    for offset in range(3):
        encoded = within_base64(secret, offset)
        yield encoded, "in Base64"
        yield encoded.translate(bytes.maketrans(b"+/", b"-_")), "in Base64"
        yield quote(encoded, safe="").encode(), "in Base64, percent-encoded"


def read_secrets(path):
    with open(path, "rb") as file:
        secrets = [line for line in file.read().splitlines() if line]
    short = [secret for secret in secrets if len(secret) < BYTES_MIN]
    if short:
        raise ValueError(f"{path}: {len(short)} secrets have under {BYTES_MIN} bytes")
    if not secrets:
        raise ValueError(f"{path}: has no secrets, so nothing could be found")
    return secrets


def files_below(paths):
    for path in paths:
        if not os.path.exists(path):
            raise ValueError(f"{path}: is not there")
        if not os.path.isdir(path):
            yield path
        for folder, _, names in os.walk(path):
            for name in names:
                yield os.path.join(folder, name)


def grep(patterns, files):
    """Where the patterns stand in the files, as (file, offset, pattern)."""
    with tempfile.NamedTemporaryFile() as list_of_patterns:
        list_of_patterns.write(b"\n".join(patterns) + b"\n")
        list_of_patterns.flush()
        # Bytes are compared as such, and each file is named even if it is the only one.
        command = ["grep", "-abFoZH", "-f", list_of_patterns.name, "--"] + files
        run = subprocess.run(command, env={"LC_ALL": "C", "PATH": os.environ["PATH"]}, stdout=subprocess.PIPE, check=False)
    if run.returncode > 1:
        raise ValueError("not every file could be read")
    for line in run.stdout.split(b"\n")[:-1]:
        file, rest = line.split(b"\0", 1)
        offset, pattern = rest.split(b":", 1)
        yield os.fsdecode(file), int(offset), pattern


def find(secrets, files):
    """The places of secrets in files, each as (file, offset, form, number of the secret)."""
    # Most forms of a secret begin alike, and their beginnings are all that grep has to know.
    by_beginning = {}
    for number, secret in enumerate(secrets):
        for form, name in forms(secret):
            by_beginning.setdefault(form[:BYTES_MIN], []).append((form, name, number))
    for file, offset, beginning in grep(by_beginning, files):
        with open(file, "rb") as content:
            content.seek(offset)
            text = content.read(max(len(form) for form, _, _ in by_beginning[beginning]))
        for form, name, number in by_beginning[beginning]:
            if text.startswith(form):
                yield file, offset, name, number
                break


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--secrets", required=True)
    parser.add_argument("paths", nargs="+")
    options = parser.parse_args()
    try:
        secrets = read_secrets(options.secrets)
        files = sorted(set(files_below(options.paths)))
        places = list(find(secrets, files)) if files else []
        if not files:
            raise ValueError("there is no file to look into")
    except (OSError, ValueError) as error:
        print(f"no_secrets: {error}", file=sys.stderr)
        return 2
    for file, offset, form, number in places[:SHOWN]:
        print(f"{file}: byte {offset}: the secret in line {number + 1} of {options.secrets} stands there {form}")
    size = sum(os.path.getsize(file) for file in files)
    print(f"no_secrets: {len(secrets)} secrets, {len(files)} files, {size} bytes: "
          f"{f'{len(places)} PLACES' if places else 'none is there'}")
    return 1 if places else 0


if __name__ == "__main__":
    sys.exit(main())
