#!/usr/bin/env bash
# Builds the runner and runs the cases in Rust, with the library in HOSTBILL_PREFIX.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
export CARGO_TARGET_DIR=$root/build/bindings/rust/target
cargo build --quiet --locked --manifest-path "$here/Cargo.toml" >&2
if [ -n "${HOSTBILL_PREFIX:-}" ] && [ -z "${HOSTBILL_LIBRARY:-}" ]; then
    HOSTBILL_LIBRARY=$(find "$HOSTBILL_PREFIX"/lib* -name libhostbill.so.1 -print -quit)
    HOSTBILL_SANDBOX_LIBRARY=$(find "$HOSTBILL_PREFIX"/lib* -name libhostbill_sandbox.so.1 -print -quit)
    export HOSTBILL_LIBRARY HOSTBILL_SANDBOX_LIBRARY
fi
# RUNNER: a program to run it under, such as valgrind.
exec ${RUNNER:-} "$CARGO_TARGET_DIR/debug/conformance" "$@"
