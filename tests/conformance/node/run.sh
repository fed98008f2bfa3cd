#!/usr/bin/env bash
# Runs the cases in Node: builds the addon against the library in HOSTBILL_PREFIX, then starts the runner.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$root/bindings/node/build.sh"
exec ${HOSTBILL_UNDER:-} "${HOSTBILL_NODE:-node}" --expose-gc "$root/tests/conformance/node/runner.js" "$@"
