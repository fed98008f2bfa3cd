"""Portals' answers on a terminal: tables instead of JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Where nothing says how wide the screen is, as in a pipe, everything goes on one line.
_PIPE_WIDTH = 100_000
# What people look for first, where a table has it.
_FIRST = ("id", "number", "name", "title", "domain", "hostname", "status", "type", "content", "total", "date")
_WIDEST_CELL = 48
_BETWEEN_CELLS = 3


def console() -> Console:
    """The terminal; plain text without colours or line breaks of its own where there is none."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> Table:
    """A table of all these columns; what is too wide for its cell goes on below."""
    found = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for name in columns:
        found.add_column(name, overflow="fold")
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
    if isinstance(data, Mapping) and data and all(_is_row_of_map(key, inner) for key, inner in data.items()):
        _show_rows(screen, [{"id": key, **inner} for key, inner in data.items()], title)
    elif isinstance(data, Mapping):
        _show_object(screen, data, title)
    elif isinstance(data, list) and data and all(isinstance(inner, Mapping) for inner in data):
        _show_rows(screen, data, title)
    elif isinstance(data, list):
        screen.print(Text(f"{title or 'list'}: {text(data) or 'empty'}"))
    else:
        screen.print(Text(f"{title}: {text(data)}" if title else text(data)))


def _is_row_of_map(key: str, value: Any) -> bool:
    """Some portals write a list as an object by id."""
    return key.isdigit() and isinstance(value, Mapping)


def _show_object(screen: Console, data: Mapping[str, Any], title: str | None) -> None:
    plain = {key: value for key, value in data.items() if not _has_parts(value)}
    if plain:
        pairs = Table(box=None, show_header=False, pad_edge=False, title=title, title_justify="left")
        pairs.add_column(no_wrap=True)
        pairs.add_column(overflow="fold")
        for key, value in plain.items():
            pairs.add_row(Text(text(key), style="bold"), Text(text(value)))
        screen.print(pairs)
    for key, value in data.items():
        if _has_parts(value):
            show(screen, value, f"{title}.{key}" if title else str(key))


def _has_parts(value: Any) -> bool:
    return (isinstance(value, Mapping) and bool(value)) or (
        isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value)
    )


def _show_rows(screen: Console, rows: list[Mapping[str, Any]], title: str | None) -> None:
    every = list(dict.fromkeys(key for row in rows for key in row))
    shown, left_out = _fitting(sorted(every, key=_rank), rows, screen.width)
    screen.print(table(shown, ([row.get(key, "") for key in shown] for row in rows), title))
    if left_out:
        screen.print(Text(f"Not shown, for want of room: {', '.join(left_out)}. --json shows everything.", style="dim"))


def _rank(column: str) -> int:
    return _FIRST.index(column) if column in _FIRST else len(_FIRST)


def _fitting(columns: list[str], rows: list[Mapping[str, Any]], width: int) -> tuple[list[str], list[str]]:
    """The columns that have room beside each other, the first ones first, and the others."""
    shown: list[str] = []
    left_out: list[str] = []
    used = 0
    for column in columns:
        widest = max(cell_len(text(row.get(column, ""))) for row in rows)
        needed = max(cell_len(column), min(widest, _WIDEST_CELL)) + _BETWEEN_CELLS
        if used + needed <= width or not shown:
            shown.append(column)
            used += needed
        else:
            left_out.append(column)
    return shown, left_out
