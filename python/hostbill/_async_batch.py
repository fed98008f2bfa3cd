"""Many calls at once under asyncio: sent by an AsyncClient, handed on as they come."""

from __future__ import annotations

import asyncio
import functools
import os
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Callable

from ._bar import counting
from ._batch import BatchItem, CallLike, Source, checked
from ._engine import Work
from ._lane import Outcome
from .errors import UsageError

if TYPE_CHECKING:
    from ._async_client import AsyncClient
    from ._flight import Flight
    from ._ledger import Ledger
    from ._types import Watcher


def batch(
    client: AsyncClient,
    calls: Iterable[CallLike] | AsyncIterable[CallLike],
    *,
    ordered: bool = True,
    in_flight: int = 64,
    progress: bool = False,
    on_progress: Watcher | None = None,
    ledger: Ledger | str | os.PathLike[str] | None = None,
) -> AsyncGenerator[BatchItem, None]:
    """As AsyncClient.batch, which says what everything is."""
    if isinstance(calls, (str, bytes, Mapping)) or not isinstance(calls, (Iterable, AsyncIterable)):
        raise UsageError("calls: must be an iterable of calls")
    ledger, mine = checked(in_flight, ledger)
    source = _AsyncSource(calls, in_flight, ordered)
    return _run(calls, source, _Flying(client, ledger), ordered, in_flight, progress, on_progress, mine)


async def _run(
    calls: Any,
    source: _AsyncSource,
    work: _Flying,
    ordered: bool,
    in_flight: int,
    progress: bool,
    on_progress: Watcher | None,
    mine: Ledger | None,
) -> AsyncGenerator[BatchItem, None]:
    items = work.completed(source, in_flight)
    early: dict[int, BatchItem] = {}  # finished before one that comes earlier
    try:
        with counting(progress, on_progress, calls) as count:
            async for finished in items:
                early[finished.index if ordered else source.given] = finished
                while (item := early.pop(source.given, None)) is not None:
                    source.given += 1
                    if count is not None:
                        count(item)
                    yield item
    finally:
        await items.aclose()
        if mine is not None:
            mine.close()


class _AsyncSource(Source):
    """Calls, which may themselves be waited for."""

    __slots__ = ("_asked", "_async_calls", "on_ready")

    def __init__(self, calls: Iterable[CallLike] | AsyncIterable[CallLike], in_flight: int, ordered: bool) -> None:
        self._async_calls: AsyncIterator[CallLike] | None = None
        if isinstance(calls, AsyncIterable):
            self._async_calls = calls.__aiter__()
            calls = ()
        super().__init__(calls, in_flight, ordered)
        self._asked: asyncio.Future[CallLike] | None = None  # what is waited for
        self.on_ready: Callable[[Any], None]  # to be set before the first is asked for

    def next(self) -> BatchItem | None:
        """The next one. None: there is none, or it is still waited for."""
        if self._async_calls is None:
            return super().next()
        if self._asked is None:
            if not self.is_open:
                return None
            self._asked = asyncio.ensure_future(_next_of(self._async_calls))
            self._asked.add_done_callback(self.on_ready)
        if not self._asked.done():
            return None
        asked, self._asked = self._asked, None
        try:
            return self.item(asked.result())
        except StopAsyncIteration:
            self.ended = True
            return None

    async def close(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.cancel()
            await asyncio.wait({asked})
            if not asked.cancelled():
                asked.exception()  # Nobody wants it any more.


async def _next_of(calls: AsyncIterator[CallLike]) -> CallLike:
    return await calls.__anext__()


class _AsyncLane:
    """One batch's way in and out, on the loop that it was made on."""

    def __init__(self, flight: Flight) -> None:
        self._flight = flight
        self._loop = asyncio.get_running_loop()
        self._news: asyncio.Future[None] | None = None
        self.numbers: set[int] = set()  # of what was submitted and is not done with yet
        self.outcomes: deque[Outcome] = deque()

    def submit(
        self, operation: str, params: Mapping[str, Any], options: Mapping[str, Any] | None, owner: Any, ticket: Any
    ) -> None:
        """Sends a call on its way; what comes of it will be given with `ticket`."""
        landed = self._loop.create_future()
        number = self._flight.submit(self._loop, operation, params, options, False, owner, True, landed)
        self.numbers.add(number)
        landed.add_done_callback(functools.partial(self._landed, number, ticket))

    def _landed(self, number: int, ticket: Any, landed: asyncio.Future[Any]) -> None:
        problem = landed.exception()
        if problem is None:
            self.outcomes.append((number, ticket, "answer", landed.result()))
        else:
            self.outcomes.append((number, ticket, "error", problem))
        self.wake()

    def wake(self, *_: Any) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def wait(self) -> None:
        """Until there is an outcome, or somebody wakes it."""
        if not self.outcomes:
            self._news = self._loop.create_future()
            await self._news

    def done(self, outcome: Outcome) -> None:
        """What was taken has been dealt with."""
        self.numbers.discard(outcome[0])

    def cancel(self) -> None:
        """Stops all that is under way; each still comes out, with what became of it."""
        for number in list(self.numbers):
            self._flight.stop(number)


class _Flying(Work):
    """One batch on an AsyncClient."""

    def __init__(self, client: AsyncClient, ledger: Ledger | None) -> None:
        super().__init__(client, ledger)
        self._flight = client._flight

    async def completed(self, source: _AsyncSource, in_flight: int) -> AsyncGenerator[BatchItem, None]:
        """The items as they are finished. Closing it stops what is under way, and waits until it has stopped."""
        lane = _AsyncLane(self._flight)
        source.on_ready = lane.wake
        held: BatchItem | None = None
        try:
            while True:
                while lane.outcomes:
                    yield self._finish(lane, lane.outcomes.popleft())
                item = held
                if item is None and len(lane.numbers) < in_flight:
                    item = source.next()
                held = None
                if item is not None:
                    if not self._has_room(len(lane.numbers), item):
                        held = item
                    elif not self._begin(lane, item):
                        yield item
                    if held is None:
                        continue
                if not lane.numbers and source.ended:
                    return
                await lane.wait()
        finally:
            try:  # First what acts, as a source may take its time to end.
                await self._stop(lane)
            finally:
                await source.close()

    async def _stop(self, lane: _AsyncLane) -> None:
        lane.cancel()
        failed: BaseException | None = None
        while lane.numbers:
            await lane.wait()
            while lane.outcomes:
                failed = self._finish_stopped(lane, lane.outcomes.popleft()) or failed
        if failed is not None:
            raise failed
        if self._books is not None:
            self._books.close()
