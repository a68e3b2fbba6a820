"""Carries the scenarios out and writes a line of JSON for each measurement."""
import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import perf_test
import processes
import scale

QUIET = '--size 1024 --auto-ack --rate 500 --prefix bench-quiet'
FLOOD = '--size 1024 --publishers 4 --consumers 4 --queues 4 --auto-ack --in-flight 50k --prefix bench-flood'
SHARED = '--size 1024 --consumers 2 --prefetch 200 --ack-every 100 --in-flight 20k --prefix bench-shared --durable --keep'
DEAD = '--publishers 0 --consumers 1 --prefetch 200 --prefix bench-shared --durable --keep --duration 600'
DRAIN = '--size 1024 --durable --publishers 0 --prefetch 500 --ack-every 100 --prefix bench-backlog'
FILL = '--size 1024 --persistent --durable --consumers 0 --prefix bench-backlog --keep'
TELL = ['published_rate', 'confirmed_rate', 'consumed_rate', 'broker_cpu_per_million', 'peak_memory_mb', 'other_cpu',
        'missing', 'duplicates', 'opened_rate', 'churn_rate', 'kb_per_connection', 'start_s', 'ready_s', 'disk_mb',
        'error', 'said']


class Steps:
    """A session of measurements over some brokers."""

    def __init__(self, brokers, settings):
        self.brokers = brokers
        self.settings = settings
        self.special = {'S4': self.backlog, 'S8': self.connections, 'S9': self.crash,
                        'S10': self.fairness}

    def run(self, scenario):
        """Measures all brokers in a scenario: a Load, or the number of something more than that."""
        if scenario in self.special:
            for broker in self.brokers:
                self.special[scenario](broker)
        else:
            self.load(scenario)

    def load(self, load):
        """Warms every broker, then measures them in turn (A B C A B C), so that drift meets all alike."""
        for broker in self.brokers:
            broker.start()
            if load.fill:
                self._loadgen(broker, load.fill)
            self._loadgen(broker, f'{load.options} --warmup 0 --duration {self.settings.warm}{self._kept(load)}')
            broker.pause()
        for repeat in range(self.settings.repeats):
            for broker in self.brokers:
                broker.resume()
                time.sleep(0.3)
                self._save(load.number, broker, repeat, self._quiet_run(broker, load))
                if self.settings.perf_test and load.perf_test:
                    result = perf_test.run(self.settings, broker, load)
                    self._save(load.number + ' PerfTest', broker, repeat, result)
                broker.pause()
        for broker in self.brokers:
            broker.resume()
            if not self.settings.keep:
                broker.stop()
            else:
                broker.pause()

    def backlog(self, broker):
        """Fill, clean restart, drain. Without a restart where the broker is not ours."""
        ledger = os.path.join(self.settings.data, 'confirmed.ledger')
        self._save('S4 empty start', broker, 0, {'start_s': broker.start()})
        count = self.settings.messages
        filled = self._loadgen(broker, f'{FILL} --confirms 1000 --count {count} --duration 600', '--confirmed-out',
                               ledger)
        filled['disk_mb'] = broker.disk_mb() if broker.restartable else None
        self._save('S4 fill', broker, 0, filled)
        if 'error' in filled:
            broker.kill()
            return
        if broker.restartable:
            broker.stop()
            self._save('S4 restart', broker, 0, self._restart(broker, filled['confirmed']))
        drained = self._loadgen(broker, f'{DRAIN} --count {max(1, self._depth(broker))} --duration 600', '--check',
                                ledger)
        self._save('S4 drain', broker, 0, drained)
        broker.kill()

    def crash(self, broker):
        """Kills the broker while it confirms, starts it again and looks for what it had confirmed."""
        if not broker.restartable:
            print(f'compare: {broker.name} was not started here: no crash', file=sys.stderr)
            return
        ledger = os.path.join(self.settings.data, 'confirmed.ledger')
        for repeat in range(self.settings.repeats):
            broker.start()
            command = self._command(broker, f'{FILL} --confirms 500 --warmup 0 --duration 60', '--confirmed-out',
                                    ledger)
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as generator:
                time.sleep(self.settings.crash_after)
                broker.kill()
                before = _result(generator.communicate(timeout=60)[0], '')
            result = self._restart(broker, before.get('confirmed', 0))
            drained = self._loadgen(broker, f'{DRAIN} --count {max(1, self._depth(broker))} --duration 600', '--check',
                                    ledger)
            self._save('S9', broker, repeat, {**drained, **result, 'confirmed': before.get('confirmed')})
            broker.kill()

    def connections(self, broker):
        """Connections that do nothing, and connections that come and go."""
        for repeat in range(self.settings.repeats):
            broker.start()
            self._loadgen(broker, '--mode churn --duration 2')
            time.sleep(1)
            idle = f'--mode idle --connections {self.settings.connections} --auto-ack --hold 5'
            self._save('S8 idle', broker, repeat, self._loadgen(broker, idle))
            self._save('S8 churn', broker, repeat, self._loadgen(broker, '--mode churn --duration 6'))
            broker.stop()

    def fairness(self, broker):
        """What one connection suffers from another: that floods the broker, or that reads nothing any more."""
        for repeat in range(self.settings.repeats):
            broker.start()
            self._loadgen(broker, f'{FLOOD} --duration {self.settings.warm}')
            self._save('S10 quiet alone', broker, repeat, self._measured(broker, QUIET))
            with self._beside(broker, FLOOD + ' --warmup 0 --duration 600'):
                self._save('S10 quiet beside flood', broker, repeat, self._measured(broker, QUIET))
            self._save('S10 consumers alone', broker, repeat, self._measured(broker, SHARED))
            with self._beside(broker, DEAD) as dead:
                dead.send_signal(signal.SIGSTOP)
                self._save('S10 consumers beside dead', broker, repeat, self._measured(broker, SHARED))
            self._loadgen(broker, '--mode delete --durable --prefix bench-shared')
            broker.stop()

    def _measured(self, broker, options):
        return self._loadgen(broker, f'{options} --warmup 2 --duration {self.settings.seconds}')

    @contextlib.contextmanager
    def _beside(self, broker, options):
        """A second generator, which has begun to work, and ends with the block."""
        command = self._command(broker, options)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as generator:
            try:
                time.sleep(1)
                yield generator
            finally:
                generator.kill()

    def _quiet_run(self, broker, load):
        """Runs again when something else took too much of the machine meanwhile."""
        result = {}
        for _ in range(self.settings.attempts):
            result = self._loadgen(broker, f'{load.options} --warmup 2 --duration {self.settings.seconds}'
                                   + self._kept(load), '--label', load.name)
            if result.get('other_cpu', 0) < self.settings.quiet * os.cpu_count() * self.settings.seconds:
                break
        return result

    @staticmethod
    def _kept(load):
        """A queue that was filled is not to be deleted by the first that uses it."""
        return ' --keep' if load.fill else ''

    def _restart(self, broker, wanted):
        """Starts the broker on the data it has; when a channel opens, and when the messages can be had."""
        begin = time.monotonic()
        result = {'start_s': broker.start(fresh=False)}
        depth = self._depth(broker)
        while depth < wanted and time.monotonic() - begin < 120:
            time.sleep(0.05)
            depth = self._depth(broker)
        result.update(ready_s=round(time.monotonic() - begin, 3), depth=depth)
        return result

    def _depth(self, broker):
        command = [self.settings.loadgen, '--mode', 'depth', '--uri', broker.uri, '--prefix', 'bench-backlog',
                   '--durable']
        out = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        return int(out) if out else -1

    def _command(self, broker, options, *more):
        pids = ','.join(map(str, broker.pids()))
        command = [self.settings.loadgen, '--uri', broker.uri, *scale.options(options).split(), *more]
        command += ['--loops', str(self.settings.loops)] + (['--pids', pids] if pids else [])
        return self.settings.pinned('generator', command)

    def _loadgen(self, broker, options, *more):
        processes.forget_peak(broker.pids())
        spin = subprocess.run([self.settings.loadgen, '--mode', 'spin'], capture_output=True, text=True, check=True)
        try:
            done = subprocess.run(self._command(broker, options, *more), capture_output=True, text=True, timeout=700,
                                  check=False)
            result = _result(done.stdout, done.stderr)
        except subprocess.TimeoutExpired:
            result = {'error': 'no end in sight'}
        result['spin_ms'] = float(spin.stdout)
        return result

    def _save(self, number, broker, repeat, result):
        result.update(scenario=number, broker=broker.name, repeat=repeat, pinned=self.settings.pin,
                      confirm_mode=self.settings.confirm_modes.get(broker.name), at=time.strftime('%H:%M:%S'))
        with open(self.settings.out, 'a') as out:
            out.write(json.dumps(result) + '\n')
        told = {key: result[key] for key in TELL if result.get(key) is not None}
        print(result['at'], number, broker.name, repeat, told, file=sys.stderr, flush=True)


def _result(output, said):
    lines = output.strip().splitlines()
    if not lines:
        return {'error': said.strip()[-300:] or 'no result'}
    result = json.loads(lines[-1])
    if said.strip():
        result['said'] = said.strip()[-300:]
    if result.get('broken'):
        result['error'] = result.get('said', 'the broker ended a connection')
    return result
