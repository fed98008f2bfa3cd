#!/usr/bin/env bash
# Builds the gem's files in place for tests: build.sh FOLDER. Afterwards `ruby -I FOLDER/lib -r hostbill` works.
# HOSTBILL_PREFIX is where libhostbill is installed. What has not changed is not compiled again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
native=$folder/ext/hostbill
before=$(cat "$native"/*.{cxx,hpp,rb,map} 2>/dev/null | sha256sum; echo "${HOSTBILL_PREFIX:-}")
rm -rf "$folder/lib/hostbill/generated"
"$here/package.sh" "$folder"
after=$(cat "$native"/*.{cxx,hpp,rb,map} | sha256sum; echo "${HOSTBILL_PREFIX:-}")
if [ "$before" != "$after" ] || ! [ -e "$native/native.so" ]; then
    cd "$native"
    rm -f native.so native_wrap.o
    ruby extconf.rb >build.log 2>&1 && make >>build.log 2>&1 || { cat build.log >&2; exit 1; }
fi
cp "$native/native.so" "$folder/lib/hostbill/native.so"
