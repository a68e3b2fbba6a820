"""RabbitMQ's PerfTest beside our own generator, for those who would rather trust a known one.

It is a Java program that makes an object of every message, and on a small machine it is the bottleneck itself: rates
of fast brokers are its own. The broker's CPU time for a message is comparable none the less.
"""
import os
import re
import subprocess
import sys
import time
import uuid

import processes

MAIN_CLASS = 'com.rabbitmq.perf.PerfTest'
# What it prints at its end.
RATE = {'published_rate': r'sending rate avg: (\d+)', 'consumed_rate': r'receiving rate avg: (\d+)'}


def fetch(settings):
    """Lets Maven put PerfTest and its libraries into the build folder, once."""
    folder = os.path.join(settings.build, 'perf-test')
    if not os.path.isdir(folder):
        print('compare: fetching PerfTest', file=sys.stderr)
        pom = os.path.join(os.path.dirname(settings.build), 'perf-test', 'pom.xml')
        new = folder + '.new'
        command = ['mvn', '-B', '-ntp', '-q', '-f', pom, 'dependency:copy-dependencies', f'-DoutputDirectory={new}']
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            sys.exit('compare: Maven could not fetch PerfTest')
        os.rename(new, folder)


def run(settings, broker, load):
    """One measurement with PerfTest; the first seconds, in which both JVMs are cold, are in its averages."""
    pids = broker.pids()
    processes.forget_peak(pids)
    seconds = int(settings.seconds) + 3
    name, queues = f'perf-test-{uuid.uuid4().hex[:8]}', load.perf_test_queues
    kind = 'fanout' if '--type fanout' in load.perf_test else 'direct'
    command = ['java', '-cp', os.path.join(settings.build, 'perf-test', '*'), MAIN_CLASS, '--uri', broker.uri,
               '--time', str(seconds), *load.perf_test.split(), '--exchange', name, '--queue-pattern', f'{name}-%d',
               '--queue-pattern-from', '0', '--queue-pattern-to', str(queues - 1)]
    before, begin = _cpu(pids), time.monotonic()
    done = subprocess.run(settings.pinned('generator', command), capture_output=True, text=True, check=False)
    cpu, elapsed = _cpu(pids) - before, time.monotonic() - begin
    subprocess.run([settings.loadgen, '--mode', 'delete', '--uri', broker.uri, '--prefix', name, '--queues',
                    str(queues), '--exchange', name, '--exchange-type', kind], capture_output=True, check=False)
    result = parse(done.stdout)
    if not result.get('consumed_rate'):
        return {'error': (done.stderr or done.stdout).strip()[-300:]}
    # Its rates are averages over the time that it counted, which it does not print; that is close to what was asked.
    messages = result['consumed_rate'] * seconds
    result.update(seconds=round(elapsed, 3), consumed=int(messages))
    if pids:
        result.update(broker_cpu=cpu, broker_cpu_per_million=cpu / (messages / 1e6),
                      peak_memory_mb=sum(_peak_mb(pid) for pid in pids))
    return result


def parse(output):
    """The figures in what PerfTest prints: the averages at the end, latencies from the last line that has them."""
    result = {}
    for key, pattern in RATE.items():
        found = re.findall(pattern, output)
        if found:
            result[key] = float(found[-1])
    for key, word in (('end_to_end_us', 'consumer latency'), ('confirm_us', 'confirm latency')):
        found = re.findall(r'%s min/median/75th/95th/99th [^0-9]*([\d/]+) (.s)' % word, output)
        if found:
            values, unit = found[-1]
            scale = {'ms': 1000, 'ns': 0.001}.get(unit, 1)
            _, median, _, _, high = [float(value) * scale for value in values.split('/')]
            result[key] = [median, high, None, None]
    return result


def _cpu(pids):
    ticks = 0
    for pid in pids:
        try:
            with open(f'/proc/{pid}/stat') as file:
                fields = file.read().rsplit(')', 1)[1].split()
                ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks / os.sysconf('SC_CLK_TCK')


def _peak_mb(pid):
    try:
        with open(f'/proc/{pid}/status') as file:
            return int(re.search(r'VmHWM:\s+(\d+)', file.read()).group(1)) / 1024
    except (OSError, AttributeError):
        return 0
