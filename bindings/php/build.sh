# Builds the extension in build/bindings/php, for tests: sets HOSTBILL_PHP_EXTENSION. Needs HOSTBILL_PREFIX.
# To be read with ".", with root set.
php_build=$root/build/bindings/php
"$root/bindings/php/package.sh" "$php_build" >&2
(
    cd "$php_build/hostbill-native"
    if [ "$(cat .configured 2>/dev/null)" != "$HOSTBILL_PREFIX" ]; then
        { phpize && ./configure --with-hostbill="$HOSTBILL_PREFIX"; } >configure.out 2>&1 || { cat configure.out >&2; exit 1; }
        echo "$HOSTBILL_PREFIX" >.configured
    fi
    make >make.out 2>&1 || { cat make.out >&2; exit 1; }
)
export HOSTBILL_PHP_EXTENSION=$php_build/hostbill-native/modules/hostbill_native.so
