#!/bin/sh
# Measures AMQP 0-9-1 brokers side by side: rate, CPU time a message, memory, latency. docs/performance.md explains it.
#
#   benchmarks/compare.sh [OPTIONS] NAME=URI...                            brokers that run already
#   benchmarks/compare.sh [OPTIONS] 'NAME=COMMAND {data} {port},URI'...    brokers that it starts and stops
#   benchmarks/compare.sh --help
set -eu

here=$(dirname "$(readlink -f "$0")")
build=$here/target
loadgen=$build/loadgen

if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
  echo "compare: Python 3.9 or newer is needed as python3" >&2
  exit 1
fi
"$here/build-loadgen.sh" "$loadgen"
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/compare" --loadgen "$loadgen" --build "$build" "$@"
