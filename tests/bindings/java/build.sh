# Builds the jar for those that source this: sets build and jar. HOSTBILL_PREFIX: where libhostbill is installed.
build=$root/build/bindings/java
swig=$root/build/venv/bin/swig
[ -x "$swig" ] || swig=${SWIG:-swig}
mkdir -p "$build"
jar=$build/hostbill-0.1.0.jar
(
    # One build at a time, where several scripts run side by side.
    flock 9
    make -s -C "$root/bindings/java" native SWIG="$swig" BUILD="$build" HOSTBILL_PREFIX="${HOSTBILL_PREFIX:?}" >&2
    if [ ! -e "$jar" ] || [ -n "$(find "$root/bindings/java" "$build/native" -newer "$jar" -type f -print -quit)" ]; then
        make -s -C "$root/bindings/java" jar SWIG="$swig" BUILD="$build" HOSTBILL_PREFIX="$HOSTBILL_PREFIX" >&2
    fi
) 9>"$build/lock"
