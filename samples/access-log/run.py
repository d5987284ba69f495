#!/usr/bin/env python3
"""Turns every request of an access log into an http.request job, and checks every result.

    python3 samples/access-log/run.py access.log [http://localhost:8080]

It starts a small web server on 127.0.0.1 that answers each path with its SHA-256, enqueues one job a line by NDJSON, waits for
all of them and compares. The service must run with JobService__HttpRequests__AllowPrivateNetworks=true. Python 3.9 or newer.
"""
import collections
import hashlib
import http.server
import json
import re
import sys
import threading
import time
import urllib.parse
import urllib.request

REQUEST = re.compile(r'"(?:[A-Z]+) (\S+)(?: HTTP/[0-9.]+)?" \d{3} ')


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        target = self.requestline.split(" ")[1]
        body = json.dumps({"target": target, "sha256": hashlib.sha256(target.encode()).hexdigest(),
                           "job": self.headers["X-JobService-Job-Id"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(log, service="http://localhost:8080"):
    api = service + "/api/v1"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"

    with open(log, encoding="utf-8", errors="replace") as lines:
        paths = [match.group(1) for match in map(REQUEST.search, lines) if match and match.group(1).startswith("/")]
    started = time.monotonic()
    body = "".join(json.dumps({"type": "http.request", "payload": {"url": origin + path}}) + "\n" for path in paths).encode()
    request = urllib.request.Request(api + "/jobs/bulk", body, {"Content-Type": "application/x-ndjson"})
    with urllib.request.urlopen(request) as response:
        enqueued = [json.loads(line) for line in response]
    print(f"{len(enqueued)} jobs enqueued in {time.monotonic() - started:.1f} s:",
          dict(collections.Counter(item["status"] for item in enqueued)))

    states, wrong = collections.Counter(), []
    for item in enqueued:
        path = paths[item["index"]]
        if item["status"] != 201:
            wrong.append((path, item))
            continue
        request = urllib.request.Request(f"{api}/jobs/{item['id']}", headers={"Prefer": "wait=60"})
        with urllib.request.urlopen(request) as response:
            job = json.load(response)
        states[job["state"]] += 1
        result = job["result"] or {}
        # A URL's fragment is never sent, and characters that may not stand in a URL are sent escaped.
        sent = result.get("target", "")
        expected = urllib.parse.quote(path.split("#")[0], safe="/%?=&:;,+@!$'()*~-._[]|\\^`{}<>\"")
        same = urllib.parse.unquote(sent) == urllib.parse.unquote(expected)
        if job["state"] != "succeeded" or not same or result["job"] != item["id"] or \
                result["sha256"] != hashlib.sha256(sent.encode()).hexdigest():
            wrong.append((path, job["state"], result, job["lastError"]))

    print(f"{sum(states.values())} jobs final after {time.monotonic() - started:.1f} s: {dict(states)}; {len(wrong)} wrong")
    for item in wrong[:10]:
        print("  ", item)
    return 0 if paths and not wrong else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
