#!/usr/bin/env bash
# Builds the extension and runs PHP's own tests of it. HOSTBILL_PREFIX is where the library is installed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
. "$root/bindings/php/build.sh" || exit 1
out=$(${HOSTBILL_UNDER:-} php -n -d extension="$HOSTBILL_PHP_EXTENSION" -d memory_limit=1G "$here/test.php" 2>&1) || true
grep -avE '^(ok .*|end)$' <<<"$out"
passed=$(grep -ac '^ok ' <<<"$out")
failed=$(grep -ac '^failed ' <<<"$out")
grep -aq '^end$' <<<"$out" || failed=$((failed + 1))
for script in "$here"/*_test.sh; do
    if "$script"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed ${script##*/}"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
