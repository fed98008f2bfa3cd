#!/usr/bin/env bash
# Java's own tests with JUnit, and javadoc's opinion. HOSTBILL_PREFIX: where libhostbill is installed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
source "$here/build.sh"
junit=$build/junit-platform-console-standalone-1.10.3.jar
if [ ! -e "$junit" ]; then
    mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.7.0:copy \
        -Dartifact=org.junit.platform:junit-platform-console-standalone:1.10.3 -DoutputDirectory="$build" >"$build/maven.log" 2>&1 ||
        { cat "$build/maven.log"; exit 1; }
fi
classes=$build/tests
rm -rf "$classes"
mkdir -p "$classes"
javac --release 17 -Xlint:all,-try,-serial -Werror -d "$classes" -cp "$jar:$junit" "$here"/*.java
# Every function the binding may ask for, and the version that it does not expect.
sed -n '/^hostbill_abi_version$/! s/^hostbill_.*/void &(void) {}/p; 1i int hostbill_abi_version(void) { return 99; }' \
    "$root/capi/symbols.txt" |
    cc -shared -fPIC -Wl,-soname,libhostbill.so.1 -x c - -o "$build/libother_abi.so"

log=$build/tests.log
java -Xcheck:jni -ea -Dhostbill.test.library="$(find "$HOSTBILL_PREFIX"/lib* -name libhostbill.so.1 -print -quit)" \
    -Dhostbill.test.other_abi="$build/libother_abi.so" -cp "$classes:$jar:$junit" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --details=tree --disable-ansi-colors \
    --scan-classpath "$classes" >"$log" 2>&1 || cat "$log"
passed=$(sed -n 's/^\[ *\([0-9]*\) tests successful.*/\1/p' "$log")
failed=$(sed -n 's/^\[ *\([0-9]*\) tests failed.*/\1/p' "$log")
passed=${passed:-0} failed=${failed:-1}
# What -Xcheck:jni and the JVM complain about.
if grep -E '^(WARNING|FATAL ERROR)|Exception in thread' "$log"; then
    failed=$((failed + 1))
fi
# shellcheck disable=SC2046
if javadoc -quiet -Xdoclint:all -Werror -d "$build/doc" \
    $(find "$root/bindings/java/src" "$build/native/wrapper/java" -name '*.java') >"$build/doc.log" 2>&1; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    cat "$build/doc.log"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
