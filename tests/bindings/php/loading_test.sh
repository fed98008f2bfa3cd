#!/usr/bin/env bash
# What the extension exports, and what is said when it, or its library, is not the right one.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
says() { grep -q "$1" "$work/out" || { cat "$work/out"; echo "expected: $1"; exit 1; }; }
program="require '$root/bindings/php/autoload.php'; new Hostbill\\Client(portal: 'coloup', username: 'a', password: 'b'); echo 'made';"

[ "$(nm -D --defined-only "$HOSTBILL_PHP_EXTENSION" | awk '{ print $3 }')" = get_module ]

# A library of another version. Its functions do nothing, so that they must not be used.
sed 's/.*/int &(void) { return 2; }/' "$root/capi/symbols.txt" >"$work/stub.c"
cc -shared -fPIC -Wl,-soname,libhostbill.so.1 "$work/stub.c" -o "$work/libhostbill.so.1"
LD_LIBRARY_PATH=$work php -n -d extension="$HOSTBILL_PHP_EXTENSION" -r "$program" >"$work/out" 2>&1 && exit 1
says "UsageException: this binding needs version 1 of the hostbill library's ABI, .* has version 2"

# No library: PHP's own warning, which names it, and then the client's error.
sed 's/libhostbill\.so\.1/libhostbill.so.9/g' "$HOSTBILL_PHP_EXTENSION" >"$work/hostbill_native.so"
php -n -d extension="$work/hostbill_native.so" -r "$program" >"$work/out" 2>&1 && exit 1
says 'libhostbill.so.9: cannot open shared object file'
says 'UsageException: the extension hostbill_native is not loaded'

# PHP's memory limit in the middle of an answer ends the program in PHP's way.
cat >"$work/memory.php" <<PHP
<?php
require '$root/bindings/php/autoload.php';
ini_set('memory_limit', '6M');
Hostbill\Library::catalog();
PHP
status=0
php -n -d extension="$HOSTBILL_PHP_EXTENSION" "$work/memory.php" >"$work/out" 2>&1 || status=$?
# With 137 where there is not even enough for the message; a crash says none.
[ $status -eq 255 ] || [ $status -eq 137 ]
says 'Allowed memory size\|Hard memory limit'

# Objects whose constructor did not run, and what is no text.
php -n -d extension="$HOSTBILL_PHP_EXTENSION" -r '
foreach (["HostbillNativeClient", "HostbillNativeSubmission", "HostbillNativeSandbox"] as $class) {
    foreach (preg_grep("/^__/", get_class_methods($class), PREG_GREP_INVERT) as $method) {
        foreach ([[], [1], ["a"], ["a", "b", "c"], [null, null, null], [[], [], []]] as $arguments) {
            $object = (new ReflectionClass($class))->newInstanceWithoutConstructor();
            try { $object->$method(...$arguments); } catch (Throwable $error) {}
        }
    }
}
$client = (new ReflectionClass("HostbillNativeClient"))->newInstanceWithoutConstructor();
try { new HostbillNativeSubmission($client, "a", "b", "c"); } catch (TypeError $error) { echo "refused"; }
' >"$work/out" 2>&1
says refused

# Debian has no threaded PHP; there, too, the wrapper compiles, and what it keeps outside of objects is written once,
# when it is loaded.
read -ra include <<<"$(php-config --includes)"
c++ -std=c++17 -DZTS=1 -fsyntax-only -Werror "${include[@]}" -I"$HOSTBILL_PREFIX/include" \
    "$(dirname "$HOSTBILL_PHP_EXTENSION")/../hostbill_native_wrap.cpp"
