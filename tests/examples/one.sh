#!/usr/bin/env bash
# Runs one language's examples/LANGUAGE/dns_and_servers against a sandbox of its own: one.sh LANGUAGE. HOSTBILL_PREFIX is
# where the library is installed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
language=$1
example=$root/examples/$language/dns_and_servers
libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name libhostbill.so.1 -print -quit)")
built=$root/build/examples/$language
mkdir -p "$built"
cd "$built"
unset HOSTBILL_PORTAL HOSTBILL_BASE_URL HOSTBILL_USERNAME HOSTBILL_PASSWORD

# Go and Rust look for the libraries when they run.
found_at_run_time() { export HOSTBILL_LIBRARY=$libraries/libhostbill.so.1 HOSTBILL_SANDBOX_LIBRARY=$libraries/libhostbill_sandbox.so.1; }
flags() { PKG_CONFIG_PATH=$libraries/pkgconfig pkg-config --cflags --libs "$@"; }

case $language in
c)
    # shellcheck disable=SC2046
    cc -std=c11 -o program "$example.c" $(flags hostbill hostbill-sandbox jansson) -Wl,-rpath,"$libraries"
    ./program
    ;;
cpp)
    # shellcheck disable=SC2046
    c++ -std=c++17 -o program "$example.cpp" $(flags hostbill hostbill-sandbox) -Wl,-rpath,"$libraries"
    ./program
    ;;
go)
    found_at_run_time
    (cd "$root/examples/go" && CGO_ENABLED=0 GOTOOLCHAIN=local go build -o "$built/program" .)
    ./program
    ;;
java)
    source "$root/tests/bindings/java/build.sh"
    java -cp "$jar" "$example.java"
    ;;
lua)
    source "$root/tests/bindings/lua/build.sh"
    lua5.4 "$example.lua"
    ;;
node)
    . "$root/bindings/node/build.sh"
    mkdir -p node_modules
    ln -sfn "$HOSTBILL_NODE_PACKAGE" node_modules/hostbill
    cp "$example".*js .
    node dns_and_servers.*js
    ;;
perl)
    "$root/bindings/perl/build.sh" "$root/build/bindings/perl"
    perl "-I$root/build/bindings/perl/blib/lib" "-I$root/build/bindings/perl/blib/arch" "$example.pl"
    ;;
php)
    . "$root/bindings/php/build.sh"
    php -d extension="$HOSTBILL_PHP_EXTENSION" "$example.php"
    ;;
python)
    "$root/build/venv/bin/python" "$example.py"
    ;;
ruby)
    "$root/bindings/ruby/build.sh" "$root/build/bindings/ruby"
    ruby -I "$root/build/bindings/ruby/lib" "$example.rb"
    ;;
rust)
    found_at_run_time
    CARGO_TARGET_DIR=$root/build/bindings/rust/target cargo run --quiet --locked --manifest-path "$root/examples/rust/Cargo.toml"
    ;;
tcl)
    source "$root/tests/bindings/tcl/build.sh"
    tclsh8.6 "$example.tcl"
    ;;
*)
    echo "no example in $language" >&2
    exit 2
    ;;
esac
