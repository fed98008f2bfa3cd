#!/usr/bin/env bash
# Builds the npm package's files and runs Node's own tests of it. HOSTBILL_PREFIX is where the library is installed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
. "$root/bindings/node/build.sh" || exit 1
out=$("${HOSTBILL_NODE:-node}" --test --test-reporter=tap "$root"/tests/bindings/node/*.test.js 2>&1)
passed=$(sed -n 's/^# pass //p' <<<"$out")
failed=$(($(sed -n 's/^# fail //p' <<<"$out") + $(sed -n 's/^# cancelled //p' <<<"$out")))
[ "$failed" -eq 0 ] || grep -vE '^ *(---|\.\.\.|duration_ms|type:)|^ *ok ' <<<"$out"

# The types: a program that uses them well compiles, and each misuse in it is one that the compiler notices. The examples
# are held against them too.
types=$root/build/bindings/node/types
mkdir -p "$types/node_modules"
ln -sfn "$HOSTBILL_NODE_PACKAGE" "$types/node_modules/hostbill"
cp "$root"/tests/bindings/node/types.mts "$types/"
cp "$root"/examples/node/*.js "$types/"
if ! [ -d "$types/node_modules/typescript" ]; then
    echo '{"private":true}' >"$types/package.json"
    npm install --prefix "$types" --no-audit --no-fund --silent typescript@5.9 @types/node@20 2>/dev/null
    ln -sfn "$HOSTBILL_NODE_PACKAGE" "$types/node_modules/hostbill"
fi
if cd "$types" && node_modules/.bin/tsc --noEmit --strict --target es2022 --lib es2022,esnext.disposable --module node16 \
    --types node --allowJs --checkJs types.mts ./*.js; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
