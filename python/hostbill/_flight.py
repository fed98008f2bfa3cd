"""What an AsyncClient has in flight, and the event loop that hears when it lands."""

from __future__ import annotations

import asyncio
import weakref
from typing import TYPE_CHECKING, Any

from . import _process
from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from . import _core
    from ._types import Watcher

# How many outcomes are handed out before the loop's other callbacks have their turn.
_AT_ONCE = 8


class Flight:
    """The submissions of one client. All views of a client share it; it belongs to the loop that it is first used on."""

    def __init__(self, core: _core.Client) -> None:
        self._core = core
        self._weak = weakref.ref(self)  # A client that was dropped without being closed goes; the loop would hold it.
        self._process = _process.current
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fd = -1
        self._goes_on = False  # the loop will call land soon
        self._ended: asyncio.Future[None] | None = None
        # Of those alone that are watched, or were cancelled and are still to land:
        self._watchers: dict[int, Watcher] = {}
        self._raised: dict[int, BaseException] = {}  # by what watches
        self._late: dict[int, asyncio.Future[Any]] = {}
        self._early: dict[int, BaseException | None] = {}  # landed before their task had its turn

    async def run(
        self,
        operation: str,
        params: Mapping[str, Any] | None,
        options: Mapping[str, Any] | None,
        skip_none: bool,
        owner: object,
        whole: bool,
        watch: Watcher | None,
    ) -> Any:
        """Submits an operation and waits for what it gives."""
        loop = asyncio.get_running_loop()
        landed = loop.create_future()
        number = self.submit(loop, operation, params, options, skip_none, owner, whole, landed)
        if watch is not None:
            self._watchers[number] = watch
        try:
            return await landed
        except asyncio.CancelledError as cancelled:
            if landed.done() and not landed.cancelled():  # In this very turn of the loop: nothing is left to come.
                raise cancelled from landed.exception()
            raise cancelled from await self._stop(loop, number)
        finally:
            if watch is not None:
                self._forget(number, landed)
            del landed  # Its exception knows this frame: a circle.

    def submit(
        self,
        loop: asyncio.AbstractEventLoop,
        operation: str,
        params: Mapping[str, Any] | None,
        options: Mapping[str, Any] | None,
        skip_none: bool,
        owner: object,
        whole: bool,
        landed: asyncio.Future[Any],
    ) -> int:
        """Submits an operation, which `landed` will have the outcome of."""
        if loop is not self._loop or self._process is not _process.current:
            self._attach(loop)
        number = self._core.submit(operation, params, options, skip_none, owner, whole, landed)
        if not self._goes_on:  # Once for all that is submitted in a row.
            self._goes_on = True
            loop.call_soon(_land, self._weak)
        return number

    def stop(self, number: int) -> None:
        """Cancels a submission, which still lands, with what became of it."""
        self._core.cancel(number)

    async def _stop(self, loop: asyncio.AbstractEventLoop, number: int) -> BaseException | None:
        """Cancels a submission and waits, for a moment, for what became of it: of something that acts it may be unknown
        whether it has."""
        if number in self._early:
            return self._early.pop(number)
        late = self._late[number] = loop.create_future()
        self._core.cancel(number)
        try:
            await late
        except asyncio.CancelledError:
            return None  # Cancelled once more: nobody is to wait.
        except Exception as failure:
            return failure
        finally:
            del late
        return None

    def _forget(self, number: int, landed: asyncio.Future[Any]) -> None:
        self._watchers.pop(number, None)
        raised = self._raised.pop(number, None)
        if raised is not None:
            raise raised from (landed.exception() if landed.done() and not landed.cancelled() else None)

    # -- the loop --------------------------------------------------------------

    def _attach(self, loop: asyncio.AbstractEventLoop) -> None:
        # A child has a client of its own, and its parent's loop is none of its business.
        if self._process is not _process.current:
            self._process = _process.current
            self._loop = self._ended = None
            self._watchers, self._raised, self._late, self._early = {}, {}, {}, {}
            self._goes_on = False
        if self._loop is not None:
            raise UsageError(
                "this client belongs to another event loop, the one that it was first used on: make one for each"
            )
        if self._core.closed:
            return  # What is submitted now fails at once.
        self._fd = self._core.loop_fd()
        loop.add_reader(self._fd, _land, self._weak)
        self._loop = loop

    def land(self) -> None:
        """Sends what was submitted, and hands out what has come. The loop calls it when there is something to do."""
        self._goes_on = False
        take = self._core.next
        for _ in range(_AT_ONCE):  # The descriptor tells of what is left.
            try:
                taken = take(0)
            except UsageError:  # Closed, and everything has been handed out.
                self._detach()
                return
            if taken is None:
                return
            number, landed, kind, payload = taken
            if kind == "progress":
                self._tell(number, payload)
                continue
            if landed.done():  # Cancelled; perhaps somebody waits for how it ended, or is about to.
                landed = self._late.pop(number, None)
                if landed is None:
                    self._early[number] = None if kind == "answer" else payload
                    continue
                if landed.done():
                    continue
            if kind == "answer":
                landed.set_result(payload)
            else:
                landed.set_exception(payload)

    def _tell(self, number: int, progress: dict[str, Any]) -> None:
        watch = self._watchers.get(number)
        if watch is None or number in self._raised:
            return
        try:
            watch(progress)
        except BaseException as raised:
            self._raised[number] = raised
            self._core.cancel(number)

    def _detach(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not None and not loop.is_closed():
            loop.remove_reader(self._fd)
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    # -- the end ---------------------------------------------------------------

    async def end(self) -> None:
        """Waits, after the core's client was closed, until everything has ended."""
        loop = asyncio.get_running_loop()
        if self._loop is None or self._process is not _process.current:
            return
        if self._loop.is_closed():
            self._loop = None  # Nobody waits there any more.
            return
        if self._loop is not loop:
            raise UsageError("this client belongs to another event loop, the one that it was first used on")
        if self._ended is None:
            self._ended = loop.create_future()
        await asyncio.shield(self._ended)

    def __del__(self) -> None:
        loop = self._loop
        if loop is None or self._process is not _process.current or loop.is_closed():
            return
        try:
            here = asyncio.get_running_loop() is loop
        except RuntimeError:
            here = not loop.is_running()
        if here:
            loop.remove_reader(self._fd)
        else:
            loop.call_soon_threadsafe(loop.remove_reader, self._fd)


def _land(flight: weakref.ref[Flight]) -> None:
    found = flight()
    if found is not None:
        found.land()
