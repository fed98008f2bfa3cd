#!/usr/bin/env bash
# Builds ours for one language, and the contestants' program where it has to be compiled: build.sh LANGUAGE, in
# build/bench/LANGUAGE. The library is installed in build/bench/prefix. What has not changed is not compiled again.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
language=$1
build=$root/build/bench/$language
export HOSTBILL_PREFIX=$root/build/bench/prefix SWIG=$root/build/venv/bin/swig
bindings=$root/bindings/$language
libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name libhostbill.so.1 -print -quit)")
mkdir -p "$build"

case $language in
cpp)
    g++ -std=c++20 -O2 -I"$HOSTBILL_PREFIX/include" -o "$build/main" "$here/cpp/main.cpp" -L"$libraries" \
        -Wl,-rpath,"$libraries" -lhostbill -lcurl
    ;;
go)
    # By a name that does not change, wherever the system puts libraries.
    ln -sfn "$libraries" "$root/build/bench/libraries"
    (cd "$here/go" && CGO_ENABLED=0 GOTOOLCHAIN=local go build -o "$build/main" .)
    ;;
java)
    make -s -C "$bindings" jar BUILD="$build" HOSTBILL_PREFIX="$HOSTBILL_PREFIX" SWIG="$SWIG"
    mvn -q -B -f "$here/java/pom.xml" dependency:copy-dependencies -DoutputDirectory="$build/clients"
    cp "$build"/hostbill-*.jar "$build/clients/hostbill.jar"
    mkdir -p "$build/program"
    javac -d "$build/program" -cp "$build/clients/*" "$here/java/Contestants.java"
    ;;
lua)
    make -s -C "$bindings" BUILD="$build" SWIG="$SWIG"
    ;;
node)
    "$bindings/package.sh" "$build/hostbill" "$SWIG"
    cp "$here"/node/package*.json "$build/"
    (cd "$build" && npm ci --ignore-scripts --no-audit --no-fund)
    cd "$build/hostbill"
    [ -d node_modules/node-addon-api ] || npm install --ignore-scripts --no-audit --no-fund
    # The headers that came with node, where they did; else node-gyp fetches them.
    nodedir=$(dirname "$(dirname "$(node -p process.execPath)")")
    [ ! -e "$nodedir/include/node/node_api.h" ] || export npm_config_nodedir=$nodedir
    gyp=$(npm root -g)/npm/node_modules/node-gyp/bin/node-gyp.js
    [ -e "$gyp" ] || gyp=$(command -v node-gyp)
    [ -e build ] || node "$gyp" configure
    node "$gyp" build
    ;;
perl | ruby)
    "$bindings/build.sh" "$build"
    ;;
php)
    "$bindings/package.sh" "$build" "$SWIG"
    cd "$build/hostbill-native"
    [ -e Makefile ] || { phpize && ./configure --with-hostbill="$HOSTBILL_PREFIX"; }
    make
    ;;
rust)
    ln -sfn "$libraries" "$root/build/bench/libraries"
    cd "$here/rust"
    # Apart, because of the features of the crates that they share.
    cargo build --release --locked --features others --target-dir "$build/others"
    cargo build --release --locked --features ours --target-dir "$build/ours"
    ;;
tcl)
    make -s -C "$bindings" package BUILD="$build" SWIG="$SWIG"
    ;;
*)
    echo "nothing is built for $language" >&2
    exit 2
    ;;
esac
