#!/usr/bin/env bash
# Runs the languages' conformance runners on a few cases under valgrind, for the C side of each: no invalid access, and
# nothing of ours lost. valgrind.sh [LANGUAGE..]; HOSTBILL_PREFIX is where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${HOSTBILL_PREFIX:?where the library is installed}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A few cases of each kind; those that need the driver's portal are answered by nobody, which is an answer, too.
python3 - "$root" >"$work/cases.json" <<'PYTHON'
import json, sys
from pathlib import Path

root = Path(sys.argv[1])
cases = json.loads((root / "tests/conformance/cases.json").read_text("utf-8"))["cases"]
wanted = ("values: there and back", "catalogue: ", "sandbox: ", "error: usage, unknown settings", "version")
chosen = [case for case in cases if case["name"].startswith(wanted)]
golden = json.loads((root / "tests/wire/time4vps.json").read_text("utf-8"))
steps = []
for case in golden["cases"][::20]:
    steps.append({"do": "dry", "via": "method", "operation": case["operation"], "params": case["params"]})
client = {"portal": "time4vps", "username": "u", "password": "p", "base_url": "http://127.0.0.1:1/api"}
call = {"do": "call", "operation": "account.balance", "options": {"max_attempts": 1}}
life = [call, {"do": "closed"}, {"do": "close"}, {"do": "close"}, call]
odd = {"a\u0000b": ["\u00e9", "\ud83d\ude00", "", None, True, -1, {"deep": [[[{}]]]}]}
chosen += [
    {"name": "requests", "client": client, "steps": steps},
    {"name": "life", "client": client, "steps": life},
    {"name": "text", "client": client, "steps": [{"do": "value", "json": odd}]},
    {"name": "in the sandbox", "sandbox": {"portal": "coloup"}, "steps": [
        {"do": "full", "operation": "domains.list"},
        {"do": "call", "via": "method", "operation": "invoices.get", "params": {"invoice_id": 999999}},
        {"do": "parallel", "clients": 2, "each": 3, "step": call},
    ]},
]
print(json.dumps({"cases": [{"client": None, "sandbox": None, **case} for case in chosen]}))
PYTHON

# Interpreters of their own accord do what valgrind frowns on, such as reading their whole stack. There, only what has to
# do with us counts.
cat >"$work/judge.py" <<'PYTHON'
import re, sys

language, log, out = sys.argv[1:]
text = re.sub(r"^==\d+== ?", "", open(log, errors="replace").read(), flags=re.M)
strict = language == "lua"
bad = [
    block
    for block in text.split("\n\n")
    if re.search(r"Invalid|Conditional jump|Use of uninit|points to uninit|definitely lost|Mismatched|Process terminating", block)
    and (strict or "hostbill" in block)
    and "LEAK SUMMARY" not in block
]
lines = open(out, errors="replace").read().splitlines()
if not lines or not re.fullmatch(r'\{"live_objects": ?"?0"?\}', lines[-1]):
    bad.append(f"the runner's last line is {lines[-1:]}")
print(*bad[:10], sep="\n\n")
sys.exit(bool(bad))
PYTHON

# $HOSTBILL_UNDER stands before the interpreter in a runner's run.sh.
under="valgrind --leak-check=full --show-leak-kinds=definite --num-callers=30 --log-file=$work/log"
passed=0 failed=0
[ $# -gt 0 ] || set -- lua tcl perl php ruby
for language in "$@"; do
    rm -f "$work/log"
    status=0
    HOSTBILL_UNDER=$under UNDER=$under PERL_DESTRUCT_LEVEL=2 USE_ZEND_ALLOC=0 \
        "$root/tests/conformance/$language/run.sh" "$work/cases.json" >"$work/out" 2>"$work/err" || status=$?
    if [ "$status" -eq 0 ] && [ -e "$work/log" ] && python3 "$work/judge.py" "$language" "$work/log" "$work/out" >"$work/why"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "--- $language: exit status $status"
        tail -n 20 "$work/err"
        cat "$work/why" 2>/dev/null || true
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
