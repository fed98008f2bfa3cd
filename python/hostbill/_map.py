"""One operation with each of many values, as calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import length_hint
from typing import TYPE_CHECKING, Any

from ._batch import Call
from ._facts import facts
from .errors import UsageError

if TYPE_CHECKING:
    from ._async_client import AsyncClient
    from ._client import Client
    from ._types import Options


def mapped(
    client: Client | AsyncClient,
    operation: str,
    values: Iterable[Any] | None,
    params: Mapping[str, Any] | None,
    options: Options | None,
    varied: Mapping[str, Iterable[Any]],
) -> Iterable[Any]:
    """The calls that `map` of a client makes; an error in place of one that cannot be made."""
    if (values is None) == (not varied) or len(varied) > 1:
        raise UsageError(f"{operation}: map() takes values, or one parameter by name with its values")
    fixed = dict(params or {})
    if varied:
        ((name, values),) = varied.items()
        names: tuple[str, ...] = (name,)
    else:
        known = facts(client._origin.portal)
        if not isinstance(operation, str) or not known.knows(operation):
            # Says what it was perhaps meant to be.
            client._core.call(operation, None, {"dry_run": True}, False, client, False, None)
        names = tuple(name for name in known.of(operation).names if name not in fixed)
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        raise UsageError(f"{operation}: map() takes an iterable of values")
    return _Mapped(_named(operation, names, values, fixed, options, bool(varied)), values)


class _Mapped:
    """Calls, of which is known how many they are where that is known of the values."""

    def __init__(self, calls: Iterator[Any], values: Iterable[Any]) -> None:
        self._calls = calls
        self._values = values

    def __iter__(self) -> Iterator[Any]:
        return self._calls

    def __length_hint__(self) -> int:
        return length_hint(self._values, 0)


def _named(
    operation: str,
    names: tuple[str, ...],
    values: Iterable[Any],
    fixed: Mapping[str, Any],
    options: Options | None,
    plain: bool,
) -> Iterator[Any]:
    for value in values:
        if plain:
            params = {names[0]: value}
        elif isinstance(value, Mapping):
            params = dict(value)
        else:
            several = value if isinstance(value, tuple) else (value,)
            if len(several) > len(names):
                yield UsageError(f"{operation}: {len(several)} values for {', '.join(names) or 'no parameter'}")
                continue
            params = dict(zip(names, several))
        yield Call(operation, {**fixed, **params}, options=options)
