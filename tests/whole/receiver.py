#!/usr/bin/env python3
"""A receiver of messages that fails in every way in turn, and writes down what it was told.

    receiver.py --receipts FILE --port-file FILE --good-file FILE --bad-file FILE [--every SECONDS]

It takes a message, refuses the connection, never answers, answers 500, answers 429, cuts the connection, each for a
while, and starts over; while the file of --good-file exists it only takes messages, and
while that of --bad-file exists it takes none. Each message that it read whole is a
JSON line of FILE: when (UTC ms), how it was treated, its key, its items. The line of one that is taken is written before
the answer is sent.
A message for /strict is always answered 400.
"""
import argparse
import itertools
import json
import os
import socket
import struct
import threading
import time

WAYS = ["take", "refuse", "take", "hang", "500", "take", "429", "cut"]


class Receiver:
    def __init__(self, options):
        self.options = options
        self.way = WAYS[0]
        self.lock = threading.Lock()
        self.receipts = open(options.receipts, "a", encoding="utf-8")
        self.listener = None
        self.port = 0

    def listen(self):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(50)
        self.port = listener.getsockname()[1]
        self.listener = listener
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def run(self):
        self.listen()
        with open(self.options.port_file + ".new", "w", encoding="ascii") as file:
            file.write(f"{self.port}\n")
        os.rename(self.options.port_file + ".new", self.options.port_file)
        for way in itertools.cycle(WAYS):
            if os.path.exists(self.options.good_file):
                way = "take"
            elif way == "take" and os.path.exists(self.options.bad_file):
                way = "500"
            if way == "refuse" and self.listener:
                # close() alone would let the thread that waits in accept() take one more.
                self.listener.shutdown(socket.SHUT_RDWR)
                self.listener.close()
                self.listener = None
            elif way != "refuse" and not self.listener:
                self.listen()
            self.way = way
            time.sleep(self.options.every)

    def note(self, way, notice):
        items = [[item["incident_id"], item["kind"], item.get("told")] for item in notice["items"]]
        line = {"at": time.time_ns() // 1_000_000, "way": way, "key": notice["key"], "items": items,
                "incidents": notice["incidents"]}
        with self.lock:
            self.receipts.write(json.dumps(line) + "\n")
            self.receipts.flush()

    def serve(self, connection):
        with connection:
            file = connection.makefile("rb")
            while True:
                target, body = read_request(file)
                if body is None:
                    return
                if target == "/strict":
                    connection.sendall(answer("400 Bad Request", "no such field"))
                    continue
                way = self.way if self.way != "refuse" else "cut"
                self.note(way, json.loads(body))
                if way == "hang":
                    connection.recv(1)
                    return
                if way == "cut":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                try:
                    connection.sendall({"take": answer("200 OK"), "500": answer("500 Oops", "broken"),
                                        "429": answer("429 Slow down", "", "Retry-After: 1\r\n")}[way])
                except OSError:
                    return


def answer(status, body="", headers=""):
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def read_request(file):
    """The target and the body; None if the client has gone before the end."""
    try:
        target = file.readline().decode().split(" ")[1:2]
        size = 0
        for line in iter(file.readline, b"\r\n"):
            if not line:
                return None, None
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                size = int(value)
        body = file.read(size)
    except OSError:
        return None, None
    return (target[0], body) if target and len(body) == size else (None, None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--receipts", required=True)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--good-file", required=True)
    parser.add_argument("--bad-file", required=True)
    parser.add_argument("--every", type=float, default=1.3)
    Receiver(parser.parse_args()).run()


if __name__ == "__main__":
    main()
