from typing import Any, ClassVar, Generic

from typing_extensions import TypeVar

T_co = TypeVar("T_co", default=Any, covariant=True)  # Plain ``Answer`` means one of anything.

class Data: ...
class AsyncData: ...
class AsyncAnswer: ...

class Answer(Generic[T_co]):
    """The whole answer to a call; ``client.answers`` returns these instead of the data alone."""

    __match_args__: ClassVar = ("data", "info", "meta")
    __hash__: ClassVar[None]  # type: ignore[assignment]
    @property
    def data(self) -> T_co:
        """What the portal answered, in one form on every portal (``docs/results.md``)."""
    @property
    def info(self) -> list[Any]:
        """What the portal wants to tell beside the data, such as ``"Record added"``."""
    @property
    def meta(self) -> dict[str, Any]:
        """``operation``, ``http_status``, ``attempts``, ``elapsed_ms`` and, if one was given, ``tag``; ``unshaped``
        names what did not fit its form, ``extra`` has what stood beside the data."""
    def __init__(self, data: T_co, info: list[Any], meta: dict[str, Any]) -> None: ...
