#!/usr/bin/env bash
# Builds the distribution's files in place for tests: build.sh FOLDER. Afterwards `perl -Mblib=FOLDER` uses it.
# HOSTBILL_PREFIX is where libhostbill is installed. What has not changed is not compiled again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
state() { cat "$folder"/*.{cxx,hpp,map,PL} 2>/dev/null | sha256sum; echo "${HOSTBILL_PREFIX:-}"; }
before=$(state)
rm -rf "$folder/lib" "$folder/t" "$folder/blib/lib/Hostbill"
"$here/package.sh" "$folder"
cd "$folder"
[ "$before" = "$(state)" ] || rm -f native_wrap.o
{ perl Makefile.PL && make; } >build.log 2>&1 || { cat build.log >&2; exit 1; }
