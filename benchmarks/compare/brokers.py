"""The brokers under test: one that runs already, and one that is started for each scenario."""
import os
import shlex
import shutil
import signal
import subprocess
import time
import urllib.parse

import processes

START_SECONDS_MAX = 180
STOP_SECONDS_MAX = 60


class BrokerError(Exception):
    """A broker does not do what the measurement needs."""


def parse(text, settings):
    """A broker of NAME=URI or NAME=COMMAND,URI."""
    name, equals, rest = text.partition('=')
    if not equals or not name:
        raise BrokerError(f"'{text}' (expected: NAME=URI or NAME=COMMAND,URI)")
    if rest.startswith('amqp://'):
        return Running(name, rest, settings)
    command, comma, uri = rest.rpartition(',')
    if not comma or not uri.startswith('amqp://'):
        raise BrokerError(f"'{text}' does not end in an amqp:// URI")
    return Started(name, command, uri, settings)


class Broker:
    """What both kinds have. A paused broker uses no CPU time, so that the one under test has the machine."""

    restartable = False

    def __init__(self, name, uri, settings):
        self.name = name
        self.uri = uri
        self.settings = settings
        parts = urllib.parse.urlsplit(uri)
        self.host, self.port = parts.hostname, parts.port or 5672

    def probe(self):
        """Waits until a channel opens and returns the seconds that it took."""
        command = [self.settings.loadgen, '--mode', 'probe', '--uri', self.uri, '--duration', str(START_SECONDS_MAX)]
        seconds = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        if not seconds:
            raise BrokerError(f'{self.name}: no channel opens at {self.uri}')
        return float(seconds)

    def start(self, fresh=True):
        """Makes it ready; the seconds that this took, or None where nothing was started."""

    def stop(self):
        """Ends it cleanly, where it is ours."""

    def kill(self):
        """Ends it at once, where it is ours."""

    def pause(self):
        """Lets it stand still, where it is ours."""

    def resume(self):
        """Lets it go on."""


class Running(Broker):
    """Somebody else's broker: it is neither stopped nor paused. Its processes are found by its port."""

    def start(self, fresh=True):
        self.probe()

    def pids(self):
        return processes.descendants(processes.listening_on(self.host, self.port))


class Started(Broker):
    """A broker that we start in the foreground, with an empty data directory, and end."""

    restartable = True

    def __init__(self, name, command, uri, settings):
        super().__init__(name, uri, settings)
        self.command = command
        self.data = os.path.join(settings.data, name)
        self.log = self.data + '.log'
        self.process = None

    def pids(self):
        return processes.descendants([self.process.pid])

    def start(self, fresh=True):
        if self.process:
            self.resume()
            return None
        if processes.listening_on(self.host, self.port):
            raise BrokerError(f'{self.name}: something listens on port {self.port} already')
        if fresh:
            shutil.rmtree(self.data, ignore_errors=True)
        # Some brokers want to make their directory, some want it to be there; the former accept an empty one.
        os.makedirs(self.data, exist_ok=True)
        command = self.command.replace('{data}', self.data).replace('{port}', str(self.port))
        with open(self.log, 'a') as log:
            self.process = subprocess.Popen(self.settings.pinned('broker', shlex.split(command)),
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            return self.probe()
        except BrokerError as e:
            self.kill()
            raise BrokerError(f'{e}; see {self.log}') from e

    def stop(self):
        if self.process:
            self.resume()
            pids = self.pids()
            # The broker itself, not the script around it, which may not pass the signal on.
            os.kill(max(pids, key=processes.resident_pages), signal.SIGTERM)
            self._await_end(pids)

    def kill(self):
        if self.process:
            pids = self.pids()
            self._send(signal.SIGKILL)
            self._await_end(pids)

    def pause(self):
        if self.process:
            self._send(signal.SIGSTOP)

    def resume(self):
        if self.process:
            self._send(signal.SIGCONT)

    def disk_mb(self):
        """What its data directory takes on the disk."""
        return sum(_blocks(os.path.join(folder, name)) for folder, _, names in os.walk(self.data)
                   for name in names) * 512 / 2**20

    def _send(self, what):
        for pid in self.pids():
            try:
                os.kill(pid, what)
            except ProcessLookupError:
                pass

    def _await_end(self, pids):
        end = time.monotonic() + STOP_SECONDS_MAX
        while any(processes.is_alive(pid) for pid in pids) and time.monotonic() < end:
            self.process.poll()
            time.sleep(0.02)
        for pid in pids:
            if processes.is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None


def _blocks(path):
    try:
        return os.stat(path).st_blocks
    except OSError:
        return 0
