"""A Celery application: one queue with priorities, and tasks that are acknowledged when they are done.

Run by `celery -A celery_shop -b URI worker`; celery_client.py sends it work. Results go back by rpc, or to where
SHOP_RESULTS says.
"""

import os
import time

from celery import Celery
from kombu import Queue

app = Celery("celery_shop", backend=os.environ.get("SHOP_RESULTS", "rpc://"))
app.conf.update(
    task_default_queue="shop",
    task_queues=[Queue("shop", queue_arguments={"x-max-priority": 9})],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_max_retries=None,
    broker_transport_options={"confirm_publish": True},
)


@app.task
def add(x, y):
    return x + y


@app.task
def total(numbers):
    return sum(numbers)


@app.task
def note(path, line):
    """Leaves a line in a file: who looks at it knows what was run, how often, in which order."""
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    return line


@app.task(bind=True, max_retries=5)
def succeed_at_attempt(self, attempt):
    if self.request.retries + 1 < attempt:
        raise self.retry(countdown=0)
    return self.request.retries + 1


@app.task(bind=True, max_retries=1)
def never_succeed(self):
    try:
        raise ValueError("as always")
    except ValueError as error:
        raise self.retry(exc=error, countdown=0)


@app.task(bind=True)
def hold(self, path, gate):
    """Runs until there is a file named `gate`."""
    redelivered = self.request.delivery_info["redelivered"]
    note(path, f"held redelivered={redelivered}")
    while not os.path.exists(gate):
        time.sleep(0.02)
    note(path, f"let go redelivered={redelivered}")
    return redelivered
