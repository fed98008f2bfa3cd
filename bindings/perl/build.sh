#!/usr/bin/env bash
# Builds the distribution's files in place for tests: build.sh FOLDER. Afterwards `perl -Mblib=FOLDER` uses it.
# HOSTBILL_PREFIX is where libhostbill is installed. What has not changed is not compiled again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
state() { cat "$folder"/*.{cxx,hpp,map,PL} 2>/dev/null | sha256sum; echo "${HOSTBILL_PREFIX:-}"; }
before=$(state)
rm -rf "$folder/lib" "$folder/t"
"$here/package.sh" "$folder"
cd "$folder"
if [ "$before" != "$(state)" ] || ! [ -e blib/arch/auto/Hostbill/Native/Native.so ]; then
    rm -rf blib native_wrap.o
    # Without manual pages, which take longer than all the rest.
    { perl Makefile.PL INSTALLMAN1DIR=none INSTALLMAN3DIR=none && make; } >build.log 2>&1 || { cat build.log >&2; exit 1; }
fi
chmod -R u+w blib/lib
cp -r lib/. blib/lib/
