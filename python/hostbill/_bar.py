"""One line on the terminal that says how far a batch is."""

from __future__ import annotations

import operator
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable

from ._progress import _width, _write
from ._types import Watcher

if TYPE_CHECKING:
    from ._batch import BatchItem

_REDRAW_S = 0.1


@contextmanager
def counting(progress: bool, on_progress: Watcher | None, calls: Any) -> Iterator[Callable[[BatchItem], None] | None]:
    """What is told of each item, for `on_progress` and a line on standard error where that is a terminal."""
    shown = progress and sys.stderr.isatty()
    if not shown and on_progress is None:
        yield None
        return
    try:
        yield _Count(operator.length_hint(calls, 0) or None, on_progress, shown)
    finally:
        if shown:
            _write("\r\x1b[K")


class _Count:
    def __init__(self, total: int | None, on_progress: Watcher | None, shown: bool) -> None:
        self._total = total
        self._on_progress = on_progress
        self._shown = shown
        self._began = time.monotonic()
        self._drawn = 0.0
        self._done = self._errors = 0

    def __call__(self, item: BatchItem) -> None:
        self._done += 1
        self._errors += item.error is not None
        now = time.monotonic()
        if self._on_progress is not None:
            self._on_progress(self._report(now))
        if self._shown and (now - self._drawn >= _REDRAW_S or self._done == self._total):
            self._drawn = now
            _write(f"\r{line(self._report(now), _width())}\x1b[K")

    def _report(self, now: float) -> dict[str, Any]:
        seconds = max(now - self._began, 1e-6)
        rate = self._done / seconds
        left = None if self._total is None else max(0, self._total - self._done)
        return {
            "done": self._done,
            "errors": self._errors,
            "total": self._total,
            "seconds": seconds,
            "per_second": rate,
            "remaining_s": None if left is None else left / rate,
        }


def line(report: dict[str, Any], width: int) -> str:
    """The report on one line that is no wider than that."""
    parts = [f"{report['done']}/{report['total']}" if report["total"] else str(report["done"])]
    parts.append(f"{report['per_second']:.0f}/s")
    if report["errors"]:
        parts.append(f"{report['errors']} failed")
    if report["remaining_s"] is not None:
        seconds = int(report["remaining_s"] + 0.5)
        parts.append(f"{seconds // 60}:{seconds % 60:02d} left")
    text = "  ".join(parts)
    room = width - len(text) - 5
    if report["total"] and room >= 10:
        room = min(room, 40)
        full = min(room, room * report["done"] // report["total"])
        text = f"[{'#' * full}{'.' * (room - full)}] {text}"
    return text[: width - 1]
