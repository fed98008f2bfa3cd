#!/usr/bin/env bash
# The tests of the Lua client: HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/bindings/lua/build.sh"
exec lua5.4 "$root/tests/bindings/lua/test.lua"
