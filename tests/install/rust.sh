#!/usr/bin/env bash
# Packages the crates, unpacks them elsewhere as a registry would, and uses them in a new project: rust.sh [PREFIX], where
# the library is installed; without it HOSTBILL_PREFIX.
set -euo pipefail
prefix=$(cd "${1:-$HOSTBILL_PREFIX}" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

HOSTBILL_LIBRARY=$(find "$prefix"/lib* -name libhostbill.so.1 -print -quit)
HOSTBILL_SANDBOX_LIBRARY=$(find "$prefix"/lib* -name libhostbill_sandbox.so.1 -print -quit)

# The packages have to hold all they need: they are compiled below, from where nothing else of this repository is.
export CARGO_TARGET_DIR=$root/build/bindings/rust/target
cargo package --quiet --locked --allow-dirty --no-verify --workspace --manifest-path "$root/bindings/rust/Cargo.toml"
mkdir "$work/crates" "$work/user" "$work/user/src" "$work/elsewhere"
for crate in "$CARGO_TARGET_DIR"/package/hostbill*-0.1.0.crate; do
    tar -xzf "$crate" -C "$work/crates"
done
cat >"$work/user/Cargo.toml" <<TOML
[package]
name = "user"
version = "0.1.0"
edition = "2021"

[dependencies]
hostbill = "0.1.0"

[patch.crates-io]
hostbill = { path = "$work/crates/hostbill-0.1.0" }
hostbill-sys = { path = "$work/crates/hostbill-sys-0.1.0" }
TOML
cat >"$work/user/src/main.rs" <<'RUST'
fn main() -> hostbill::Result<()> {
    let sandbox = hostbill::Sandbox::builder().portal("time4vps").start()?;
    let client = sandbox.client()?;
    let answer = client.servers().list().answer()?;
    println!("{} {}", hostbill::version()?, answer.meta.operation);
    Ok(())
}
RUST
cp "$root/bindings/rust/Cargo.lock" "$work/user/Cargo.lock"
export CARGO_TARGET_DIR=$root/build/bindings/rust/install
cargo build --quiet --manifest-path "$work/user/Cargo.toml"
cd "$work/elsewhere"
said=$(env HOSTBILL_LIBRARY="$HOSTBILL_LIBRARY" HOSTBILL_SANDBOX_LIBRARY="$HOSTBILL_SANDBOX_LIBRARY" \
    "$CARGO_TARGET_DIR/debug/user")
[ "$said" = "0.1.0 servers.list" ] || { echo "unexpected: $said"; exit 1; }

# A program needs nothing of ours to be linked, and the system's search finds the library too.
if ldd "$CARGO_TARGET_DIR/debug/user" | grep hostbill; then
    echo "the program is linked with the library"
    exit 1
fi
[ "$(LD_LIBRARY_PATH=$(dirname "$HOSTBILL_LIBRARY") "$CARGO_TARGET_DIR/debug/user")" = "$said" ]
if [ ! -e /usr/lib/x86_64-linux-gnu/libhostbill.so.1 ] && [ ! -e /usr/local/lib/libhostbill.so.1 ]; then
    missing=$("$CARGO_TARGET_DIR/debug/user" 2>&1) && { echo "it ran without a library"; exit 1; }
    for place in libhostbill_sandbox.so.1: /usr/local/lib/libhostbill_sandbox.so.1: No\ such\ file; do
        grep -q -- "$place" <<<"$missing" || { echo "not named: $place in: $missing"; exit 1; }
    done
fi
echo "1 passed, 0 failed"
