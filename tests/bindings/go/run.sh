#!/usr/bin/env bash
# Tests the Go package: with cgo and the race detector where there is a C compiler, and without cgo. HOSTBILL_PREFIX is
# where the library is installed. The last line says how many passed and failed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
if [ -n "${HOSTBILL_PREFIX:-}" ]; then
    libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name 'libhostbill.so.1' | head -n 1)")
    export HOSTBILL_LIBRARY=$libraries/libhostbill.so.1 HOSTBILL_SANDBOX_LIBRARY=$libraries/libhostbill_sandbox.so.1
fi
export GOTOOLCHAIN=${GOTOOLCHAIN:-local}
go=${HOSTBILL_GO:-go}
passed=0 failed=0

count() {
    passed=$((passed + $(grep -c '^--- PASS' <<<"$1")))
    failed=$((failed + $(grep -c '^--- FAIL' <<<"$1")))
}

check() {
    if [ "$2" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "failed: $1"; fi
}

for folder in bindings/go tests/bindings/go tests/conformance/go examples/go; do
    [ -d "$root/$folder" ] || continue
    cd "$root/$folder" || exit 1
    listed=$("$(dirname "$(command -v "$go")")/gofmt" -l .)
    echo -n "$listed"
    [ -z "$listed" ]
    check "gofmt $folder" $?
    CGO_ENABLED=0 "$go" vet ./...
    check "go vet $folder" $?
done
cd "$root/tests/bindings/go" || exit 1
kinds=("CGO_ENABLED=0")
if command -v gcc >/dev/null; then
    kinds+=("CGO_ENABLED=1 GOFLAGS=-race")
fi
for kind in "${kinds[@]}"; do
    # shellcheck disable=SC2086
    out=$(env $kind "$go" test -count=1 -v ./... 2>&1)
    status=$?
    count "$out"
    if [ $status -ne 0 ]; then
        echo "$out" | grep -v -e '^=== RUN' -e '^--- PASS' | tail -n 60
        grep -q '^--- FAIL' <<<"$out" || check "$kind" 1
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
