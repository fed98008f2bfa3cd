#!/usr/bin/env bash
# Builds the package for Tcl and runs the cases in it. The library is installed in HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/bindings/tcl/build.sh"
# shellcheck disable=SC2086
exec ${HOSTBILL_UNDER:-} tclsh8.6 "$root/tests/conformance/tcl/runner.tcl" "$@"
