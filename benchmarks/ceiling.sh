#!/bin/sh
# The ceiling: what a JVM and Netty move when the broker in between does nothing. A target for benchmarks/compare.sh.
#
#   benchmarks/ceiling.sh PORT      listens on the loopback interface; JAVA_OPTS are options for the JVM
set -eu

here=$(dirname "$(readlink -f "$0")")
log=$here/target/ceiling-build.log

[ $# = 1 ] || { echo "ceiling: the port is missing" >&2; exit 2; }
if [ -z "$(find "$here/target/classes" -name Ceiling.class -newer "$here/src/main/java/io/millrace/benchmarks/Ceiling.java" \
    2>/dev/null)" ]; then
  command -v mvn >/dev/null 2>&1 || { echo "ceiling: Maven is needed and 'mvn' is not on the PATH" >&2; exit 1; }
  mkdir -p "$here/target"
  (cd "$here/.." && mvn -B -ntp -q -pl benchmarks -am -Dmaven.test.skip=true process-classes) >"$log" 2>&1 </dev/null || {
    cat "$log" >&2
    echo "ceiling: the build failed" >&2
    exit 1
  }
fi
# shellcheck disable=SC2086 # the options are words
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -XX:+UseParallelGC -Dio.netty.tryReflectionSetAccessible=true \
  --add-opens java.base/java.nio=ALL-UNNAMED --add-opens java.base/jdk.internal.misc=ALL-UNNAMED ${JAVA_OPTS:-} \
  -cp "$here/target/classes:$(cat "$here/target/classpath.txt")" io.millrace.benchmarks.Ceiling "$1"
