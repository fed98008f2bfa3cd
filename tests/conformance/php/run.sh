#!/usr/bin/env bash
# Runs the cases in PHP: builds the extension against the library in HOSTBILL_PREFIX, then starts the runner.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$root/bindings/php/build.sh"
exec ${HOSTBILL_UNDER:-} php -d memory_limit=1G -d extension="$HOSTBILL_PHP_EXTENSION" "$root/tests/conformance/php/runner.php" "$@"
