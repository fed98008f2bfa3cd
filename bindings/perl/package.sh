#!/usr/bin/env bash
# Puts everything that the distribution consists of into a folder, what SWIG writes included: package.sh FOLDER
# There, `perl Makefile.PL && make` builds it, and `make dist` makes the archive. $SWIG is SWIG 4.1 or newer.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
swig=${SWIG:-$(PATH=$root/build/venv/bin:$PATH command -v swig || echo swig)}
folder=$1
mkdir -p "$folder"
cp -r "$here"/{lib,t,Makefile.PL,README.md,native.map} "$here"/native/*.hpp "$root"/bindings/swig/*.hpp "$root/LICENSE" "$folder/"
"$swig" -perl5 -c++ -noproxy -w314 -I"$root/bindings/swig" -outdir "$folder/lib/Hostbill" -o "$folder/native_wrap.cxx" \
    "$here/hostbill_perl.i"
(cd "$folder" && { find lib t -type f; ls ./*.hpp ./*.cxx LICENSE Makefile.PL README.md native.map; } |
    sed 's|^\./||; $aMANIFEST' | sort >MANIFEST)
