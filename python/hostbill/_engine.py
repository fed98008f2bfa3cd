"""A batch in this process: calls go out side by side, answers are handed on as they come."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from ._batch import BatchItem
from ._books import Books
from ._lane import Lane, Outcome, lane_of
from .errors import HostbillError, UsageError

if TYPE_CHECKING:
    from ._async_client import AsyncClient
    from ._client import Client
    from ._ledger import Ledger


# A source that takes longer for a call is slow: what is finished meanwhile does not wait for it.
_SLOW_S = 0.005

# What was cancelled comes out at once; nobody is to wait without end should it not.
_PATIENCE_S = 10


class Items(Protocol):
    """Where the calls come from."""

    ended: bool

    def next(self) -> BatchItem | None: ...


class Way(Protocol):
    """What calls are sent by: a Lane, or one of asyncio's."""

    def submit(
        self, operation: str, params: Mapping[str, Any], options: Mapping[str, Any] | None, owner: Any, ticket: Any
    ) -> None: ...

    def done(self, outcome: Outcome) -> None: ...


class Work:
    """What a batch does with each of its calls. What its ledger has is not sent."""

    def __init__(self, client: Client | AsyncClient, ledger: Ledger | None, run: str | None = None) -> None:
        self._client = client
        self._books = None if ledger is None else Books(ledger, client, run or uuid.uuid4().hex)
        self._options: Mapping[str, Any] | None = client._options or None
        self._limited = client._origin.most_in_flight() is not None

    def _has_room(self, pending: int, item: BatchItem) -> bool:
        """With a rate limit, no more are under way than will get their turns in the time that they have."""
        if not (self._limited and pending):
            return True
        timeout = (item.call.options or {}).get("timeout", self._client._options.get("timeout"))
        if not (isinstance(timeout, (int, float)) and 0 < timeout < 1e6):
            timeout = None  # What is wrong with it is said when it is sent.
        most = self._client._origin.most_in_flight(timeout)
        return most is None or pending < most

    def _begin(self, lane: Way, item: BatchItem) -> bool:
        """Sends it. False: there was no need to, or it was not possible."""
        if item.error is not None or (self._books is not None and self._books.knows(item)):
            return False
        call, client, options = item.call, self._client, self._options
        try:
            if call.options:
                options = {**client._options, **call.options}
            if self._books is not None and not self._books.begin(item):
                return False
            lane.submit(call.operation, call.params, options, client, item)
        except HostbillError as problem:
            item.error = problem
            if self._books is not None:
                self._books.finish(item)
            return False
        return True

    def _finish(self, lane: Way, outcome: Outcome) -> BatchItem:
        _, item, kind, payload = outcome
        if kind == "answer":
            item._whole = payload
        else:
            item.error = payload
        if self._books is not None:
            self._books.finish(item)
        lane.done(outcome)
        found: BatchItem = item
        return found

    def _finish_stopped(self, lane: Way, outcome: Outcome) -> HostbillError | None:
        """What went wrong with the ledger, which keeps the others from nothing."""
        try:
            self._finish(lane, outcome)
        except HostbillError as problem:
            lane.done(outcome)
            return problem
        return None


class Local(Work):
    """One batch on one client."""

    def __init__(self, client: Client, ledger: Ledger | None, run: str | None = None) -> None:
        super().__init__(client, ledger, run)
        self._shared = client

    def completed(self, source: Items, in_flight: int) -> Iterator[BatchItem]:
        """The items as they are finished. Closing it stops what is under way, and waits until it has stopped."""
        lane = lane_of(self._shared)
        under_way = lane.numbers
        held: BatchItem | None = None
        try:
            while True:
                while len(under_way) < in_flight and not lane.inherited:
                    asked = monotonic()
                    item, held = held or source.next(), None
                    is_slow = monotonic() - asked > _SLOW_S
                    if item is None:
                        break
                    if not self._has_room(len(under_way), item):
                        held = item
                        break
                    if not self._begin(lane, item):
                        yield item
                    if is_slow:
                        while (outcome := lane.take(0)) is not None:
                            yield self._finish(lane, outcome)
                if lane.inherited:
                    raise UsageError(
                        "this batch is another process's, which goes on with it: begin a new one after a fork"
                    )
                if under_way:
                    outcome = lane.take()
                    if outcome is not None:
                        yield self._finish(lane, outcome)
                elif source.ended and held is None:
                    return
        finally:
            self._stop(lane)

    def _stop(self, lane: Lane) -> None:
        if lane.inherited:
            return
        lane.cancel()
        failed: BaseException | None = None
        patience = monotonic() + _PATIENCE_S
        while lane.numbers and lane.may_wait and monotonic() < patience:
            outcome = lane.take()
            if outcome is None:
                continue
            failed = self._finish_stopped(lane, outcome) or failed
        if failed is not None:
            raise failed
        if self._books is not None:
            self._books.close()
