#!/usr/bin/env python3
"""A second cloud, written without a look at the simulator: GetImageInfo and GetImageInfos with other member order, wrapped
lists and numeric sizes; signatures are not looked at. An image is Uploading for a few seconds, then Normal or UploadFail.

    tiny_server.py --images N --port-file FILE

GET /ids: one ID a line. GET /served: the distinct statuses each image was served with, "ID STATUS" a line.
"""
import argparse
import hashlib
import json
import os
import threading
import time
import urllib.parse
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

started = time.monotonic()
lock = threading.Lock()
images = {}  # ID -> seconds in Uploading
served = {}  # ID -> distinct statuses, in order


def status_of(image_id):
    if time.monotonic() - started < images[image_id]:
        return "Uploading"
    return "UploadFail" if image_id[0] in "01" else "Normal"


def describe(image_id):
    status = status_of(image_id)
    history = served.setdefault(image_id, [])
    if not history or history[-1] != status:
        history.append(status)
    signed = f"https://b.example.com/{image_id}?Expires=1&Signature={uuid.uuid4()}&OSSAccessKeyId=k"
    return {"Mezzanine": {"FileSize": 123456, "Width": 640, "FileURL": signed, "Height": "480"},
            "Tags": "", "Status": status, "Title": f"picture {image_id[:4]}", "CateId": "7", "ImageId": image_id}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/ids":
            self.reply(200, "".join(f"{image_id}\n" for image_id in sorted(images)))
        elif self.path == "/served":
            with lock:
                self.reply(200, "".join(f"{image_id} {status}\n" for image_id in sorted(served) for status in served[image_id]))
        else:
            self.answer("")

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def answer(self, form):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query + "&" + form)
        action = self.headers.get("x-acs-action") or query.get("Action", [""])[0]
        request_id = str(uuid.uuid4())
        with lock:
            if action == "GetImageInfos":
                ids = query["ImageIds"][0].split(",")
                found = [describe(image_id) for image_id in reversed(ids) if image_id in images]
                missing = [image_id for image_id in ids if image_id not in images]
                return self.reply(200, json.dumps({"NonExistImageIds": {"ImageId": missing}, "ImageInfo": {"Image": found},
                                                   "RequestId": request_id}))
            image_id = query.get("ImageId", [""])[0]
            if image_id in images:
                return self.reply(200, json.dumps({"ImageInfo": describe(image_id), "RequestId": request_id}))
        return self.reply(404, json.dumps({"code": "NoSuchResource", "requestId": request_id, "message": "no such image"}))

    def reply(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, required=True)
    parser.add_argument("--port-file", required=True)
    options = parser.parse_args()
    for number in range(options.images):
        images[hashlib.md5(str(number).encode()).hexdigest()] = number % 7
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(options.port_file + ".new", "w", encoding="ascii") as file:
        file.write(f"{server.server_port}\n")
    os.rename(options.port_file + ".new", options.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()
