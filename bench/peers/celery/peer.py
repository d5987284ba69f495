import json
import math
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import redis
from kombu.utils.json import dumps

from tasks import BROKER, RESULTS, app, noop, stamp

CLIENTS = 4  # Of 2, 4 and 8 on 2 cores the fastest.
WORKERS = 2
STALL = 60  # seconds
PAYLOAD = {"data": "x" * (200 - len(dumps({"data": ""})))}  # 200 bytes as Celery's own serializer writes it


def prepare():
    """Nothing: Celery makes its keys as it goes."""
    return {}


def fill(jobs):
    shares = [jobs // CLIENTS + (i < jobs % CLIENTS) for i in range(CLIENTS)]
    began = time.monotonic()
    clients = [multiprocessing.Process(target=send, args=(share,)) for share in shares]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if any(client.exitcode for client in clients):
        sys.exit("A client failed.")
    return {"jobs": jobs, "seconds": time.monotonic() - began}


def send(jobs):
    # A client that will not wait for results needs no result backend, and is spared a SUBSCRIBE a job.
    app.conf.result_backend = "disabled://"
    with app.producer_or_acquire() as producer:
        for _ in range(jobs):
            noop.apply_async((PAYLOAD,), producer=producer)


def drain(jobs):
    queue, results = redis.Redis.from_url(BROKER), redis.Redis.from_url(RESULTS)
    before = results.dbsize()
    if queue.llen("celery") != jobs:
        sys.exit(f"It is not {jobs} jobs that wait.")

    with tempfile.TemporaryDirectory() as notes:
        with worker(notes):
            seen, since = before, time.monotonic()
            # The end is a result for every job and no message left that a restart would hand out again.
            while (now := results.dbsize()) < before + jobs or queue.hlen("unacked"):
                if now != seen:
                    seen, since = now, time.monotonic()
                elif time.monotonic() - since > STALL:
                    sys.exit(f"Nothing moved for {STALL} s, at {seen - before}.")
                time.sleep(0.005)
            ended = time.monotonic_ns()
        firsts, rans = zip(*(map(int, note.read_text().split()) for note in Path(notes).iterdir()))

    ran, kept, left = sum(rans), results.dbsize() - before, queue.llen("celery") + queue.hlen("unacked")
    if ran != jobs or kept != jobs or left:
        sys.exit(f"{ran} ran, {kept} have a result and {left} are left, of {jobs}.")
    return {"jobs": jobs, "seconds": (ended - min(firsts)) / 1e9}


def latency(jobs):
    warm_up = 10
    figures = []
    with tempfile.TemporaryDirectory() as notes, worker(notes):
        for i in range(-warm_up, jobs):
            # The worker goes idle, out of step with whatever it polls.
            time.sleep(random.uniform(0.020, 0.060))
            called = time.monotonic_ns()
            started = stamp.delay(PAYLOAD).get(timeout=STALL)
            if i >= 0:
                figures.append((started - called) / 1e6)
    figures.sort()
    return {f"p{q}": figures[math.ceil(q / 100 * len(figures)) - 1] for q in (50, 95, 99)}


@contextmanager
def worker(notes):
    """A worker beside this process, as Celery has it; stopped in order at the end, with all its children."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "tasks", "-q", "worker", "-c", str(WORKERS), "-l", "WARNING"],
        stdout=sys.stderr, env={**os.environ, "BENCH_NOTES": notes}, start_new_session=True)
    try:
        yield
        process.terminate()
        process.wait(STALL)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


VERBS = {"prepare": prepare, "fill": fill, "drain": drain, "latency": latency}

if __name__ == "__main__":
    match sys.argv[1:]:
        case [verb, *number] if verb in VERBS and len(number) == (verb != "prepare"):
            print(json.dumps(VERBS[verb](*map(int, number))))
        case _:
            print("usage: run prepare | fill N | drain N | latency N", file=sys.stderr)
            sys.exit(2)
