#!/usr/bin/env bash
# The Tcl package, from a source package as a user gets it, in a prefix of its own: tcl.sh [PREFIX], where the library is
# installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HOSTBILL_PREFIX=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swig=$root/build/venv/bin/swig
[ -x "$swig" ] || swig=swig

make -s -C "$root/bindings/tcl" dist DIST="$work/source" BUILD="$work/wrapper" SWIG="$swig"
# No SWIG from here on, and nothing of the checkout. The library is found as pkg-config tells.
pkg_config=$(dirname "$(find "$HOSTBILL_PREFIX/lib" -name hostbill.pc | head -n 1)")
cd "$work/source"
for target in all "install PREFIX=$work/prefix"; do
    # shellcheck disable=SC2086
    env -u HOSTBILL_PREFIX -u TCLLIBPATH PKG_CONFIG_PATH="$pkg_config" make $target SWIG=false >"$work/log" 2>&1 ||
        { cat "$work/log"; exit 1; }
done
[ -e "$work/prefix/share/man/mann/hostbill_domains.n" ] || { echo "the manual is not installed"; exit 1; }

mkdir "$work/elsewhere"
cd "$work/elsewhere"
rm -rf "$work/source" "$work/wrapper"
cat >program.tcl <<'TCL'
package require hostbill
set sandbox [hostbill::Sandbox new -portal time4vps]
set client [$sandbox client]
if {[llength [$client servers list]] == 0} { error "no servers" }
try {
    $client servers get 999999
    error "that server is not there"
} trap {HOSTBILL NOT_FOUND} {} {}
$client destroy
$sandbox destroy
if {[hostbill::live_objects] != 0} { error "something is left" }
TCL
export TCLLIBPATH=$work/prefix/lib/tcl8
tclsh8.6 program.tcl

module=$(find "$work/prefix" -name hostbill_native.so)
symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }')
[ "$symbols" = Hostbill_native_Init ] || { echo "exported: $symbols"; exit 1; }

# Without the library, or with one of another ABI: Tcl's own error, which names the cause.
refused() {
    if tclsh8.6 program.tcl 2>error; then
        echo "it was not noticed: $1"
        exit 1
    fi
    grep -q "$1" error || { cat error; exit 1; }
}
sed -i 's#libhostbill\.so\.1#libhostbill.so.9#g' "$module"
refused 'libhostbill.so.9: cannot open shared object file'
nm -D --defined-only "$(find "$HOSTBILL_PREFIX/lib" -name libhostbill.so | head -n 1)" | awk '$3 ~ /^hostbill_/ { print "int " $3 "(void) { return 99; }" }' >other.c
"${CC:-cc}" -shared -fPIC -fno-builtin -o libhostbill.so.9 other.c
LD_LIBRARY_PATH=$PWD refused 'needs version 1 of the hostbill library.s ABI, but the library that was loaded has version 99'
echo "1 passed, 0 failed"
