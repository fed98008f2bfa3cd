#!/usr/bin/env bash
# Builds the gem's files and runs Ruby's own tests of it. HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
"$root/bindings/ruby/build.sh" "$root/build/bindings/ruby"
exec ruby -W -I "$root/build/bindings/ruby/lib" "$root/tests/bindings/ruby/all.rb" "$@"
