# Celery on Redis, set up as its documentation says (docs.celeryq.dev, 5.2):
# - Prefork with one process a core, the default concurrency; 3 and 4 drained no faster on 2 cores.
# - worker_prefetch_multiplier 128: "Optimizing", "Prefetch Limits", says 64 or 128 for many short tasks. 4, 64 and 0 (no limit) were
#   no faster.
# - task_acks_late off (the default): a message is acknowledged when its task starts, so a killed worker loses the task it ran.
# - task_ignore_result off (the default) with the Redis result backend, since the product measured beside it keeps results too. They
#   are kept in the next database of the same server, where their number says how many jobs have ended.
import os
import time
from pathlib import Path

from celery import Celery
from celery.signals import worker_process_shutdown

BROKER = os.environ["BENCH_REDIS"]
_server, _, _database = BROKER.rpartition("/")
RESULTS = f"{_server}/{int(_database) + 1}"

app = Celery("bench", broker=BROKER, backend=RESULTS)
app.conf.worker_prefetch_multiplier = 128

# What one worker process saw: when it started its first handler, by the clock all processes share, and how many it ran.
first = None
ran = 0


@app.task
def noop(payload):
    global first, ran
    if first is None:
        first = time.monotonic_ns()
    ran += 1


@app.task
def stamp(payload):
    return time.monotonic_ns()


@worker_process_shutdown.connect
def leave_note(**_):
    # Written when the process stops, so that no job pays for being counted.
    if first is not None:
        Path(os.environ["BENCH_NOTES"], str(os.getpid())).write_text(f"{first} {ran}")
