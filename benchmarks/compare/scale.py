"""How the rate changes with the number of things: families of loads that differ in one number, a table and a plot each."""
import collections
import json
import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass

import scenarios

GENTLE = '--auto-ack --in-flight 20k'


@dataclass(frozen=True)
class Family:
    """One number that grows; options has {n} for it."""

    name: str
    axis: str
    text: str
    steps: tuple
    options: str
    # What is put into the queue before, {n} messages of it; None for nothing.
    fill: str = None

    def loads(self):
        """A load for every step."""
        for n in self.steps:
            yield scenarios.Load(f'scale {self.name} {n}', f'scale-{self.name}', self.text,
                                 self.options.replace('{n}', str(n)),
                                 fill=self.fill.replace('{n}', str(n)) if self.fill and n else None)


FAMILIES = [
    Family('queues', 'queues', '16 B transient, one publisher, so many queues with a consumer each',
           (1, 10, 100, 1000), f'--size 16 --queues {{n}} --consumers {{n}} {GENTLE}'),
    Family('connections', 'connections', '16 B transient, half of the connections publish and half consume, 10 queues',
           (2, 20, 100, 400, 1000), f'--size 16 --queues 10 --half-each {{n}} {GENTLE}'),
    Family('bindings', 'bindings', '128 B transient through so many wildcard bindings over 10 queues',
           (1, 10, 100, 1000, 10_000, 100_000),
           '--size 128 --queues 10 --consumers 10 --exchange bench-topic --exchange-type topic --bindings {n} ' + GENTLE),
    Family('keys', 'bindings', '128 B transient through a direct exchange with so many bindings over 10 queues',
           (1, 10, 100, 1000, 10_000, 100_000),
           '--size 128 --queues 10 --consumers 10 --exchange bench-keys --exchange-type direct --bindings {n} ' + GENTLE),
    Family('size', 'body, octets', 'transient, a publisher and a consumer, at most 64 MiB in flight',
           (16, 128, 1024, 16_384, 131_072, 1_048_576, 16_777_216), '--size {n} --auto-ack --in-flight-bytes 64m'),
    Family('length', 'messages in the queue before', '100 B persistent, confirms, published and consumed meanwhile',
           (0, 10_000, 100_000, 1_000_000, 20_000_000),
           '--size 100 --persistent --durable --confirms 500 --prefetch 200 --ack-every 100 --prefix bench-length',
           '--size 100 --persistent --durable --confirms 20k --consumers 0 --prefix bench-length --keep --count {n}'
           ' --duration 900'),
]


def find(word):
    """The loads of a family by its name, scale-queues, or of all by scale; None if there is no such."""
    chosen = [family for family in FAMILIES if word in ('scale', f'scale-{family.name}')]
    return [load for family in chosen for load in family.loads()] or None


def listing():
    """All families, a line each."""
    return '\n'.join(f'  {"scale-" + family.name:23} {family.text}' for family in FAMILIES)


def options(text):
    """The generator's options: two of a family's are arithmetic."""
    words = text.split()
    if '--half-each' in words:
        at = words.index('--half-each')
        half = str(int(words[at + 1]) // 2)
        words[at:at + 2] = ['--publishers', half, '--consumers', half]
    if '--in-flight-bytes' in words:
        at = words.index('--in-flight-bytes')
        size = int(words[words.index('--size') + 1])
        words[at:at + 2] = ['--in-flight', str(max(4, min(20_000, (64 << 20) // size)))]
    return ' '.join(words)


def show(results, rate, cpu, plots):
    """Prints a table for each family that was measured, and draws it into the folder plots, if that is given."""
    for family in FAMILIES:
        cells = collections.defaultdict(list)
        for result in results:
            words = result['scenario'].split()
            if words[:2] == ['scale', family.name] and 'error' not in result:
                cells[int(words[2]), result['broker']].append(result)
        if cells:
            rows = _table(family, cells, rate, cpu)
            if plots:
                _plot(family, rows, plots)


def _table(family, cells, rate, cpu):
    brokers = list(dict.fromkeys(broker for _, broker in cells))
    print(f'\n### {family.text}\n')
    print(f'| {family.axis} | ' + ' | '.join(f'{b}: messages/s | CPU s/million' for b in brokers) + ' |')
    print('|---|' + '---|---|' * len(brokers))
    rows = {}
    for n in sorted({n for n, _ in cells}):
        rates = {b: _median(rate, cells.get((n, b), [])) for b in brokers}
        costs = {b: _median(cpu, cells.get((n, b), [])) for b in brokers}
        print(f'| {n:,} | ' + ' | '.join(f'{_text(rates[b])} | {_text(costs[b])}' for b in brokers) + ' |')
        rows[n] = rates
    return rows


def _median(column, runs):
    values = [value for value in map(column, runs) if value]
    return statistics.median(values) if values else None


def _text(value):
    if value is None:
        return '–'
    return f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def _plot(family, rows, folder):
    """With gnuplot, into an SVG file."""
    if not shutil.which('gnuplot'):
        raise SystemExit('compare: gnuplot is needed to draw (Debian: gnuplot-nox)')
    brokers = list(next(iter(rows.values())))
    file = os.path.join(folder, f'scale-{family.name}.svg')
    data = '\n\n\n'.join(
        '\n'.join(f'{max(n, 1)} {rates[b]}' for n, rates in rows.items() if rates[b]) for b in brokers)
    lines = ', '.join(f'$data index {i} using 1:2 with linespoints pt 7 title {json.dumps(b)}'
                      for i, b in enumerate(brokers))
    script = f'''
        set terminal svg size 640,360 background rgb "white"
        set output {json.dumps(file)}
        set logscale x 10
        set logscale y 10
        set format x "%.0s%c"
        set format y "%.0s%c"
        set xlabel {json.dumps(family.axis)}
        set ylabel "messages/s"
        set grid
        set key outside top center horizontal
        $data << EOD\n{data}\nEOD
        plot {lines}
        '''
    subprocess.run(['gnuplot'], input='\n'.join(line.strip() for line in script.splitlines()), text=True, check=True)
    print(f'\n![{family.text}]({os.path.basename(file)})')
