"""Sends work to celery_shop.py: celery_client.py URI COMMAND ARGUMENT..."""

import sys

from celery import chain, chord, group

from celery_shop import add, app, hold, never_succeed, note, succeed_at_attempt, total

PATIENCE_SECONDS = 30


def results():
    """By rpc: of one task, of a chain, of a group, in the order of the group."""
    print(add.delay(2, 3).get(timeout=PATIENCE_SECONDS))
    print(chain(add.s(1, 2), add.s(10), add.s(100)).delay().get(timeout=PATIENCE_SECONDS))
    print(group([add.s(i, i) for i in range(50)]).delay().get(timeout=PATIENCE_SECONDS) == [2 * i for i in range(50)])


def chords():
    """They need results that any worker can read, which those by rpc are not."""
    print(chord([add.s(i, 1) for i in range(10)], total.s()).delay().get(timeout=PATIENCE_SECONDS))


def by_priority(path, *priorities):
    for priority in priorities:
        note.apply_async((path, priority), priority=int(priority), ignore_result=True)


def later(path, count):
    """Work for in an hour, more than a worker takes at a time, work for soon, and work for now."""
    for _ in range(int(count)):
        note.apply_async((path, "in an hour"), countdown=3600, ignore_result=True)
    soon = note.apply_async((path, "soon"), countdown=2)
    now = note.apply_async((path, "now"))
    print(now.get(timeout=PATIENCE_SECONDS))
    print(soon.get(timeout=PATIENCE_SECONDS))


def retries():
    print(succeed_at_attempt.delay(4).get(timeout=PATIENCE_SECONDS))
    try:
        never_succeed.delay().get(timeout=PATIENCE_SECONDS)
    except ValueError as error:
        print(f"failed {error}")


def send_held(path, gate):
    hold.apply_async((path, gate), ignore_result=True)


def send_notes(path, first, last):
    for number in range(int(first), int(last) + 1):
        note.apply_async((path, number), ignore_result=True)


commands = {
    function.__name__: function
    for function in (results, chords, by_priority, later, retries, send_held, send_notes)
}
uri, command, *arguments = sys.argv[1:]
app.conf.broker_url = uri
commands[command](*arguments)
