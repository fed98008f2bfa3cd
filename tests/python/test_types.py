"""What type checkers say of the package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import hostbill
import pytest

pytest.importorskip("mypy")
HERE = Path(__file__).resolve().parent


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "MYPY_CACHE_DIR": str(tmp_path / "cache")}
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )


def test_a_program_passes_strict_checks(tmp_path: Path) -> None:
    # The mistakes in it carry `type: ignore`; strict complains about each that is not needed.
    done = run(tmp_path, "mypy", "--strict", "--config-file=", str(HERE / "typing_sample.py"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_passes_strict_checks(tmp_path: Path) -> None:
    done = run(tmp_path, "mypy", "--strict", "--config-file=", "-p", "hostbill")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_stubs_agree_with_the_code(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed"
    allowed.write_text(r"hostbill\.models\._states\.\w+\.__new__")  # Enum replaces it when the class is made.
    options = ("--concise", "--allowlist", str(allowed), "--ignore-unused-allowlist")
    done = run(tmp_path, "mypy.stubtest", *options, "hostbill.groups", "hostbill.models")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sample_program_runs() -> None:
    done = subprocess.run(
        [sys.executable, str(HERE / "typing_sample.py")], capture_output=True, check=False, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(hostbill.__file__).parent / "py.typed").exists()
