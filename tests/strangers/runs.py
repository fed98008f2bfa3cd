"""Runs programs in bash, Python and PHP: those of one language in one process, each by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# The library of one document's PHP samples; ./run puts it there.
PHP_REQUESTS = HERE.parents[1] / "build" / "php-requests"

SUFFIX = {"curl": "sh", "python": "py", "php": "php"}
COMMAND = {
    "curl": ["bash"],
    "python": [sys.executable],
    "php": ["php", "-d", f"include_path=/usr/share/php:{PHP_REQUESTS}"],
}
# Beside what a sample tells curl.
CURLRC = 'silent\nshow-error\nwrite-out = "\\n%{http_code}"\n'


@dataclass
class Outcome:
    """What became of a program: the answer to its last request and what it printed, or why it has none."""

    status: int = 0
    body: str = ""
    printed: str = ""
    error: str = ""


def run(language: str, programs: dict[str, str], folder: Path) -> dict[str, Outcome]:
    suffix = SUFFIX[language]
    for name, text in programs.items():
        (folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")
    (folder / ".curlrc").write_text(CURLRC, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run(
        [*COMMAND[language], HERE / "run" / f"many.{suffix}", folder],
        env={**environment, "CURL_HOME": str(folder)},
        check=True,
        timeout=300,
    )
    return {name: _outcome(language, str(folder / name)) for name in programs}


def _outcome(language: str, stem: str) -> Outcome:
    if language != "curl":
        found: dict[str, Any] = json.loads(Path(f"{stem}.json").read_text("utf-8"))
        return Outcome(**found)
    body, _, status = Path(f"{stem}.out").read_text("utf-8").rpartition("\n")
    complaint = Path(f"{stem}.err").read_text("utf-8")
    if complaint or not status:
        return Outcome(error=complaint or "nothing came")
    return Outcome(int(status), body, body)
