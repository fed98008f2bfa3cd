#!/usr/bin/env bash
# The two packages of PHP, from their sources as a user gets them, in a place of their own: php.sh [PREFIX], where the
# library is installed; without it HOSTBILL_PREFIX.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export HOSTBILL_PREFIX=${1:-$HOSTBILL_PREFIX}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quiet() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }

"$root/bindings/php/package.sh" "$work/source"
# No SWIG from here on, and nothing of the checkout: what PIE does for a package of the type php-ext.
cd "$work/source/hostbill-native"
libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name hostbill.pc | head -n 1)")
quiet phpize
quiet env -u HOSTBILL_PREFIX PKG_CONFIG_PATH="$libraries" ./configure
quiet make
quiet make install INSTALL_ROOT="$work/installed"
module=$(find "$work/installed" -name hostbill_native.so)
mkdir -p "$work/elsewhere/library"
mv "$work/source/hostbill" "$work/elsewhere/library/"
rm -rf "$work/source"
cd "$work/elsewhere"

cat >program.php <<'PHP'
<?php
use Hostbill\Exception\NotFoundException;
$sandbox = new Hostbill\Sandbox(portal: 'time4vps');
$client = $sandbox->client();
count($client->servers->list()) > 0 || exit(2);
try {
    $client->servers->get(999999);
    exit(3);
} catch (NotFoundException $error) {
}
$client->close();
$sandbox->close();
unset($client, $sandbox);
echo Hostbill\Library::version(), ' ', Hostbill\Library::liveObjects(), ' ', phpversion('hostbill_native'), "\n";
PHP
version=$(sed -n 's/^project(hostbill VERSION \([^ ]*\).*/\1/p' "$root/CMakeLists.txt")
run() {
    local out
    out=$(env -u HOSTBILL_PREFIX php -n -d extension="$module" "$@")
    [ "$out" = "$version 0 $version" ] || { echo "$out"; exit 1; }
}
# By a plain require, and by what composer makes of the package's autoload.
sed 's#^<?php#<?php require "library/hostbill/autoload.php";#' program.php >required.php
run required.php
if command -v composer >/dev/null; then
    cat >composer.json <<'JSON'
{"repositories": [{"type": "path", "url": "library/hostbill", "options": {"versions": {"hostbill/hostbill": "0.1.0"}}},
    {"packagist.org": false}], "require": {"hostbill/hostbill": "*"}}
JSON
    quiet env COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME="$work/composer" \
        composer install --no-interaction --ignore-platform-req=ext-hostbill_native
    sed 's#^<?php#<?php require "vendor/autoload.php";#' program.php >composed.php
    run composed.php
fi
symbols=$(nm -D --defined-only "$module" | awk '{ print $3 }')
[ "$symbols" = get_module ] || { echo "exported: $symbols"; exit 1; }
echo "1 passed, 0 failed"
