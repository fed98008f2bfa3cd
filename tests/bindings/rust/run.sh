#!/usr/bin/env bash
# Rust's own tests, and what clippy, rustfmt and rustdoc say of the crates. HOSTBILL_PREFIX: where libhostbill is
# installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
export CARGO_TARGET_DIR=$root/build/bindings/rust/target
HOSTBILL_LIBRARY=${HOSTBILL_LIBRARY:-$(find "${HOSTBILL_PREFIX:?}"/lib* -name libhostbill.so.1 -print -quit)}
HOSTBILL_SANDBOX_LIBRARY=${HOSTBILL_SANDBOX_LIBRARY:-$(find "$HOSTBILL_PREFIX"/lib* -name libhostbill_sandbox.so.1 -print -quit)}
export HOSTBILL_LIBRARY HOSTBILL_SANDBOX_LIBRARY
mkdir -p "$CARGO_TARGET_DIR"
export HOSTBILL_OTHER_ABI=$CARGO_TARGET_DIR/libother_abi.so
echo 'int hostbill_abi_version(void) { return 99; }' | cc -shared -fPIC -x c - -o "$HOSTBILL_OTHER_ABI"

passed=0 failed=0
# A command that succeeds is one test: check NAME COMMAND..
check() {
    local name=$1
    shift
    if "$@" >"$CARGO_TARGET_DIR/check.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "--- rust: $name"
        cat "$CARGO_TARGET_DIR/check.log"
    fi
}

log=$CARGO_TARGET_DIR/tests.log
cargo test --no-fail-fast --locked --manifest-path "$here/Cargo.toml" >"$log" 2>&1 || cat "$log"
while read -r good bad; do
    passed=$((passed + good)) failed=$((failed + bad))
done < <(sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed.*/\1 \2/p' "$log")
[ "$passed" -gt 0 ] || failed=$((failed + 1))

for project in "$root/bindings/rust" "$root/tests/conformance/rust" "$root/examples/rust" "$here"; do
    check "rustfmt $project" cargo fmt --all --check --manifest-path "$project/Cargo.toml"
    check "clippy $project" cargo clippy --quiet --locked --all-targets --manifest-path "$project/Cargo.toml" -- -D warnings
done
check rustdoc env RUSTDOCFLAGS="-D warnings" cargo doc --quiet --locked --no-deps --manifest-path "$root/bindings/rust/Cargo.toml"
# The examples of the front page have to compile.
check doctest cargo test --quiet --locked --doc --manifest-path "$root/bindings/rust/Cargo.toml"

# The oldest compiler that Cargo.toml promises, which Debian 12 has. Its own cargo does not know the registry of today.
oldest=/usr/bin
if [[ "$($oldest/rustc --version 2>/dev/null)" == "rustc 1.63."* ]]; then
    vendored=$CARGO_TARGET_DIR/vendored
    check vendor cargo vendor --quiet --locked --manifest-path "$root/bindings/rust/Cargo.toml" "$vendored"
    check "Rust 1.63" env RUSTC=$oldest/rustc CARGO_TARGET_DIR="$root/build/bindings/rust/oldest" $oldest/cargo check --quiet \
        --locked --offline --manifest-path "$root/bindings/rust/Cargo.toml" \
        --config 'source.crates-io.replace-with="vendored"' --config "source.vendored.directory=\"$vendored\""
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
