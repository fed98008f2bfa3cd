"""Several batches on one client, none of which takes another's answers."""

from __future__ import annotations

import os
import threading
from collections import deque
from typing import Any

from . import _core

# A wait ends so often, for Python to look whether somebody pressed Ctrl-C.
_LOOK_S = 0.1


class Dispatcher:
    """Hands the answers of one client to whom they belong.

    There is no thread for it: of those who wait, one takes answers from the client, for all, until there is one of its
    own.
    """

    def __init__(self, core: _core.Client) -> None:
        self.core = core if hasattr(core, "submit") else _Shim(core)
        self.process = os.getpid()
        self.changed = threading.Condition(threading.Lock())
        self.owners: dict[int, tuple[Lane, Any]] = {}
        self.busy = False  # somebody is taking answers
        self.waiting = 0  # others


class Lane:
    """One batch's way in and out. For one thread at a time."""

    __slots__ = ("_answers", "_dispatcher", "_pending")

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._answers: deque[tuple[Any, bool, Any]] = deque()
        self._pending: set[int] = set()

    def submit(self, operation: bytes, params: str, settings: str, ticket: Any) -> None:
        """Sends a call on its way; what comes of it will be given with `ticket`."""
        dispatcher = self._dispatcher
        with dispatcher.changed:  # So that the answer cannot come before its owner is known.
            number = dispatcher.core.submit(operation, params, settings)
            dispatcher.owners[number] = (self, ticket)
            self._pending.add(number)

    def take(self, timeout: float | None = None) -> tuple[Any, bool, Any] | None:
        """The next answer to what was submitted here: (ticket, succeeded, document). None: not in time."""
        answers = self._answers
        if answers:
            return answers.popleft()
        dispatcher = self._dispatcher
        wait = _LOOK_S if timeout is None else min(timeout, _LOOK_S)
        with dispatcher.changed:
            if answers:
                return answers.popleft()
            if dispatcher.busy:
                dispatcher.waiting += 1
                dispatcher.changed.wait(wait)
                dispatcher.waiting -= 1
                return answers.popleft() if answers else None
            dispatcher.busy = True
        answer = None
        try:
            answer = dispatcher.core.next(int(wait * 1000))
        finally:
            with dispatcher.changed:
                dispatcher.busy = False
                if answer is not None:
                    self._hand_over(answer)
                if dispatcher.waiting:
                    dispatcher.changed.notify_all()
        return answers.popleft() if answers else None

    def _hand_over(self, answer: tuple[int, bool, Any]) -> None:
        number, succeeded, document = answer
        lane, ticket = self._dispatcher.owners.pop(number, (None, None))
        if lane is not None:
            lane._pending.discard(number)
            lane._answers.append((ticket, succeeded, document))

    def cancel(self) -> None:
        """Stops all that is under way; each still comes out, with what became of it."""
        for number in list(self._pending):
            self._dispatcher.core.cancel(number)

    def __len__(self) -> int:
        return len(self._pending) + len(self._answers)


class Lanes:
    """The dispatcher of a client and its views; made anew in a child process, where nothing has been submitted."""

    __slots__ = ("_dispatcher",)

    def __init__(self) -> None:
        self._dispatcher: Dispatcher | None = None

    def open(self, core: _core.Client) -> Lane:
        with _making:
            dispatcher = self._dispatcher
            if dispatcher is None or dispatcher.process != os.getpid():
                dispatcher = self._dispatcher = Dispatcher(core)
        return Lane(dispatcher)


_making = threading.Lock()


def _forked() -> None:
    global _making
    _making = threading.Lock()


os.register_at_fork(after_in_child=_forked)


class _Shim:
    def __init__(self, core):
        import concurrent.futures
        import itertools
        import queue

        self.core, self.pool, self.q, self.ids = (
            core,
            concurrent.futures.ThreadPoolExecutor(64),
            queue.SimpleQueue(),
            itertools.count(1),
        )

    def submit(self, operation, params, settings):
        n = next(self.ids)

        def run():
            from ._documents import read

            ok, text, _ = self.core.call(operation, params, settings, False, None)
            self.q.put((n, ok, read(text)))

        self.pool.submit(run)
        return n

    def next(self, ms):
        import queue

        try:
            return self.q.get(timeout=ms / 1000)
        except queue.Empty:
            return None

    def cancel(self, n):
        pass
