#!/usr/bin/env bash
# The tests of the Tcl client: HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/bindings/tcl/build.sh"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
timeout 120 tclsh8.6 "$root/tests/bindings/tcl/client.test" >"$log" 2>&1 || status=$?
read -r passed failed < <(sed -n 's/.*Total.*Passed[^0-9]*\([0-9]*\).*Failed[^0-9]*\([0-9]*\).*/\1 \2/p' "$log") || true
if [ "$status" -ne 0 ] || [ "${passed:-0}" -eq 0 ] || [ "${failed:-1}" -ne 0 ]; then
    cat "$log"
fi
[ "$status" -eq 0 ] || [ "${failed:-0}" -gt 0 ] || failed=1
echo "${passed:-0} passed, ${failed:-1} failed"
[ "${failed:-1}" -eq 0 ]
