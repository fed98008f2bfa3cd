#!/usr/bin/env bash
# Tests the C++ client: as C++17 and, with the address and undefined behaviour sanitizers, as C++20. HOSTBILL_PREFIX is
# where the library and the headers are installed. The last line says how many passed and failed.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
libraries=$(dirname "$(find "$HOSTBILL_PREFIX" -name 'libhostbill.so' | head -n 1)")
folder=$root/build/bindings/cpp
mkdir -p "$folder"
passed=0 failed=0
sources=("$root"/tests/bindings/cpp/*_test.cpp)
for kind in "17 -O0" "20 -fsanitize=address,undefined -fno-sanitize-recover=all"; do
    program=$folder/test_${kind%% *}
    # shellcheck disable=SC2086
    "${CXX:-g++}" -std=c++$kind -fvisibility=hidden -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -g1 -pthread \
        -I"$HOSTBILL_PREFIX/include" "${sources[@]}" -o "$program" -L"$libraries" -Wl,-rpath,"$libraries" \
        -lhostbill -lhostbill_sandbox -lgtest -lgtest_main || { failed=$((failed + 1)); continue; }
    out=$("$program" 2>&1)
    status=$?
    passed=$((passed + $(grep -c '^\[       OK' <<<"$out")))
    wrong=$(grep -c '^\[  FAILED  \] .*ms)$' <<<"$out")
    [ $status -eq 0 ] || [ "$wrong" -gt 0 ] || wrong=1
    failed=$((failed + wrong))
    [ "$wrong" -eq 0 ] || echo "$out" | grep -v '^\[\( RUN\|       OK\)'
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
