#!/usr/bin/env bash
# Builds the gem's files and runs the cases: run.sh CASES. HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
"$root/bindings/ruby/build.sh" "$root/build/bindings/ruby"
# shellcheck disable=SC2086
exec ${UNDER:-} ruby -W -I "$root/build/bindings/ruby/lib" "$root/tests/conformance/ruby/runner.rb" "$@"
