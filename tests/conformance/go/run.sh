#!/usr/bin/env bash
# Builds the Go runner and runs it: run.sh CASES.json. HOSTBILL_GO_FLAGS may hold flags of `go build`, such as -race.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
if [ -n "${HOSTBILL_PREFIX:-}" ]; then
    libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name 'libhostbill.so.1' | head -n 1)")
    export HOSTBILL_LIBRARY=$libraries/libhostbill.so.1 HOSTBILL_SANDBOX_LIBRARY=$libraries/libhostbill_sandbox.so.1
fi
# Without a C compiler, unless something else is asked for.
export CGO_ENABLED=${CGO_ENABLED:-0} GOTOOLCHAIN=${GOTOOLCHAIN:-local}
mkdir -p "$root/build/bindings/go"
# shellcheck disable=SC2086
(cd "$root/tests/conformance/go" && "${HOSTBILL_GO:-go}" build ${HOSTBILL_GO_FLAGS:-} -o "$root/build/bindings/go/conformance" .)
exec "$root/build/bindings/go/conformance" "$@"
