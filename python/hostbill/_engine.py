"""A batch in this process: calls go out side by side, answers are handed on as they come."""

from __future__ import annotations

import heapq
import itertools
import random
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ._batch import BatchItem
from ._books import Books
from ._facts import Facts, facts
from ._lane import Lane, Outcome, lane_of
from .errors import CancelledError, HostbillError, RateLimitedError, UsageError

if TYPE_CHECKING:
    from ._client import Client
    from ._ledger import Ledger
    from ._shared_limit import SharedLimit


class Items(Protocol):
    """Where the calls come from."""

    ended: bool

    def next(self) -> BatchItem | None: ...


class Local:
    """One batch on one client.

    With a ledger, what it has is not sent; with a shared limit, each request asks for its turn there, which is why
    requests are then repeated here and not in the library.
    """

    def __init__(
        self, client: Client, ledger: Ledger | None, limit: SharedLimit | None, run: str | None = None
    ) -> None:
        self._client = client
        self._books = None if ledger is None else Books(ledger, client, run or uuid.uuid4().hex)
        self._gate = None if limit is None else _Gate(client, limit)
        self._options: Mapping[str, Any] | None = client._options or None

    def completed(self, source: Items, in_flight: int) -> Iterator[BatchItem]:
        """The items as they are finished. Closing it stops what is under way, and waits until it has stopped."""
        lane = lane_of(self._client)
        ready: deque[BatchItem] = deque()
        books, gate = self._books, self._gate
        try:
            while True:
                later = 0 if gate is None else gate.due(ready)
                while lane.pending + len(ready) + later < in_flight:
                    item = source.next()
                    if item is None:
                        break
                    if (
                        item.error is not None
                        or (books is not None and books.knows(item))
                        or (gate is not None and gate.refuses(item))
                    ):
                        yield item
                    else:
                        ready.append(item)
                wait = None
                if ready:
                    if gate is None:
                        count = len(ready)
                    else:
                        try:
                            count, wait = gate.open(ready)
                        except UsageError as problem:
                            count = 0
                            while ready:  # Nothing of these has been sent.
                                ready[0].error = problem
                                yield ready.popleft()
                    going = [ready.popleft() for _ in range(count)]
                    # All of them at once: a turn that the limit gave is meant for now.
                    yield from [item for item in going if not self._send(lane, item)]
                elif later and gate is not None:
                    wait = gate.pause()
                if lane.pending:
                    outcome = lane.take(wait)
                    if outcome is not None and self._finish(outcome):
                        yield outcome[0]
                elif ready or later:
                    time.sleep(min(wait or 0.0, 0.1))
                elif source.ended:
                    return
        finally:
            self._stop(lane)

    def _send(self, lane: Lane, item: BatchItem) -> bool:
        """False: there was no need to, or it was not possible."""
        call, client, options = item.call, self._client, self._options
        try:
            if call.options:
                options = {**client._options, **call.options}
            if self._gate is not None:
                options = {**(options or {}), "max_attempts": 1}
            if self._books is not None and not self._books.begin(item):
                return False
            lane.submit(call.operation, call.params, options, client, item)
        except HostbillError as problem:
            item.error = problem
            if self._books is not None:
                self._books.finish(item)
            return False
        return True

    def _finish(self, outcome: Outcome) -> bool:
        """Takes down what came of a call; False: it will be tried again."""
        item, kind, payload = outcome
        if kind == "answer":
            item._whole = payload
        else:
            item.error = payload
        if self._gate is not None and self._gate.again(item):
            return False
        if self._books is not None:
            self._books.finish(item)
        return True

    def _stop(self, lane: Lane) -> None:
        lane.cancel()
        failed: BaseException | None = None
        while lane.pending:
            outcome = lane.take()
            try:
                if outcome is not None and self._books is not None:
                    item, kind, payload = outcome
                    item._whole, item.error = (payload, None) if kind == "answer" else (None, payload)
                    self._books.finish(item)
            except HostbillError as problem:
                failed = problem
        if failed is not None:
            raise failed
        if self._books is not None:
            self._books.close()


_MOST_ATTEMPTS = 3
_LONGEST_WAIT_S = 20.0
_LONGEST_RETRY_AFTER_S = 60.0


class _Gate:
    """Lets requests through as the shared limit allows, and those that failed once more, where that is safe."""

    def __init__(self, client: Client, limit: SharedLimit) -> None:
        self._limit = limit
        self._facts: Facts = facts(client._origin.portal)
        portal, address, _ = client._origin.scope
        self._portal = address or portal
        self._attempts = client._origin.retry.get("max_attempts", _MOST_ATTEMPTS)
        self._later: list[tuple[float, int, BatchItem]] = []
        self._order = itertools.count()

    def refuses(self, item: BatchItem) -> bool:
        """Whether it cannot keep to the limit; it then has its outcome."""
        fact = self._facts.of(item.call.operation)
        if fact.made_of_others:
            item.error = UsageError(
                f"{fact.id} is made of others: how many requests it sends is not known before, so that it cannot keep to a"
                " shared limit"
            )
        return fact.made_of_others

    def due(self, ready: deque[BatchItem]) -> int:
        """Puts what has waited long enough in line; how many still wait."""
        now = time.monotonic()
        while self._later and self._later[0][0] <= now:
            ready.append(heapq.heappop(self._later)[2])
        return len(self._later)

    def pause(self) -> float:
        """Seconds until the first of those that wait."""
        return max(0.0, self._later[0][0] - time.monotonic())

    def open(self, ready: deque[BatchItem]) -> tuple[int, float | None]:
        """How many may go, and how long the others have to wait."""
        granted, wait, now = self._limit.take(len(ready), self._portal)
        for item in itertools.islice(ready, granted):
            attempts = item._extra[1] if item._extra else 0
            item._extra = (now, attempts + 1)
        return granted, wait or None

    def again(self, item: BatchItem) -> bool:
        """Whether a call will be tried once more, and not yet be given out."""
        problem, (sent, attempts) = item.error, item._extra
        self._limit.learn(isinstance(problem, RateLimitedError), sent)
        if problem is None or isinstance(problem, CancelledError) or not problem.retryable:
            return False
        most = (item.call.options or {}).get("max_attempts", self._attempts)
        throttled = isinstance(problem, RateLimitedError)
        if self._facts.of(item.call.operation).effect not in ("read", "idempotent"):
            # Only what the portal's status says it discarded; without a time to come back, once.
            if not throttled or problem.http_status != 429:
                return False
            if problem.retry_after_s is None:
                most = min(most, 2)
        if attempts >= most:
            return False
        wait = problem.retry_after_s
        if wait is None:
            wait = random.random() * min(_LONGEST_WAIT_S, (1.0 if throttled else 0.1) * 2 ** (attempts - 1))
        elif float(wait) > _LONGEST_RETRY_AFTER_S:
            return False
        item.error = None
        heapq.heappush(self._later, (time.monotonic() + float(wait), next(self._order), item))
        return True
