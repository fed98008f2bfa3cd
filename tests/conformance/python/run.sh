#!/usr/bin/env bash
# Runs the cases in Python, with the package that is installed in the project's environment.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
exec "${HOSTBILL_PYTHON:-$root/build/venv/bin/python}" "$root/tests/conformance/python/runner.py" "$@"
