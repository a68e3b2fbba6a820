#!/bin/sh
# Compiles what is stale and runs the JMH benchmarks.
#
#   benchmarks/jmh.sh [REGEX] [OPTIONS]      such as TopicRouting -f 1 -wi 2 -i 3; -h lists JMH's options, -l the benchmarks
set -eu

here=$(dirname "$(readlink -f "$0")")
log=$here/target/jmh-build.log

command -v mvn >/dev/null 2>&1 || { echo "jmh: Maven is needed and 'mvn' is not on the PATH" >&2; exit 1; }
mkdir -p "$here/target"
(cd "$here/.." && mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true process-classes) >"$log" 2>&1 </dev/null || {
  cat "$log" >&2
  echo "jmh: the build failed" >&2
  exit 1
}
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -cp "$here/target/classes:$(cat "$here/target/classpath.txt")" \
  org.openjdk.jmh.Main -prof io.millrace.benchmarks.CpuTime "$@"
