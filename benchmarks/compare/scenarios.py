"""What is measured. Every scenario has a number, for tables, and a name, for people."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """A steady load.

    options are the generator's; perf_test are those of RabbitMQ's PerfTest that come closest, None where it has
    nothing like it. Queues and exchange are named by whoever runs it.
    """

    number: str
    name: str
    text: str
    options: str
    perf_test: str = None
    perf_test_queues: int = 1
    # The generator's options to put something into the queue before; None for nothing.
    fill: str = None


PERSISTENT = '--size 1024 --persistent --durable --confirms 500 --prefetch 200 --ack-every 100'
PERF_PERSISTENT = '--size 1024 --flag persistent --auto-delete false --confirm 500 --qos 200 --multi-ack-every 100'

LOADS = [
    Load('S1', 'transient', '16 B, 1 publisher, 1 consumer, automatic acks, as fast as it goes',
         '--size 16 --auto-ack', '--size 16 --autoack'),
    Load('S1b', 'transient-bounded', 'as transient, at most 20,000 messages in flight',
         '--size 16 --auto-ack --in-flight 20k'),
    Load('S1m', 'transient-many', '16 B, 4 publishers, 4 consumers, 4 queues, 50,000 in flight',
         '--size 16 --auto-ack --publishers 4 --consumers 4 --queues 4 --in-flight 50k',
         '--size 16 --autoack --producers 4 --consumers 4', 4),
    Load('S2', 'acknowledged', '1 KiB transient, prefetch 200, one ack for 100, 20,000 in flight',
         '--size 1024 --prefetch 200 --ack-every 100 --in-flight 20k',
         '--size 1024 --qos 200 --multi-ack-every 100'),
    Load('S3', 'confirmed', '1 KiB persistent, durable queue, 500 unconfirmed, prefetch 200, one ack for 100',
         PERSISTENT, PERF_PERSISTENT),
    Load('S3q', 'confirmed-quorum', 'as confirmed, on a quorum queue',
         PERSISTENT + ' --queue-type quorum', PERF_PERSISTENT + ' --quorum-queue'),
    Load('S3m', 'confirmed-many', 'as confirmed, 8 publishers, 8 consumers, 8 queues',
         PERSISTENT + ' --publishers 8 --consumers 8 --queues 8',
         PERF_PERSISTENT + ' --producers 8 --consumers 8', 8),
    Load('S5', 'fanout', '128 B to 20 queues with a consumer each, 2,000 in flight; counted are deliveries',
         '--size 128 --auto-ack --queues 20 --consumers 20 --exchange bench-fan --exchange-type fanout'
         ' --in-flight 2k',
         '--size 128 --autoack --type fanout --consumers 20', 20),
    Load('S6', 'topic', '128 B through 1,000 wildcard bindings over 10 queues, 1,000 keys, 20,000 in flight',
         '--size 128 --auto-ack --queues 10 --consumers 10 --exchange bench-topic --exchange-type topic'
         ' --bindings 1000 --in-flight 20k'),
    Load('S7', 'latency', '1 KiB persistent with confirms at 5,000/s',
         '--size 1024 --persistent --durable --confirms 20k --prefetch 200 --ack-every 10 --rate 5000',
         '--size 1024 --flag persistent --auto-delete false --confirm 20000 --qos 200 --multi-ack-every 10'
         ' --rate 5000'),
    Load('S7t', 'latency-transient', '1 KiB transient at 5,000/s, automatic acks',
         '--size 1024 --auto-ack --rate 5000', '--size 1024 --autoack --rate 5000'),
]

# The scenarios that are more than a load: number and name; steps.py does them.
STEPS = [
    ('S4', 'backlog', '1 KiB persistent into a queue without a consumer, clean restart, drained; needs {data}'),
    ('S8', 'connections', 'idle connections with a channel and a consumer each; opening and closing'),
    ('S10', 'fairness', 'a quiet connection beside a flooding one; consumers beside one that is dead'),
    ('S9', 'crash', 'killed while persistent messages are published: what was confirmed must be there; needs {data}'),
]

DEFAULT = 'S1,S1b,S2,S3,S5,S6,S7'


def listing():
    """All scenarios, a line each."""
    rows = [(load.number, load.name, load.text) for load in LOADS] + STEPS
    rows.sort(key=lambda row: (len(row[0].rstrip('bmqt')), row))
    return '\n'.join(f'  {number:4} {name:18} {text}' for number, name, text in rows)


def find(word):
    """The Load, or the number of the steps, that a number or a name stands for; None if there is no such."""
    for load in LOADS:
        if word in (load.number, load.name):
            return load
    for number, name, _ in STEPS:
        if word in (number, name):
            return number
    return None


def title(number):
    """A heading for a number."""
    for load in LOADS:
        if load.number == number:
            return f'{load.number} {load.name}: {load.text}'
    for known, name, text in STEPS:
        if known == number:
            return f'{known} {name}: {text}'
    return number
