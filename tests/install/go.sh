#!/usr/bin/env bash
# The Go module as a proxy hands it out, in a program elsewhere, built without a C compiler: go.sh [PREFIX], where the
# library is installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
prefix=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
# The module cache is read-only, go's own way.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
go=${HOSTBILL_GO:-go}
export GOTOOLCHAIN=${GOTOOLCHAIN:-local} CGO_ENABLED=0

# What a module proxy serves: the version's description, its go.mod and its files.
module=hostbill.example/hostbill version=v$(sed -n 's/^project(hostbill VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")
served=$work/proxy/$module/@v
mkdir -p "$served"
python3 - "$root/bindings/go" "$served/$version.zip" "$module@$version" <<'PYTHON'
import pathlib, sys, zipfile
source, target, folder = sys.argv[1:]
with zipfile.ZipFile(target, "w") as file:
    for path in sorted(pathlib.Path(source).iterdir()):
        file.write(path, f"{folder}/{path.name}")
PYTHON
cp "$root/bindings/go/go.mod" "$served/$version.mod"
echo "{\"Version\":\"$version\"}" >"$served/$version.info"
echo "$version" >"$served/list"

# purego comes from this machine's cache, once it is there; nothing else of the cache or the checkout is used.
(cd "$root/bindings/go" && "$go" mod download)
cache=$("$go" env GOMODCACHE)
export GOPROXY="file://$work/proxy,file://$cache/cache/download" GONOSUMDB=$module GOMODCACHE=$work/cache GOSUMDB=off

mkdir "$work/elsewhere"
cd "$work/elsewhere"
cat >main.go <<'GO'
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"hostbill.example/hostbill"
)

func main() {
	sandbox, err := hostbill.NewSandbox(hostbill.SandboxConfig{Portal: "time4vps"})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	client, err := sandbox.Client(hostbill.Config{})
	if err != nil {
		panic(err)
	}
	if servers, err := client.Servers.List(context.Background()); err != nil || servers == nil {
		panic(err)
	}
	if _, err := client.Servers.Get(context.Background(), 999999); !errors.Is(err, hostbill.ErrNotFound) {
		panic(err)
	}
	client.Close()
	sandbox.Close()
	if hostbill.LiveObjects() != 0 {
		panic("something is left")
	}
}
GO
"$go" mod init example.com/program >/dev/null 2>&1
"$go" get "$module@$version" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$go" build -o program .
libraries=$(dirname "$(find "$prefix/lib" -name libhostbill.so.1 | head -n 1)")
cd "$work"

# By the system's search, and by a name.
LD_LIBRARY_PATH=$libraries elsewhere/program
HOSTBILL_LIBRARY=$libraries/libhostbill.so.1 elsewhere/program

# Without the library: one error that names every place.
if HOSTBILL_LIBRARY=/nowhere/libhostbill.so.1 HOSTBILL_SANDBOX_LIBRARY=/nowhere/libhostbill_sandbox.so.1 \
    elsewhere/program >"$work/error"; then
    echo "a missing library was not noticed"
    exit 1
fi
grep -q '/nowhere/libhostbill_sandbox.so.1 (cannot open shared object file' "$work/error" || { cat "$work/error"; exit 1; }

# A program of Go exports nothing.
symbols=$(nm -D --defined-only elsewhere/program | awk '{ print $3 }' | grep -c hostbill || true)
[ "$symbols" = 0 ] || { echo "exported: $symbols symbols"; exit 1; }
echo "1 passed, 0 failed"
