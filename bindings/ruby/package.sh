#!/usr/bin/env bash
# Puts everything that the gem consists of into a folder, what SWIG writes included: package.sh FOLDER
# From there, `gem build` makes the gem, and ext/hostbill/extconf.rb compiles it. $SWIG is SWIG 4.1 or newer.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
swig=${SWIG:-$(PATH=$root/build/venv/bin:$PATH command -v swig || echo swig)}
folder=$1
mkdir -p "$folder"
cp -r "$here"/{lib,sig,ext,hostbill.gemspec,README.md} "$root/LICENSE" "$folder/"
cp "$root"/bindings/swig/*.hpp "$folder/ext/hostbill/"
"$swig" -ruby -c++ -I"$root/bindings/swig" -o "$folder/ext/hostbill/native_wrap.cxx" "$here/hostbill_ruby.i"
