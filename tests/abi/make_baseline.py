"""Writes baseline-N.xml: the ABI of capi/hostbill.h as abidiff reads it.

To be run when a function has been added, never to make a failing comparison pass. It compiles the header's own
declarations with empty bodies, so that the baseline holds what a C program sees and nothing of the inside.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import generate_capi


def main() -> None:
    functions = generate_capi.load("functions.json")
    version = functions["abi_version"]
    lines = ['#include "hostbill.h"']
    for function in functions["functions"]:
        body = "{}" if function["returns"] == "void" else "{ return 0; }"
        lines.append(f"{generate_capi.prototype(function)} {body}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "stub.c").write_text("\n".join(lines), encoding="utf-8")
        flags = ["-g", "-shared", "-fPIC", f"-I{ROOT / 'capi'}", f"-Wl,-soname,libhostbill.so.{version}"]
        subprocess.run(["cc", *flags, "-o", "stub.so", "stub.c"], cwd=folder, check=True)
        options = ["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--headers-dir", str(ROOT / "capi")]
        baseline = Path(__file__).with_name(f"baseline-{version}.xml")
        subprocess.run(["abidw", *options, "--out-file", str(baseline), "stub.so"], cwd=folder, check=True)


if __name__ == "__main__":
    main()
