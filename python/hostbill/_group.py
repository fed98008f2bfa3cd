"""What groups of operations are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Generic, Optional, TypeVar

from ._types import Options

#: What a call gives back: the data, or an Answer.
R_co = TypeVar("R_co", covariant=True)

Caller = Callable[[str, Mapping[str, Any], Optional[Options]], R_co]


class Group(Generic[R_co]):
    """A way to make calls, with methods on it. Holds no other state, so groups are made when they are asked for."""

    __slots__ = ("_call",)

    def __init__(self, call: Caller[R_co]) -> None:
        self._call = call


class Root(Generic[R_co]):
    """What the outermost groups hang from; it knows how calls are made."""

    __slots__ = ()

    def _call(self, operation: str, params: Mapping[str, Any], options: Options | None) -> R_co:
        raise NotImplementedError
