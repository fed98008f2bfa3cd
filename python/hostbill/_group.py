"""What groups of operations are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from ._types import Options, Watcher

#: What a call gives back: the data, or an Answer.
R_co = TypeVar("R_co", covariant=True)


class Caller(Protocol[R_co]):
    """Makes a call; of a wait, `progress` shows on the terminal how far it is, and `on_progress` hears of it."""

    def __call__(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> R_co: ...


class Group(Generic[R_co]):
    """A way to make calls, with methods on it. Holds no other state, so groups are made when they are asked for."""

    __slots__ = ("_call",)

    def __init__(self, call: Caller[R_co]) -> None:
        self._call = call


class Root(Generic[R_co]):
    """What the outermost groups hang from; it knows how calls are made."""

    __slots__ = ()

    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> R_co:
        raise NotImplementedError
