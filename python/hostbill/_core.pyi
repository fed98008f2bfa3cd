from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, NoReturn, TypeVar, final, overload

from ._model import Model
from ._types import Watcher

T_co = TypeVar("T_co", covariant=True)

__version__: str

#: Data, info and meta.
_Whole = tuple[Any, list[str], dict[str, Any]]

@final
class Client:
    """The core's client. What goes wrong is raised, as the exceptions of hostbill.errors.

    `skip_none` leaves parameters out that are None. `owner` becomes the client of models. `whole` asks for _Whole instead
    of the data.
    """

    def __init__(self, *args: object, **kwargs: object) -> NoReturn:
        """There is none: new_client makes them."""

    def call(
        self,
        operation: str,
        params: Mapping[str, Any] | None,
        options: Mapping[str, Any] | None,
        skip_none: bool,
        owner: object,
        whole: bool,
        on_progress: Watcher | None,
        /,
    ) -> Any:
        """Runs an operation on this thread; the data, or _Whole."""

    def submit(
        self,
        operation: str,
        params: Mapping[str, Any] | None,
        options: Mapping[str, Any] | None,
        skip_none: bool,
        owner: object,
        whole: bool,
        token: object,
        /,
    ) -> int:
        """Hands an operation over and returns at once with its number. Exactly one outcome comes out of `next`."""

    def next(self, timeout_ms: int, /) -> tuple[int, Any, Literal["answer", "error", "progress"], Any] | None:
        """(number, token, kind, payload): the next outcome or progress; None: nothing within that time; -1: no limit.

        The payload is the data or _Whole of an answer, the exception of an error, or what a wait reports. A wait reports
        only with the option ``progress``. UsageError: the client is closed, and everything has been taken.
        """

    def loop_fd(self) -> int:
        """A descriptor that is readable while `next` would return at once. The client closes it."""

    def cancel(self, number: int, /) -> bool:
        """Stops a submission, whose outcome then comes at once; 0 stops everything. False: there is no such number."""

    def demand(self, timeout_ms: int, /) -> tuple[int, int, int, int]:
        """Of a client whose slots come from outside: how many requests wait for one; since it was last asked, how many
        the portal took, how many it discarded, and how many milliseconds ago the latest of these was sent. Returns when
        there is something to do, or after that time."""

    def grant(self, count: int, /) -> None:
        """Lets so many of those requests through; -1 lets them all fail, 0 ends a wait of `demand`."""

    def close(self) -> None: ...
    @property
    def closed(self) -> bool: ...

class Field(Generic[T_co]):
    """A field of a model, as an attribute. `read` is asked for texts that are not written in the usual way of the form."""

    name: str

    def __init__(self, name: str, form: str = "plain", read: Callable[[str], Any] | None = None, /) -> None: ...
    @overload
    def __get__(self, model: None, owner: type[Model]) -> Field[T_co]: ...
    @overload
    def __get__(self, model: Model, owner: type[Model]) -> T_co: ...

def catalog(portal: str, /) -> str: ...
def is_secret_name(name: str, /) -> bool: ...
def live_objects() -> int: ...
def new_client(config: Mapping[str, Any], slots_from_outside: bool, /) -> Client:
    """A client of a configuration; what is None in it does not count."""
