# What the commands share: sourced with $program and $home set. Sets $jar, $java, and the runtime's
# $full_version (17.0.15) and $version (17).

fail() {
  echo "$program: $1" >&2
  exit 1
}

jar=${MILLRACE_JAR:-$home/lib/millrace.jar}
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, but there is no $java; Java 17 or newer is needed"
else
  java=$(command -v java) || fail "Java 17 or newer is needed: set JAVA_HOME or put 'java' on the PATH"
fi
[ -f "$jar" ] || fail "$jar is missing"

# The feature version, 17 of "17.0.15" and 8 of "1.8.0_392", from the runtime's release file where there is one:
# asking the JVM itself costs a tenth of a second.
release=$(dirname "$(dirname "$(readlink -f "$java")")")/release
if [ -r "$release" ]; then
  full_version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$release")
else
  full_version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
fi
version=${full_version#1.}
version=${version%%[.+-]*}
[ "${version:-0}" -ge 17 ] || fail "Java 17 or newer is needed; $java is version ${version:-unknown}"
