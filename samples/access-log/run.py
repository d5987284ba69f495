#!/usr/bin/env python3
"""Turns every request of an access log into an http.request job, and checks every result.

    python3 samples/access-log/run.py access.log [http://localhost:8080]

It starts a small web server on 127.0.0.1 that answers each call with its method and the SHA-256 of its target, enqueues one
job a line by NDJSON, waits for all of them and compares. A line that is no request to be repeated (broken, CONNECT, TRACE, a
target that is no path) is skipped, and counted. The service must run with JobService__HttpRequests__AllowPrivateNetworks=true.
Python 3.9 or newer.
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

REQUEST = re.compile(r'"(?!CONNECT |TRACE )([A-Z]+) (/\S*)(?: HTTP/[0-9.]+)?" \d{3} ')


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self):
        target = self.requestline.split(" ")[1]
        body = json.dumps({"method": self.command, "target": target, "sha256": hashlib.sha256(target.encode()).hexdigest(),
                           "job": self.headers["X-JobService-Job-Id"]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def normal(target):
    """A target as clients send it: no fragment, no dot segments, slashes for backslashes; escapes are undone to be compared."""
    path, mark, query = target.split("#")[0].partition("?")
    segments, plain = [], ""
    for segment in path.replace("\\", "/").split("/")[1:]:
        plain = re.sub("%2e", ".", segment, flags=re.IGNORECASE)
        if plain == "..":
            del segments[-1:]
        elif plain != ".":
            segments.append(segment)
    if plain in (".", ".."):
        segments.append("")
    return urllib.parse.unquote("/" + "/".join(segments) + mark + query)


def is_right(method, target, job):
    if job["state"] != "succeeded":
        return False
    if method == "HEAD":
        return job["result"] == ""
    result = job["result"]
    sent = result["target"]
    return (result["method"] == method and result["job"] == job["id"] and normal(sent) == normal(target)
            and result["sha256"] == hashlib.sha256(sent.encode()).hexdigest())


def main(log, service="http://localhost:8080"):
    api = service + "/api/v1"
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"

    requests, skipped = [], []
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            match = REQUEST.search(line)
            if match:
                requests.append(match.groups())
            else:
                skipped.append(line.rstrip("\n"))
    print(f"{len(requests)} requests, {len(skipped)} lines skipped")
    for line in skipped[:10]:
        print("  ", line)

    started = time.monotonic()
    body = "".join(json.dumps({"type": "http.request", "payload": {"method": method, "url": origin + target}}) + "\n"
                   for method, target in requests).encode()
    request = urllib.request.Request(api + "/jobs/bulk", body, {"Content-Type": "application/x-ndjson"})
    with urllib.request.urlopen(request) as response:
        enqueued = [json.loads(line) for line in response]
    print(f"{len(enqueued)} jobs enqueued in {time.monotonic() - started:.1f} s:",
          dict(collections.Counter(item["status"] for item in enqueued)))

    states, wrong = collections.Counter(), []
    for item in enqueued:
        method, target = requests[item["index"]]
        if item["status"] != 201:
            wrong.append((method, target, item))
            continue
        request = urllib.request.Request(f"{api}/jobs/{item['id']}", headers={"Prefer": "wait=60"})
        with urllib.request.urlopen(request) as response:
            job = json.load(response)
        states[job["state"]] += 1
        if not is_right(method, target, job):
            wrong.append((method, target, job["state"], job["result"], job["lastError"]))

    print(f"{sum(states.values())} jobs final after {time.monotonic() - started:.1f} s: {dict(states)}; {len(wrong)} wrong")
    for item in wrong[:10]:
        print("  ", item)
    return 0 if requests and len(enqueued) == len(requests) and not wrong else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
