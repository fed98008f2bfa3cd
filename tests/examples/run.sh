#!/usr/bin/env bash
# Runs the same program in each language and compares what they print with what Python's prints: run.sh [LANGUAGE..].
# HOSTBILL_PREFIX is where the library is installed.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- c cpp go java lua node perl php ruby rust tcl
passed=0 failed=0

# Starts with a reference that says something.
if "$here/one.sh" python >"$work/python" 2>"$work/log" && [ "$(grep -c . "$work/python")" -ge 5 ]; then
    passed=1
else
    failed=1
    cat "$work/python" "$work/log"
fi
for language in "$@"; do
    if "$here/one.sh" "$language" >"$work/output" 2>"$work/log" </dev/null && diff "$work/python" "$work/output" >"$work/difference"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "--- $language"
        cat "$work/difference" 2>/dev/null
        tail -n 20 "$work/log"
    fi
    rm -f "$work/difference"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
