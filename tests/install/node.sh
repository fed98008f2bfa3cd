#!/usr/bin/env bash
# The npm package, packed and installed in a project of its own: node.sh [PREFIX], where the library is installed;
# without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HOSTBILL_PREFIX=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
# The headers that came with node, where they did; else node-gyp fetches them.
nodedir=$(dirname "$(dirname "$(node -p process.execPath)")")
[ ! -e "$nodedir/include/node/node_api.h" ] || export npm_config_nodedir=$nodedir

"$root/bindings/node/package.sh" "$work/source"
mkdir "$work/project" "$work/elsewhere"
cd "$work/source"
quiet npm pack --ignore-scripts --pack-destination "$work"
rm -rf "$work/source"
cd "$work/project"
echo '{"private": true}' >package.json
quiet npm install --no-audit --no-fund "$work"/hostbill-*.tgz
cd "$work/elsewhere"
mv "$work/project/node_modules" .

cat >program.js <<'JS'
const { Client, NotFoundError, Sandbox, liveObjects, version } = require('hostbill');
(async () => {
    const sandbox = await Sandbox.start({ portal: 'time4vps' });
    const client = sandbox.client();
    if (!((await client.servers.list()).length > 0)) process.exit(2);
    await client.servers.get(999999).then(
        () => process.exit(3),
        (error) => error instanceof NotFoundError || process.exit(4),
    );
    await client.close();
    await sandbox.close();
    console.log(version(), liveObjects(), client instanceof Client);
})();
JS
sed -e "s/^const \(.*\) = require('hostbill');/import \1 from 'hostbill';/" program.js >program.mjs
version=$(sed -n 's/^project(hostbill VERSION \([^ ]*\).*/\1/p' "$root/CMakeLists.txt")
for program in program.js program.mjs; do
    out=$(env -u HOSTBILL_PREFIX node $program)
    [ "$out" = "$version 0 true" ] || { echo "$program: $out"; exit 1; }
done

module=node_modules/hostbill/build/Release/hostbill_native.node
symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }' | sort | paste -sd' ')
[ "$symbols" = "napi_register_module_v1 node_api_module_get_api_version_v1" ] || { echo "exported: $symbols"; exit 1; }
sed -i 's/libhostbill\.so\.1/libhostbill.so.9/g' "$module"
if node -e 'require("hostbill")' 2>error; then
    echo "a missing library was not noticed"
    exit 1
fi
grep -q "native part could not be loaded: .*libhostbill.so.9: cannot open" error || { cat error; exit 1; }
echo "1 passed, 0 failed"
