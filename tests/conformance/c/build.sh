# For the runners of C and C++: build_runner LANGUAGE SOURCE COMPILER FLAGS.. compiles the source, if it or what it
# consists of has changed, and sets $runner. HOSTBILL_PREFIX is where the library is installed.
build_runner() {
    local language=$1 source=$2 compiler=$3
    shift 3
    local folder=$root/build/bindings/$language libraries wanted
    libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name 'libhostbill.so' | head -n 1)")
    runner=$folder/conformance
    mkdir -p "$folder"
    # shellcheck disable=SC2206
    local flags=("$@" ${HOSTBILL_CXXFLAGS:-} -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -g1 -pthread
        -I"$HOSTBILL_PREFIX/include" "$source" -L"$libraries" -Wl,-rpath,"$libraries" -lhostbill -lhostbill_sandbox)
    if [ "$language" = c ]; then
        flags+=(-ljansson)
    fi
    wanted=$({
        echo "$compiler" "${flags[@]}"
        find "$root/tests/conformance/$language" "$root/bindings/cpp" "$HOSTBILL_PREFIX/include" -name '*.[ch]*' -exec cat {} +
    } | sha256sum)
    if [ ! -x "$runner" ] || [ "$(cat "$runner.made-from" 2>/dev/null)" != "$wanted" ]; then
        "$compiler" "${flags[@]}" -o "$runner" >&2
        echo "$wanted" >"$runner.made-from"
    fi
}
