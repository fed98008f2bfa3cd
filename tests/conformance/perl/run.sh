#!/usr/bin/env bash
# Builds the distribution and runs the cases: run.sh CASES. HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
build=$root/build/bindings/perl
"$root/bindings/perl/build.sh" "$build"
# shellcheck disable=SC2086
exec ${UNDER:-} perl "-I$build/blib/lib" "-I$build/blib/arch" "$root/tests/conformance/perl/runner.pl" "$@"
