"""Brings the turns of a shared limit to a client whose requests wait for them."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from typing import TYPE_CHECKING

from .errors import UsageError

if TYPE_CHECKING:
    from . import _core
    from ._shared_limit import SharedLimit

_LOOK_MS = 1000
_LONGEST_PAUSE_S = 1.0
# Between two attempts to reach a server that is not there.
_PATIENCE_S = 0.2


class Feeder:
    """A thread for each client with a shared limit, as long as somebody has the client."""

    def __init__(self, core: _core.Client, limit: SharedLimit, portal: str) -> None:
        self._arguments = (core, limit, portal)
        self._start()
        _feeders.add(self)

    def _start(self) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=_feed, args=(*self._arguments, self._stopped), name="hostbill-limit", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._arguments[0].grant(0)

    def join(self) -> None:
        self._thread.join()

    def __del__(self) -> None:
        self.stop()


def _feed(core: _core.Client, limit: SharedLimit, portal: str, stopped: threading.Event) -> None:
    taken = discarded = 0
    while not (stopped.is_set() or core.closed):
        waiting, more_taken, more_discarded, ago = core.demand(_LOOK_MS)
        taken += more_taken
        discarded += more_discarded
        if not waiting and not discarded:
            continue
        try:
            granted, wait = limit.take(waiting, portal, taken, discarded, ago / 1000)
        except UsageError:
            core.grant(-1)
            stopped.wait(_PATIENCE_S)
            continue
        taken = discarded = 0
        core.grant(granted)
        if granted < waiting:
            stopped.wait(min(wait, _LONGEST_PAUSE_S))


_feeders: weakref.WeakSet[Feeder] = weakref.WeakSet()


def _end() -> None:
    # A thread that is still in the core when Python ends would be torn out of it.
    feeders = list(_feeders)
    for feeder in feeders:
        feeder.stop()
    for feeder in feeders:
        feeder.join()


def _forked() -> None:
    for feeder in list(_feeders):
        feeder._start()


atexit.register(_end)
os.register_at_fork(after_in_child=_forked)
