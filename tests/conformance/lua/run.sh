#!/usr/bin/env bash
# Builds the module for Lua and runs the cases in it. The library is installed in HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/bindings/lua/build.sh"
# shellcheck disable=SC2086
exec ${HOSTBILL_UNDER:-} lua5.4 "$root/tests/conformance/lua/runner.lua" "$@"
