#!/usr/bin/env bash
# Builds the distribution and runs Perl's own tests of it. HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
build=$root/build/bindings/perl
"$root/bindings/perl/build.sh" "$build"
log=$build/tests.log
status=0
prove -v "-I$build/blib/lib" "-I$build/blib/arch" "-I$root/tests/bindings/perl" "$build/t" "$root/tests/bindings/perl" \
    >"$log" 2>&1 || status=1
failed=$(grep -c '^not ok' "$log" || true)
passed=$(grep -c '^ok' "$log" || true)
if [ "$status" -ne 0 ]; then
    cat "$log"
    [ "$failed" -gt 0 ] || failed=1
fi
echo "$passed passed, $failed failed"
exit $status
