"""Portals' answers on a terminal: tables instead of JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Where nothing says how wide the screen is, as in a pipe, lines stay whole.
_PIPE_WIDTH = 240


def console() -> Console:
    """The terminal; plain text without colours or line breaks of its own where there is none."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> Table:
    found = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for name in columns:
        found.add_column(name, overflow="fold")  # What does not fit goes on below; nothing is cut off.
    for row in rows:
        found.add_row(*(Text(text(cell)) for cell in row))
    return found


def text(value: Any) -> str:
    """One value on one line; what the terminal would take for a command is left out."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {text(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(text(inner) for inner in value)
    return "".join(char if char.isprintable() else " " for char in str(value))


def show(screen: Console, data: Any, title: str | None = None) -> None:
    """Any answer: lists of objects as tables, objects as pairs, what is inside them below."""
    if isinstance(data, Mapping) and data and all(isinstance(inner, Mapping) for inner in data.values()):
        _show_rows(screen, [{"": key, **inner} for key, inner in data.items()], title)
    elif isinstance(data, Mapping):
        _show_object(screen, data, title)
    elif isinstance(data, list) and data and all(isinstance(inner, Mapping) for inner in data):
        _show_rows(screen, data, title)
    elif isinstance(data, list):
        screen.print(
            table([title or "value"], [[inner] for inner in data]) if data else Text(f"{title or 'list'}: empty")
        )
    else:
        screen.print(Text(f"{title}: {text(data)}" if title else text(data)))


def _show_object(screen: Console, data: Mapping[str, Any], title: str | None) -> None:
    plain = {key: value for key, value in data.items() if not _has_parts(value)}
    if plain:
        pairs = Table(box=None, show_header=False, pad_edge=False, title=title, title_justify="left")
        for key, value in plain.items():
            pairs.add_row(Text(text(key), style="bold"), Text(text(value)))
        screen.print(pairs)
    for key, value in data.items():
        if _has_parts(value):
            show(screen, value, f"{title}.{key}" if title else str(key))


def _has_parts(value: Any) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value)
    )


def _show_rows(screen: Console, rows: list[Mapping[str, Any]], title: str | None) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    screen.print(table([text(key) for key in columns], ([row.get(key, "") for key in columns] for row in rows), title))
