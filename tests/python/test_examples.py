"""The example programs run and do what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PORTALS, ROOT

EXAMPLES = sorted((ROOT / "examples" / "python").glob("*.py"))


def run(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(path), *arguments], capture_output=True, check=False, text=True, timeout=120
    )


@pytest.mark.parametrize("portal", PORTALS)
def test_the_demo_gets_through_a_day(portal: str) -> None:
    done = run(ROOT / "examples" / "demo.py", portal)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓") == 9


def test_the_demo_fails_where_a_step_fails() -> None:
    program = (
        "import runpy, sys, hostbill\n"
        "real = hostbill.Sandbox.client\n"
        "hostbill.Sandbox.client = lambda self, **config: real(self, password='wrong')\n"
        "sys.argv = ['demo.py', 'time4vps']\n"
        f"runpy.run_path({str(ROOT / 'examples' / 'demo.py')!r}, run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True, timeout=120)
    assert done.returncode == 1
    assert "✗ log in" in done.stdout


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_example(path: Path) -> None:
    done = run(path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout
