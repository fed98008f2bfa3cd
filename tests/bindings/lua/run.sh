#!/usr/bin/env bash
# The tests of the Lua client: HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/bindings/lua/build.sh"
"${CC:-cc}" -std=c11 -O1 -g -Wall -Wextra -Werror -I/usr/include/lua5.4 "$root/tests/bindings/lua/memory.c" -o "$build/memory" -llua5.4
memory=0
"$build/memory" >"$build/memory.log" 2>&1 || { memory=1; cat "$build/memory.log"; }
HOSTBILL_MEMORY_FAILED=$memory exec lua5.4 "$root/tests/bindings/lua/test.lua"
