"""Many calls as one loop."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Union

from ._answer import Answer
from .errors import HostbillError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ._client import Client
    from ._ledger import Ledger
    from ._types import Options, Watcher


class Call:
    """A call that a batch is to make.

    >>> Call("domains.get", {"domain_id": 7}, tag="first")

    Args:
        operation: An id of the catalogue, or method and path.
        params: The parameters, by the catalogue's names. They are copied: what is changed later belongs to other calls.
        options: What holds for this call alone; see Options.
        tag: Whatever the caller wants to find again in the item; it is not sent.
        key: Tells equal calls apart in a ledger, such as an order number of the caller's own.
    """

    __slots__ = ("key", "operation", "options", "params", "tag")

    def __init__(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        *,
        options: Options | None = None,
        tag: Any = None,
        key: str | None = None,
    ) -> None:
        self.operation = operation
        # A loop may change one dictionary for each call, while the answers to earlier ones are still to come.
        # A dictionary is seen at once; to ask whether something is a Mapping takes longer than all the rest here.
        self.params: Mapping[str, Any] = dict(params) if isinstance(params, (dict, Mapping)) else params or {}
        self.options = options
        self.tag = tag
        self.key = key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Call):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in Call.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        # Numbers name things; texts may be secrets.
        shown = (f", {name}={value if isinstance(value, int) else '...'}" for name, value in self.params.items())
        return f"Call({self.operation!r}{''.join(shown)})"

    def __reduce__(self) -> Any:
        return _call, (self.operation, dict(self.params), self.options, self.tag, self.key)


def _call(operation: str, params: Mapping[str, Any], options: Options | None, tag: Any, key: str | None) -> Call:
    return Call(operation, params, options=options, tag=tag, key=key)


#: What batch() takes: a Call, an operation without parameters, or operation, parameters and options.
CallLike = Union[Call, str, tuple[str], tuple[str, Mapping[str, Any]], tuple[str, Mapping[str, Any], "Options"]]


class BatchItem:
    """A call of a batch, and what came of it.

    Attributes:
        call: The call.
        index: Its place among the calls, from 0.
        error: An exception of ``hostbill.errors``, not raised; None where it succeeded.
        from_ledger: Whether the ledger has it, done or begun before, and nothing was sent.
        ledger_number: What the ledger calls it; None without one.
    """

    __slots__ = ("_extra", "_owner", "_whole", "call", "error", "from_ledger", "index", "ledger_number")

    def __init__(self, call: Call, index: int) -> None:
        self.call = call
        self.index = index
        self.error: HostbillError | None = None
        self.from_ledger = False
        self.ledger_number: str | None = None
        self._owner: str | None = None  # whose note the ledger has of it
        self._whole: Any = None  # data, info and meta
        self._extra: Any = None  # what whoever works on it needs to remember

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.error is None

    @property
    def data(self) -> Any:
        """What the operation's method returns; None where the call failed, or the ledger does not keep the answer."""
        return None if self._whole is None else self._whole[0]

    @property
    def answer(self) -> Answer[Any] | None:
        """The whole answer; None where there is none."""
        return None if self._whole is None else Answer(*self._whole)

    def result(self) -> Any:
        """The data.

        Raises:
            HostbillError: the call failed.
        """
        if self.error is not None:
            raise self.error
        return self.data

    @property
    def tag(self) -> Any:
        """The call's."""
        return self.call.tag

    def __repr__(self) -> str:
        return f"<hostbill.BatchItem {self.index} {self.call!r} {'ok' if self.ok else type(self.error).__name__}>"

    def __reduce__(self) -> Any:
        # As with models, the client stays behind.
        state = (self.call, self.index, self.error, self._whole, self.from_ledger, self.ledger_number, self._owner)
        return _item, state


def _item(
    call: Call,
    index: int,
    error: HostbillError | None,
    whole: Any,
    from_ledger: bool,
    number: str | None,
    owner: str | None,
) -> BatchItem:
    item = BatchItem(call, index)
    item.error, item._whole, item.from_ledger = error, whole, from_ledger
    item.ledger_number, item._owner = number, owner
    return item


def batch(
    client: Client,
    calls: Iterable[CallLike],
    *,
    ordered: bool = True,
    in_flight: int = 64,
    progress: bool = False,
    on_progress: Watcher | None = None,
    executor: Executor | None = None,
    ledger: Ledger | str | os.PathLike[str] | None = None,
) -> Generator[BatchItem, None, None]:
    """As Client.batch, which says what everything is."""
    if isinstance(calls, (str, bytes, Mapping)) or not isinstance(calls, Iterable):
        raise UsageError("calls: must be an iterable of calls")
    ledger, mine = checked(in_flight, ledger)
    if executor is None:
        from ._engine import Local

        work: Any = Local(client, ledger)
    else:
        from ._executor import Spread

        work = Spread(client, ledger, executor, in_flight)
    return _run(calls, work, ordered, in_flight, progress, on_progress, mine)


def checked(in_flight: int, ledger: Ledger | str | os.PathLike[str] | None) -> tuple[Ledger | None, Ledger | None]:
    """The ledger of a batch, and again where it is the batch's own, which it closes."""
    if isinstance(in_flight, bool) or not isinstance(in_flight, int) or not 1 <= in_flight <= 100_000:
        raise UsageError("in_flight: must be a whole number from 1 to 100000")
    from ._ledger import Ledger

    if ledger is None or isinstance(ledger, Ledger):
        return ledger, None
    mine = Ledger(ledger)
    return mine, mine


def _run(
    calls: Iterable[CallLike],
    work: Any,
    ordered: bool,
    in_flight: int,
    progress: bool,
    on_progress: Watcher | None,
    mine: Ledger | None,
) -> Generator[BatchItem, None, None]:
    from ._bar import counting

    source = Source(calls, in_flight, ordered)
    items = work.completed(source, in_flight)
    try:
        with counting(progress, on_progress, calls) as count:
            for item in in_order(items, source) if ordered else items:
                if count is not None:
                    count(item)
                yield item
    finally:
        items.close()
        if mine is not None:
            mine.close()


#: How many items, in numbers of in_flight, may wait for an earlier one to be finished.
_AHEAD = 4


class Source:
    """The calls as items, each made when it is wanted."""

    __slots__ = ("_calls", "_window", "ended", "given", "index")

    def __init__(self, calls: Iterable[CallLike], in_flight: int, ordered: bool) -> None:
        self._calls = iter(calls)
        self._window = in_flight * _AHEAD if ordered else 0
        self.index = 0
        self.given = 0  # how many have been given out in order
        self.ended = False

    @property
    def is_open(self) -> bool:
        """Whether there may be a next one: not where too many wait for an earlier one."""
        return not (self.ended or (self._window and self.index - self.given >= self._window))

    def next(self) -> BatchItem | None:
        """The next one. None: there is none, now or ever."""
        if not self.is_open:
            return None
        try:
            given = next(self._calls)
        except StopIteration:
            self.ended = True
            return None
        return self.item(given)

    def item(self, given: Any) -> BatchItem:
        """Of a call, however it is written."""
        index = self.index
        self.index += 1
        if type(given) is tuple and len(given) == 2 and isinstance(given[0], str) and isinstance(given[1], dict):
            return BatchItem(Call(given[0], given[1]), index)
        try:
            return BatchItem(_made(given), index)
        except UsageError as problem:
            call = Call(str(type(given).__name__))
            if isinstance(given, Call) and isinstance(given.params, Mapping):
                call = given
            item = BatchItem(call, index)
            item.error = problem
            return item


def _made(given: Any) -> Call:
    """A call from any of the ways in which one is written."""
    if isinstance(given, UsageError):
        raise given
    if isinstance(given, Call):
        call = given
    elif isinstance(given, str):
        call = Call(given)
    elif isinstance(given, (tuple, list)) and 1 <= len(given) <= 3:
        call = Call(given[0], *given[1:2], options=given[2] if len(given) == 3 else None)
    else:
        raise UsageError("a call is written (operation, parameters), or as a Call")
    if not isinstance(call.operation, str):
        raise UsageError(f"the operation must be text, not {type(call.operation).__name__}")
    for what, value in (("parameters", call.params), ("options", call.options)):
        if value is not None and not isinstance(value, Mapping):
            raise UsageError(f"{call.operation}: the {what} must be a mapping, not {type(value).__name__}")
    if call.key is not None and not isinstance(call.key, str):  # 7 and "7" would be two calls, and both be made.
        raise UsageError(f"{call.operation}: the key must be text, not {type(call.key).__name__}")
    return call


def in_order(items: Iterator[BatchItem], source: Source) -> Iterator[BatchItem]:
    early: dict[int, BatchItem] = {}
    for item in items:
        if item.index != source.given:
            early[item.index] = item
            continue
        while True:
            source.given += 1
            yield item
            found = early.pop(source.given, None)
            if found is None:
                break
            item = found
