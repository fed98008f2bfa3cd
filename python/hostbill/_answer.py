"""What a call gives back when asked for everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic

if TYPE_CHECKING:
    from typing_extensions import TypeVar

    T = TypeVar("T", default=Any)  # Plain ``Answer`` means one of anything.
else:
    from typing import TypeVar

    T = TypeVar("T")


class Data:
    """Marks, for type checkers, the methods that give the data alone."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """The whole answer to a call; ``client.answers`` returns these instead of the data alone.

    Attributes:
        data: What the portal answered, in one form on every portal (``docs/results.md``).
        info: What the portal wants to tell beside the data, such as ``"Record added"``.
        meta: ``operation``, ``http_status``, ``attempts``, ``elapsed_ms`` and, if one was given, ``tag``;
            ``unshaped`` names what did not fit its form, ``extra`` has what stood beside the data.
    """

    data: T
    info: list[Any]
    meta: dict[str, Any]
