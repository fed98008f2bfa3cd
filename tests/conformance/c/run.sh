#!/usr/bin/env bash
# Builds the C runner and runs it: run.sh CASES.json. HOSTBILL_CXXFLAGS may ask for a sanitizer, HOSTBILL_UNDER for a
# program to run it under, such as valgrind. Needs libjansson-dev.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
source "$root/tests/conformance/c/build.sh"
build_runner c "$root/tests/conformance/c/runner.c" "${CC:-gcc}" -std=c11 -D_POSIX_C_SOURCE=200809L
# shellcheck disable=SC2086
exec ${HOSTBILL_UNDER:-} "$runner" "$@"
