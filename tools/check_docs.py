"""Checks the documentation: links within the repository lead somewhere, C programs compile, Python is Python.

Prints each fault; exit status 1 on any.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("api", "bench", "bindings", "capi", "core", "docs", "examples", "python", "sandbox", "tests", "tools")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def pages() -> list[Path]:
    found = list(ROOT.glob("*.md"))
    for folder in FOLDERS:
        found += (path for path in (ROOT / folder).rglob("*.md") if "node_modules" not in path.parts)
    return sorted(found)


def broken_links(page: Path, text: str) -> Iterator[str]:
    for target in LINK.findall(text):
        path = target.partition("#")[0]
        if path and "://" not in path and not (page.parent / path).exists():
            yield f"no such file: {target}"


def broken_programs(text: str) -> Iterator[str]:
    for language, program in BLOCK.findall(text):
        if language == "python":
            try:
                ast.parse(program)
            except SyntaxError as error:
                yield f"Python: {error}"
        elif language == "c" and "main(" in program:
            command = ["cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-x", "c", "-"]
            includes = [f"-I{ROOT / 'capi'}", f"-I{ROOT / 'sandbox'}"]
            result = subprocess.run([*command, *includes], input=program, capture_output=True, text=True, check=False)
            if result.returncode != 0:
                yield f"C: {result.stderr}"


def main() -> int:
    faults = 0
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for fault in [*broken_links(page, text), *broken_programs(text)]:
            print(f"{page.relative_to(ROOT)}: {fault}")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
