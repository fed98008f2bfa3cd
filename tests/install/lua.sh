#!/usr/bin/env bash
# The rock, from a source package as a user gets it, in a tree of its own: lua.sh [PREFIX], where the library is
# installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HOSTBILL_PREFIX=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swig=$root/build/venv/bin/swig
[ -x "$swig" ] || swig=swig

make -s -C "$root/bindings/lua" dist DIST="$work/source" BUILD="$work/wrapper" SWIG="$swig"
cd "$work/source"
# No SWIG from here on, and nothing of the checkout.
libraries=$(dirname "$(find "$HOSTBILL_PREFIX/lib" -name libhostbill.so | head -n 1)")
unset LUA_PATH LUA_CPATH
env -u HOSTBILL_PREFIX luarocks --lua-version 5.4 --tree "$work/tree" make hostbill-*.rockspec \
    HOSTBILL_INCDIR="$HOSTBILL_PREFIX/include" HOSTBILL_LIBDIR="$libraries" SWIG=false >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
find "$work/tree" -path '*annotations/hostbill.lua' | grep -q . || { echo "the annotations are not installed"; exit 1; }

mkdir "$work/elsewhere"
cd "$work/elsewhere"
rm -rf "$work/source" "$work/wrapper"
eval "$(luarocks --lua-version 5.4 --tree "$work/tree" path)"
cat >program.lua <<'LUA'
local hostbill = require "hostbill"
do
    local sandbox <close> = hostbill.Sandbox{portal = "time4vps"}
    local client <close> = sandbox:client()
    assert(#client.servers:list() > 0)
    local ok, err = pcall(client.servers.get, client.servers, 999999)
    assert(not ok and hostbill.is(err, "not_found"), tostring(err))
end
collectgarbage()
collectgarbage()
assert(hostbill.live_objects() == 0)
LUA
lua5.4 program.lua

module=$(find "$work/tree" -name native.so)
symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }')
[ "$symbols" = luaopen_hostbill_native ] || { echo "exported: $symbols"; exit 1; }

# Without the library, or with one of another ABI: Lua's own error, which names the cause.
refused() {
    if lua5.4 program.lua 2>error; then
        echo "it was not noticed: $1"
        exit 1
    fi
    grep -q "$1" error || { cat error; exit 1; }
}
sed -i 's#libhostbill\.so\.1#libhostbill.so.9#g' "$module"
refused 'libhostbill.so.9: cannot open shared object file'
nm -D --defined-only "$libraries/libhostbill.so" | awk '$3 ~ /^hostbill_/ { print "int " $3 "(void) { return 99; }" }' >other.c
"${CC:-cc}" -shared -fPIC -fno-builtin -o libhostbill.so.9 other.c
LD_LIBRARY_PATH=$PWD refused 'needs version 1 of the hostbill library.s ABI, but the library that was loaded has version 99'
echo "1 passed, 0 failed"
