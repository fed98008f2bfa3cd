#!/usr/bin/env bash
# Builds the jar and the runner and runs the cases in Java, with the library in HOSTBILL_PREFIX.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
source "$root/tests/bindings/java/build.sh"
classes=$build/conformance
mkdir -p "$classes"
if [ "$here/Runner.java" -nt "$classes/io/hostbill/Runner.class" ] || [ "$jar" -nt "$classes/io/hostbill/Runner.class" ]; then
    javac --release 17 -Xlint:all -Werror -d "$classes" -cp "$jar" "$here/Runner.java" >&2
fi
# -Xcheck:jni says on standard output what JNI code does wrong, which then is no JSON and fails.
# shellcheck disable=SC2086
exec java ${JAVA_FLAGS:--Xcheck:jni} -ea -cp "$classes:$jar" io.hostbill.Runner "$@"
