from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from ._types import Options, Watcher

#: What a call gives back: the data, or an Answer, or what can be awaited for either.
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
    _call: Caller[R_co]
    def __init__(self, call: Caller[R_co]) -> None: ...

class Root(Generic[R_co]):
    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> R_co: ...
