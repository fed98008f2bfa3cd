"""Several batches on one client, none of which takes another's answers."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Literal

from . import _process
from .errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from . import _core
    from ._client import Client

#: What a call was submitted with, how it ended, and with what.
Outcome = tuple[Any, Literal["answer", "error"], Any]

# A wait ends so often, for whoever waits behind somebody else to look for Ctrl-C.
_LOOK_S = 0.1
_AT_ONCE = 4


class Dispatcher:
    """Hands the outcomes of one client to whom they belong.

    There is no thread for it: of those who wait, one takes outcomes from the client, for all, until there is one of its
    own.
    """

    def __init__(self, core: _core.Client) -> None:
        self.core = core
        self.process = _process.current
        self.changed = threading.Condition(threading.Lock())
        self.busy = False  # somebody takes outcomes
        self.waiting = 0  # others


class Lane:
    """One batch's way in and out. For one thread at a time."""

    __slots__ = ("_core", "_dispatcher", "_numbers", "_outcomes", "pending")

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._core = dispatcher.core
        self._outcomes: deque[tuple[int, Any, Any, Any]] = deque()
        self._numbers: set[int] = set()
        self.pending = 0  # submitted and not taken yet

    @property
    def inherited(self) -> bool:
        """Whether it is a parent process's: what is under way, or still to be sent, is so there."""
        return self._dispatcher.process is not _process.current

    def submit(
        self, operation: str, params: Mapping[str, Any], options: Mapping[str, Any] | None, owner: Any, ticket: Any
    ) -> None:
        """Sends a call on its way; what comes of it will be given with `ticket`."""
        number = self._core.submit(operation, params, options, False, owner, True, (self, ticket))
        self._numbers.add(number)
        self.pending += 1

    def take(self) -> Outcome | None:
        """The next outcome of what was submitted here. None: not yet."""
        if not self._outcomes:
            self._fetch(_LOOK_S)
            if not self._outcomes:
                return None
        number, ticket, kind, payload = self._outcomes.popleft()
        self._numbers.discard(number)
        self.pending -= 1
        return ticket, kind, payload

    def _fetch(self, wait: float) -> None:
        dispatcher = self._dispatcher
        with dispatcher.changed:
            if self._outcomes:
                return
            if dispatcher.busy:
                dispatcher.waiting += 1
                try:
                    dispatcher.changed.wait(wait)
                finally:
                    dispatcher.waiting -= 1
                return
            dispatcher.busy = True
        try:
            taken = self._core.next(int(wait * 1000))
            left = _AT_ONCE
            while taken is not None:
                if taken[2] != "progress":
                    number, (lane, ticket), kind, payload = taken
                    lane._outcomes.append((number, ticket, kind, payload))
                left -= 1
                taken = self._ready() if left else None
        finally:
            with dispatcher.changed:
                dispatcher.busy = False
                if dispatcher.waiting:
                    dispatcher.changed.notify_all()

    def _ready(self) -> Any:
        """What has come meanwhile: to take it at once saves a thread's wake."""
        try:
            return self._core.next(0)
        except UsageError:
            return None  # That the client is closed matters to whoever waits for more.

    def cancel(self) -> None:
        """Stops all that is under way; each still comes out, with what became of it."""
        for number in self._numbers:
            self._core.cancel(number)


def lane_of(client: Client) -> Lane:
    """A lane on a client. Its views share a dispatcher; a child process, where nothing has been submitted, has another."""
    with _making:
        shared = client._dispatchers
        if not shared or shared[0].process is not _process.current:
            shared[:] = [Dispatcher(client._core)]
        return Lane(shared[0])


_making = threading.Lock()


def _forked() -> None:
    global _making
    _making = threading.Lock()


os.register_at_fork(after_in_child=_forked)
