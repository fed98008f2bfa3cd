"""Several batches on one client, none of which takes another's answers."""

from __future__ import annotations

import functools
import itertools
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

#: A call's number, what it was submitted with, how it ended, and with what.
Outcome = tuple[int, Any, Literal["answer", "error"], Any]

# A wait ends so often, for whoever waits behind somebody else to look for Ctrl-C.
_LOOK_S = 0.1
_AT_ONCE = 8
_NO, _YES = (False,), (True,)


class Dispatcher:
    """Hands the outcomes of one client to whom they belong.

    There is no thread for it: of those who wait, one takes outcomes from the client, for all, until there is one of its
    own.

    Ctrl-C may come between any two steps of Python's, and must lose no outcome, which may be another thread's. It does
    not come into what is one call of a function of C's, be it that this calls others: so these take what they are given
    from `map` and `iter`.
    """

    def __init__(self, core: _core.Client) -> None:
        self.core = core
        self.process = _process.current
        # It may be taken twice by a thread, where a batch that nobody has any more is closed at any time. The condition's own
        # `with` is Python.
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.busy: int | None = None  # the thread that takes outcomes
        self.waiting = 0  # others
        self.taken: deque[Any] = deque()  # and not handed on yet; by who is busy
        self.ready = functools.partial(core.next, 0)


class Lane:
    """One batch's way in and out. For one thread at a time."""

    __slots__ = ("_core", "_dispatcher", "_outcomes", "numbers")

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._core = dispatcher.core
        self._outcomes: deque[Outcome] = deque()
        self.numbers: set[int] = set()  # of what was submitted and is not done with yet

    @property
    def inherited(self) -> bool:
        """Whether it is a parent process's: what is under way, or still to be sent, is so there."""
        return self._dispatcher.process is not _process.current

    @property
    def may_wait(self) -> bool:
        """Not within this thread's own taking of outcomes, where a batch that nobody has any more is closed."""
        return self._dispatcher.busy != threading.get_ident()

    def submit(
        self, operation: str, params: Mapping[str, Any], options: Mapping[str, Any] | None, owner: Any, ticket: Any
    ) -> None:
        """Sends a call on its way; what comes of it will be given with `ticket`."""
        submit, token = self._core.submit, (self, ticket)
        self.numbers.update(map(submit, (operation,), (params,), (options,), _NO, (owner,), _YES, (token,)))

    def take(self, wait: float = _LOOK_S) -> Outcome | None:
        """The next outcome of what was submitted here, again and again until it is done with. None: not yet."""
        outcomes = self._outcomes
        if not outcomes:
            self._fetch(wait)
        while outcomes:
            if outcomes[0][0] in self.numbers:
                return outcomes[0]
            outcomes.popleft()
        return None

    def done(self, outcome: Outcome) -> None:
        """What was taken has been dealt with."""
        self.numbers.discard(outcome[0])
        if self._outcomes and self._outcomes[0] is outcome:
            self._outcomes.popleft()

    def _fetch(self, wait: float) -> None:
        dispatcher = self._dispatcher
        mine = False
        try:
            with dispatcher.lock:
                if self._outcomes:
                    return
                if dispatcher.busy is not None:
                    dispatcher.waiting += 1
                    try:
                        dispatcher.changed.wait(wait)
                    finally:
                        dispatcher.waiting -= 1
                    return
                dispatcher.busy, mine = threading.get_ident(), True
            taken = dispatcher.taken
            if not taken:
                taken.extend(map(self._core.next, (int(wait * 1000),)))
                if taken[-1] is not None:
                    self._fetch_more(taken)
            while taken:
                _hand_on(taken[0])
                taken.popleft()
        finally:
            if mine:
                dispatcher.busy = None
                with dispatcher.lock:
                    if dispatcher.waiting:
                        dispatcher.changed.notify_all()

    def _fetch_more(self, taken: deque[Any]) -> None:
        """What has come meanwhile: to take it at once saves a thread's wake."""
        try:
            taken.extend(itertools.islice(iter(self._dispatcher.ready, None), _AT_ONCE - 1))
        except UsageError:
            pass  # That the client is closed matters to whoever waits for more.

    def cancel(self) -> None:
        """Stops all that is under way; each still comes out, with what became of it."""
        for number in list(self.numbers):
            self._core.cancel(number)


def _hand_on(taken: Any) -> None:
    """To whom it belongs, who takes it once, however often it is given."""
    if taken is not None and taken[2] != "progress":
        number, (lane, ticket), kind, payload = taken
        lane._outcomes.append((number, ticket, kind, payload))


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
