#!/usr/bin/env bash
# Puts together the npm package: package.sh FOLDER [SWIG]. Compiling it, which npm install does, needs no SWIG.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$1
swig=${2:-${SWIG:-$(PATH=$root/build/venv/bin:$PATH command -v swig || echo swig)}}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$here/native" && "$swig" -c++ -javascript -napi -I"$root/bindings/swig" -I. \
    -o "$work/hostbill_native_wrap.cpp" hostbill_node.i)
cp "$here"/native/{*.hpp,curl_first.c,hostbill_native.map,where.js} "$root"/bindings/swig/*.hpp "$work/"
mkdir -p "$out/native"
rm -rf "$out/lib"
cp -r "$here"/{package.json,binding.gyp,README.md,index.js,index.mjs,index.d.ts,index.d.mts,lib} "$root/LICENSE" "$out/"
# What has not changed keeps its time, so that nothing is compiled again.
for file in "$work"/*; do
    cmp -s "$file" "$out/native/${file##*/}" || cp "$file" "$out/native/"
done
