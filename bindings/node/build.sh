# Builds the package in build/bindings/node, for tests: sets HOSTBILL_NODE_PACKAGE. Needs HOSTBILL_PREFIX.
# To be read with ".", with root set.
export HOSTBILL_NODE_PACKAGE=$root/build/bindings/node/hostbill
"$root/bindings/node/package.sh" "$HOSTBILL_NODE_PACKAGE" >&2
(
    cd "$HOSTBILL_NODE_PACKAGE"
    # The headers that came with node, where they did; else node-gyp fetches them.
    if [ -z "${npm_config_nodedir:-}" ]; then
        nodedir=$(dirname "$(dirname "$(node -p process.execPath)")")
        [ ! -e "$nodedir/include/node/node_api.h" ] || export npm_config_nodedir=$nodedir
    fi
    quiet() { "$@" >build.out 2>&1 || { cat build.out >&2; exit 1; }; }
    [ -d node_modules/node-addon-api ] || quiet npm install --ignore-scripts --no-audit --no-fund
    gyp=$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js
    [ -e "$gyp" ] || gyp=$(command -v node-gyp)
    if [ "$(cat .configured 2>/dev/null)" != "$HOSTBILL_PREFIX" ]; then
        quiet node "$gyp" configure
        echo "$HOSTBILL_PREFIX" >.configured
    fi
    quiet node "$gyp" build
)
