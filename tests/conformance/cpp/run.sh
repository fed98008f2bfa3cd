#!/usr/bin/env bash
# Builds the C++ runner and runs it: run.sh CASES.json. HOSTBILL_CXXFLAGS may ask for another standard or a sanitizer,
# HOSTBILL_UNDER for a program to run it under, such as valgrind.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/conformance/c/build.sh"
build_runner cpp "$root/tests/conformance/cpp/runner.cpp" "${CXX:-g++}" -std=c++20 -I"$root/bindings/cpp"
# shellcheck disable=SC2086
exec ${HOSTBILL_UNDER:-} "$runner" "$@"
