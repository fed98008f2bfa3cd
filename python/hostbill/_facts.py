"""What a batch has to know of operations, from the catalogue."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ._catalog import catalog
from .errors import HostbillError


class Fact(NamedTuple):
    id: str
    effect: str
    secret: bool  # its answer holds secrets
    made_of_others: bool
    names: tuple[str, ...]  # the parameters that say which thing is meant
    aliases: Mapping[str, str]
    numbers: frozenset[str]  # parameters of which 7, "07" and 7.0 are the same
    secrets: frozenset[str] = frozenset()  # parameters that no error may show

    @property
    def acts(self) -> bool:
        """Doing it twice is not the same as doing it once."""
        return self.effect == "unsafe"

    def canonical(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters in one form, however they were written."""
        found = {}
        for name, value in params.items():
            name = self.aliases.get(name, name)
            if isinstance(value, bool):
                found[name] = "true" if value else "false"
            elif value is not None:
                found[name] = _plain(value) if name in self.numbers or isinstance(value, (int, float)) else value
        return found


def _plain(value: Any) -> str:
    """A number with no more digits than it needs."""
    text = str(value)
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    if abs(number.adjusted()) > 100:
        return text
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,4})?")


#: Of an operation that is not in the catalogue: the library may know it by a spelling that we do not.
def unknown(operation: str) -> Fact:
    return Fact(operation, "unsafe", True, False, (), {}, frozenset())


class Facts:
    """The operations of a portal by id, and by method and path."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._rows: dict[str, Fact] = {}
        rows = [(row, False) for row in document["operations"]]
        for row, composed in [*rows, *((row, True) for row in document["compositions"])]:
            fact = _fact(row, composed)
            self._rows[row["id"]] = fact
            if row["path"]:
                self._rows[_unnamed(f"{row['method']} {row['path']}")] = fact

    def of(self, operation: str) -> Fact:
        return self._rows.get(operation) or self._rows.get(_unnamed(operation)) or unknown(operation)

    def knows(self, operation: str) -> bool:
        return operation in self._rows or _unnamed(operation) in self._rows


def _unnamed(path: str) -> str:
    """Method and path, whatever the placeholders in it are called."""
    return _PLACEHOLDER.sub("/{}", path)


_PLACEHOLDER = re.compile(r"/(?:[@:][^/]*|\{[^/]*\})(?=/|$)")


def _fact(row: Mapping[str, Any], composed: bool) -> Fact:
    params = row["params"]
    in_path = tuple(param["name"] for param in params if param["in"] == "path")
    required = tuple(param["name"] for param in params if param["required"])
    return Fact(
        row["id"],
        row["effect"],
        bool(row["secrets"]) or row["effect"] == "auth",
        composed,
        in_path or required,
        {alias: param["name"] for param in params for alias in param["aliases"]},
        frozenset(param["name"] for param in params if param["type"] in ("integer", "number")),
        frozenset(param["name"] for param in params if param["sensitive"]),
    )


def facts(portal: Any) -> Facts:
    """Of a portal as a client's configuration names it."""
    return _facts(json.dumps(portal, sort_keys=True, default=str))


@functools.lru_cache(maxsize=8)
def _facts(portal: str) -> Facts:
    try:
        return Facts(catalog(json.loads(portal)))
    except HostbillError:
        return Facts({"operations": [], "compositions": []})  # The client itself says what is wrong.
