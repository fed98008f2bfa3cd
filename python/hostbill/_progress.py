"""One line on the terminal that says how far a wait is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ._types import Watcher


@contextmanager
def watching(progress: bool, on_progress: Watcher | None) -> Iterator[Watcher | None]:
    """Who hears of progress: `on_progress`, and a line on standard error where that is a terminal."""
    if not (progress and sys.stderr.isatty()):
        yield on_progress
        return
    try:
        yield _both(on_progress)
    finally:
        _write("\r\x1b[K")


def _both(on_progress: Watcher | None) -> Watcher:
    def tell(progress: dict[str, Any]) -> None:
        _write(f"\r{line(progress, _width())}\x1b[K")
        if on_progress is not None:
            on_progress(progress)

    return tell


def line(progress: Mapping[str, Any], width: int) -> str:
    """What a waiter reports, on one line that is no wider than that."""
    seconds = int(progress.get("waited_ms", 0)) // 1000
    parts = [f"waiting {seconds // 60}:{seconds % 60:02d}", str(progress.get("operation", ""))]
    shown = progress.get("shown")
    if isinstance(shown, Mapping):
        parts += [f"{name}: {value}" for name, value in shown.items() if value not in (None, "")]
    text = "  ".join(part for part in parts if part)
    # What a portal sends must not move the cursor.
    return "".join(char if char.isprintable() else " " for char in text)[: width - 1]


def _width() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _write(text: str) -> None:
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # A terminal that went away is no reason to stop waiting.
