"""The library's size. By itself it is a check: nothing about it wobbles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from .table import BENCH, ROOT

LIBRARY = ROOT / "build" / "release" / "capi" / "libhostbill.so.1"


def stripped_mb() -> float:
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["strip", "--strip-unneeded", "-o", file.name, LIBRARY], check=True)
        return os.path.getsize(file.name) / 1e6


def allowed_mb() -> float:
    targets = json.loads((BENCH / "targets.json").read_text("utf-8"))["targets"]
    values = (value for target in targets for value in target["values"])
    return next(float(value["must"]) for value in values if value.get("of") == "library-mb")


if __name__ == "__main__":
    size, allowed = stripped_mb(), allowed_mb()
    print(f"libhostbill.so, stripped: {size:.2f} MB, of {allowed} MB allowed")
    sys.exit(size > allowed)
