#!/bin/sh
# Compiles the load generator when it is missing or older than its sources.
#
#   build-loadgen.sh FILE        FILE is the program to make; CC is another compiler than cc
set -eu

file=$1
sources=$(dirname "$(readlink -f "$0")")/loadgen
compiler=${CC:-cc}

if [ -x "$file" ] && [ -z "$(find "$sources" -newer "$file" | head -n 1)" ]; then
  exit 0
fi
if ! echo '#include <stdio.h>' | "$compiler" -E - >/dev/null 2>&1; then
  echo "build-loadgen: no C compiler '$compiler' with the headers of the C library;" \
    "install the packages gcc and libc6-dev, or name a compiler in CC" >&2
  exit 1
fi
mkdir -p "$(dirname "$file")"
# In one step at the end: whoever runs it meanwhile has the old one.
"$compiler" -std=gnu11 -O2 -Wall -Wextra -pthread -o "$file.new" "$sources"/*.c
mv "$file.new" "$file"
