"""Tables of medians, and of ratios to the first broker within the same round."""
import collections
import json
import statistics

import scale
import scenarios


def _latency(key, index):
    # Ages of a backlog are no latencies.
    return lambda r: r[key][index] if r.get(key) and r[key][1] and not r['scenario'].startswith(('S4', 'S9')) else None


def _checked(key):
    return lambda r: r.get(key) if r.get('expected') else None


def _rate(r):
    return r.get('consumed_rate') or r.get('confirmed_rate') or r.get('published_rate')


def _cpu(r):
    return r.get('broker_cpu_per_million')


COLUMNS = {
    'messages/s': _rate,
    'CPU s/million': _cpu,
    'peak memory MB': lambda r: r.get('peak_memory_mb'),
    'end to end p50 µs': _latency('end_to_end_us', 0),
    'p99': _latency('end_to_end_us', 1),
    'p99.9': _latency('end_to_end_us', 2),
    'confirm p50 µs': _latency('confirm_us', 0),
    'confirm p99': _latency('confirm_us', 1),
    'disk MB': lambda r: r.get('disk_mb'),
    'start s': lambda r: r.get('start_s'),
    'ready s': lambda r: r.get('ready_s'),
    'missing': _checked('missing'),
    'duplicates': _checked('duplicates'),
    'KB/connection': lambda r: r.get('kb_per_connection'),
    'opened/s': lambda r: r.get('opened_rate'),
    'opened and closed/s': lambda r: r.get('churn_rate'),
    'CPU ms/connection': lambda r: r.get('cpu_ms_per_connection'),
    'spin ms': lambda r: r.get('spin_ms'),
    'other CPU s': lambda r: r.get('other_cpu'),
}
# Shown when they are zero too: that is what they are for.
ALWAYS = ('missing', 'duplicates')


def show(path, plots=None):
    """Prints a table for each scenario of a file of results; plots is a folder for drawings."""
    with open(path) as file:
        results = [json.loads(line) for line in file]
    by_scenario = collections.defaultdict(list)
    scale.show(results, _rate, _cpu, plots)
    for result in results:
        if result['scenario'].startswith('scale '):
            continue
        pinned = f" pinned {result['pinned']}" if result['pinned'] else ''
        by_scenario[result['scenario'] + pinned].append(result)
    for scenario in sorted(by_scenario):
        _table(scenario, by_scenario[scenario])


def _table(scenario, results):
    number, _, rest = scenario.partition(' ')
    print(f'\n### {scenarios.title(number)}{" — " + rest if rest else ""}\n')
    failed = [result for result in results if 'error' in result]
    for result in failed:
        print(f"* {result['broker']}: {result['error']}")
    good = collections.defaultdict(list)
    for result in results:
        if 'error' not in result:
            good[result['broker']].append(result)
    if not good:
        return
    if failed:
        print()
    first = {result['repeat']: result for result in next(iter(good.values()))}
    columns = [name for name in COLUMNS if _is_worth(name, good)]
    confirms = any(result.get('confirmed') for runs in good.values() for result in runs)
    heads = ['broker', 'runs'] + ['a confirm means'] * confirms + columns + ['rate ×', 'CPU ×']
    print('| ' + ' | '.join(heads) + ' |')
    print('|' + '---|' * len(heads))
    for name, runs in good.items():
        cells = [name, str(len(runs))] + [runs[0].get('confirm_mode') or 'not stated'] * confirms
        cells += [_text(_median(COLUMNS[column], runs)) for column in columns]
        cells += [_text(_ratio(_rate, runs, first)), _text(_ratio(_cpu, runs, first))]
        print('| ' + ' | '.join(cells) + ' |')


def _is_worth(name, good):
    values = [COLUMNS[name](result) for runs in good.values() for result in runs]
    return any(value is not None if name in ALWAYS else value for value in values)


def _median(column, runs):
    values = [value for value in map(column, runs) if value is not None]
    return statistics.median(values) if values else None


def _ratio(column, runs, first):
    """The median of the ratios to the first broker's run of the same round: steadier than the ratio of medians."""
    ratios = [column(run) / column(first[run['repeat']]) for run in runs
              if run['repeat'] in first and column(run) and column(first[run['repeat']])]
    return statistics.median(ratios) if ratios else None


def _text(value):
    if value is None:
        return '–'
    return f'{value:,.0f}' if abs(value) >= 100 else f'{value:.3g}'
