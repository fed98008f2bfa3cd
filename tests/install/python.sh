#!/usr/bin/env bash
# The Python package from its source distribution, as a wheel for each Python there is, each installed in an environment
# of its own and used from another folder. At least one Python, three where there are as many.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$root/build/install-python
rm -rf "$work" && mkdir -p "$work"
cd "$work"

cat >use.py <<'PYTHON'
import sys

import hostbill

with hostbill.Sandbox(portal="time4vps") as sandbox, sandbox.client() as client:
    assert client.call("account.balance"), "no balance"
    try:
        client.servers.get(999_999)
    except hostbill.NotFoundError as error:
        assert error.operation == "servers.get"
    else:
        sys.exit("a server that is not there was found")
print("Python", sys.version.split()[0], "hostbill", hostbill.__version__)
PYTHON

(cd "$root" && build/venv/bin/python -c 'import sys; from scikit_build_core.build import build_sdist; build_sdist(sys.argv[1])' "$work") >sdist.log 2>&1
tar -xzf hostbill-*.tar.gz
source=$(echo "$work"/hostbill-*/)
source=${source%/}
for unwanted in .git build tests/wire; do
    [ ! -e "$source/$unwanted" ] || { echo "the source distribution has $unwanted" && exit 1; }
done

# Every Python that can compile for itself, each version once; three are enough.
pythons=()
versions=" "
for candidate in /usr/bin/python3 ~/.pyenv/versions/3.*/bin/python3 /usr/local/bin/python3.*; do
    version=$("$candidate" -c 'import ensurepip, sys; print(*sys.version_info[:2], sep="."); sys.exit(sys.version_info < (3, 9))' 2>/dev/null) || continue
    case $versions in *" $version "*) continue ;; esac
    [ -f "$("$candidate" -c 'import sysconfig; print(sysconfig.get_paths()["include"])')/Python.h" ] || continue
    versions+="$version "
    pythons+=("$candidate")
done
[ ${#pythons[@]} -gt 0 ] || { echo "no Python can compile here" && exit 1; }
# The oldest and the newest there are beside the system's.
if [ ${#pythons[@]} -gt 3 ]; then
    mapfile -t others < <(printf '%s\n' "${pythons[@]:1}" | sort -V)
    pythons=("${pythons[0]}" "${others[0]}" "${others[-1]}")
fi

for python in "${pythons[@]}"; do
    "$python" -m venv environment
    environment/bin/pip install -q --disable-pip-version-check scikit-build-core "pybind11>=3" >pip.log 2>&1 || { cat pip.log && exit 1; }
    # The folder and the compiler's name are as in ./run: with its cache, what was compiled there is not again.
    CC=cc CXX=c++ CCACHE_BASEDIR=$source environment/bin/pip wheel -q --disable-pip-version-check --no-build-isolation --no-deps \
        --wheel-dir wheels --config-settings=build-dir="$source/build/python" "$source" >wheel.log 2>&1 || { cat wheel.log && exit 1; }
    rm -rf environment && "$python" -m venv environment
    environment/bin/pip install -q --disable-pip-version-check wheels/*.whl >pip.log 2>&1 || { cat pip.log && exit 1; }
    (cd / && "$work/environment/bin/python" "$work/use.py")
    rm -rf environment wheels
done
# What the module exports is its entry alone.
