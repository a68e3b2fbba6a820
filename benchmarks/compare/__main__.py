"""Measures AMQP 0-9-1 brokers side by side.

    compare.sh [OPTIONS] NAME=URI...
        brokers that run already; those on this machine are found by their port, for CPU time and memory
    compare.sh [OPTIONS] 'NAME=COMMAND {data} {port},URI'...
        brokers to start in the foreground, on the URI's port; {data} becomes a directory of their own, empty at first

Both kinds can be mixed. Every scenario starts each broker afresh, warms it, and measures all in turn (A B C A B C);
brokers that were started here and are not under test stand still meanwhile. Every measurement is a line of JSON in
--out; tables of the medians are printed at the end, with ratios to the first broker of the line.

Scenarios, by number or name:
"""
import argparse
import os
import resource
import signal
import sys

import brokers
import perf_test
import report
import scale
import scenarios
import steps


class Settings(argparse.Namespace):
    """The command line."""

    def pinned(self, role, command):
        """The command, bound to the core that is the role's if --pin says so."""
        if not self.pin:
            return command
        broker, generator = self.pin.split(':')
        return ['taskset', '-c', broker if role == 'broker' else generator] + command


def parse_arguments():
    parser = argparse.ArgumentParser(prog='compare.sh', description=__doc__ + scenarios.listing() + '\n' + scale.listing(),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--loadgen', required=True, help=argparse.SUPPRESS)
    parser.add_argument('--build', required=True, help=argparse.SUPPRESS)
    parser.add_argument('brokers', nargs='*', metavar='BROKER')
    parser.add_argument('-s', '--scenarios', default=scenarios.DEFAULT, metavar='A,B', help=f'({scenarios.DEFAULT})')
    parser.add_argument('-r', '--repeats', type=int, default=3, help='rounds (3)')
    parser.add_argument('-z', '--seconds', type=float, default=10, help='of one measurement (10)')
    parser.add_argument('--warm', type=float, default=4, help='seconds of the same load before the rounds (4)')
    parser.add_argument('--confirm-mode', action='append', default=[], metavar='NAME=TEXT',
                        help='what a confirm of that broker promises, as fsync; for the table')
    parser.add_argument('--perf-test', action='store_true', help="measure with RabbitMQ's PerfTest as well")
    parser.add_argument('--keep', action='store_true', help='one process for all steady scenarios, not one for each')
    parser.add_argument('--messages', type=int, default=2_000_000, help='of the backlog (2,000,000)')
    parser.add_argument('--connections', type=int, default=2000, help='that are idle (2,000)')
    parser.add_argument('--crash-after', type=float, default=4, metavar='S', help='seconds of load before the kill (4)')
    parser.add_argument('--loops', type=int, default=1, help="the generator's threads (1)")
    parser.add_argument('--pin', default='', metavar='B:G', help='cores for broker and generator, as 0:1')
    parser.add_argument('--quiet', type=float, default=0.1, metavar='SHARE',
                        help='of the machine that others may take before a run is repeated (0.1)')
    parser.add_argument('--attempts', type=int, default=2, help='runs at most until one is quiet (2)')
    parser.add_argument('--data', help='where started brokers keep data and logs (the build folder)')
    parser.add_argument('--out', help='file of results, appended to (a new one in the build folder)')
    parser.add_argument('--plots', metavar='DIR', help='draw the scale-… families into this folder, with gnuplot')
    parser.add_argument('--report', metavar='FILE', help='print the tables of a file of results, and nothing else')
    settings = parser.parse_args(namespace=Settings())
    if not settings.brokers and not settings.report:
        parser.error('no broker given')
    settings.confirm_modes = dict(text.split('=', 1) for text in settings.confirm_mode)
    settings.data = os.path.abspath(settings.data or os.path.join(settings.build, 'compare-data'))
    settings.out = settings.out or os.path.join(settings.build, f'compare-{os.getpid()}.jsonl')
    settings.chosen = []
    for word in settings.scenarios.split(','):
        found = scale.find(word) or [scenarios.find(word)]
        if found == [None]:
            parser.error(f"there is no scenario '{word}'; they are\n{scenarios.listing()}\n{scale.listing()}")
        settings.chosen += found
    return settings


def measure(settings):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(65536, hard)), hard))
    os.makedirs(settings.data, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    targets = [brokers.parse(text, settings) for text in settings.brokers]
    if settings.perf_test:
        perf_test.fetch(settings)
    session = steps.Steps(targets, settings)
    try:
        for scenario in settings.chosen:
            session.run(scenario)
    finally:
        for target in targets:
            target.resume()
            target.kill()


def main():
    settings = parse_arguments()
    if settings.report:
        report.show(settings.report, settings.plots)
        return
    try:
        measure(settings)
    except brokers.BrokerError as e:
        sys.exit(f'compare: {e}')
    except KeyboardInterrupt:
        sys.exit('compare: interrupted')
    report.show(settings.out, settings.plots)
    print(f'\nresults: {settings.out}')


if __name__ == '__main__':
    main()
