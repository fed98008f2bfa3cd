#!/usr/bin/env bash
# Puts together what users of PHP install: package.sh FOLDER [SWIG]
#     FOLDER/hostbill          the classes, for composer or a plain require
#     FOLDER/hostbill-native   the extension's sources, for PIE or phpize; compiling them needs no SWIG
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$1
swig=${2:-${SWIG:-$(PATH=$root/build/venv/bin:$PATH command -v swig || echo swig)}}

rm -rf "$out/hostbill"
mkdir -p "$out/hostbill" "$out/hostbill-native"
cp -r "$here/composer.json" "$here/autoload.php" "$here/README.md" "$here/src" "$root/LICENSE" "$out/hostbill/"

# What has not changed keeps its time, so that make compiles nothing again.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$here/native" && "$swig" -c++ -php7 -prefix HostbillNative -I"$root/bindings/swig" -I. -outdir "$work" \
    -o "$work/hostbill_native_wrap.cpp" hostbill_php.i)
cp "$here"/native/{config.m4,composer.json,hostbill_native.map,zval_builder.hpp} \
    "$root"/bindings/swig/*.hpp "$root/LICENSE" "$work/"
for file in "$work"/*; do
    cmp -s "$file" "$out/hostbill-native/${file##*/}" || cp "$file" "$out/hostbill-native/"
done
