"""A batch spread over the workers of an executor: threads, processes, machines."""

from __future__ import annotations

import concurrent.futures
import functools
import itertools
import pickle
import queue
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ._batch import BatchItem, Call
from ._books import reconcile_with
from ._dress import bound
from ._engine import Items, Local
from ._facts import facts
from .errors import HostbillError, InternalError, OutcomeUnknownError, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from ._client import Client
    from ._ledger import Ledger

# How often calls that do no harm are given to another worker after theirs was lost.
_MOST_LOST = 2
# Where an executor does not say how many workers it has.
_SOME_WORKERS = 4
# These run nothing twice by themselves. Others, such as Dask's, give the work of a worker that died to another.
_RUN_ONCE = (concurrent.futures.ThreadPoolExecutor, concurrent.futures.ProcessPoolExecutor)
_LOOK_S = 0.1


Things = tuple["Client", "Ledger | None"]


class Kit:
    """What a worker needs. In this process the things themselves; in another they are made once, and kept."""

    def __init__(self, things: Things) -> None:
        self._things = things
        self._recipe: bytes | None = None

    def open(self) -> Things:
        return self._things

    def recipe(self) -> bytes:
        """Raises what says why it cannot travel."""
        if self._recipe is None:
            self._recipe = pickle.dumps(self._things)
        return self._recipe

    def __reduce__(self) -> Any:
        return _Packed, (self.recipe(),)


class _Packed:
    """The kit in another process. Opened by the work itself, whose errors come back; those of unpickling kill workers."""

    def __init__(self, recipe: bytes) -> None:
        self._recipe = recipe

    def open(self) -> Things:
        with _making:
            return _unpacked(self._recipe)

    def __reduce__(self) -> Any:
        return _Packed, (self._recipe,)


@functools.lru_cache(maxsize=8)
def _unpacked(recipe: bytes) -> Things:
    return pickle.loads(recipe)  # type: ignore[no-any-return]


_making = threading.Lock()


class _Parcel:
    """A call as it is when it is given to a worker. Its tag stays here: it may be what cannot travel."""

    def __init__(self, index: int, call: Call, leaves: bool) -> None:
        self._index = index
        self._packed: bytes | None = None
        self._call: Call | None = Call(call.operation, call.params, options=call.options, key=call.key)
        try:
            self._packed = pickle.dumps(self._call)
            self._call = None
        except Exception as problem:
            if leaves:  # Threads do without.
                raise UsageError(f"{call.operation}: {_whose(call, problem)}") from None

    def open(self) -> BatchItem:
        try:
            return BatchItem(self._call or pickle.loads(self._packed or b""), self._index)
        except Exception as problem:
            item = BatchItem(Call(""), self._index)
            item.error = UsageError(f"the worker cannot read what the call was given: {type(problem).__name__}")
            return item


def _whose(call: Call, problem: Exception) -> str:
    for name, value in call.params.items():
        try:
            pickle.dumps(value)
        except Exception:
            return f"{name} is a {type(value).__name__}, which cannot travel to a worker"
    return f"its options or its key cannot travel to a worker: {type(problem).__name__}"


class _Chunk:
    """A few calls, as the source of a batch within the worker."""

    def __init__(self, calls: list[_Parcel]) -> None:
        self._items = deque(parcel.open() for parcel in calls)
        self.ended = False

    def next(self) -> BatchItem | None:
        if self._items:
            return self._items.popleft()
        self.ended = True
        return None


def work(kit: Kit | _Packed, run: str, serial: int, calls: list[_Parcel]) -> list[BatchItem]:
    """What a worker does with a chunk. No two chunks have the same `serial`: Dask would take them for the same work."""
    try:
        client, ledger = kit.open()
    except HostbillError as problem:  # Such as a profile that is not there. Nothing was sent.
        items = [parcel.open() for parcel in calls]
        for item in items:
            item.error = item.error or problem
        return items
    return list(Local(client, ledger, run).completed(_Chunk(calls), len(calls)))


class Spread:
    """One batch on an executor. As many calls as may be in flight are with the workers, in chunks."""

    def __init__(self, client: Client, ledger: Ledger | None, executor: Executor, in_flight: int) -> None:
        if not callable(getattr(executor, "submit", None)):
            raise UsageError("executor: must have submit(), as those of concurrent.futures have")
        self._client = client
        self._facts = facts(client._origin.portal)
        self._kit = Kit((client, ledger))
        self._run = uuid.uuid4().hex
        self._serials = itertools.count()
        self._ledger = ledger
        self._executor = executor
        workers = getattr(executor, "_max_workers", None) or _SOME_WORKERS
        self._size = max(1, in_flight // (2 * workers))
        # Where nothing says twice what acts once.
        self._may_act = ledger is not None or isinstance(executor, _RUN_ONCE)
        self._leaves = not isinstance(executor, concurrent.futures.ThreadPoolExecutor)
        if self._leaves:
            self._kit.recipe()  # What cannot travel is said at once.
        self._own: concurrent.futures.ThreadPoolExecutor | None = None

    def completed(self, source: Items, in_flight: int) -> Iterator[BatchItem]:
        """The items as they are finished. Closing it waits for the chunks that workers have begun."""
        done: queue.SimpleQueue[Future[list[BatchItem]]] = queue.SimpleQueue()
        out: dict[Future[list[BatchItem]], list[BatchItem]] = {}
        away = 0  # calls with workers
        again: deque[BatchItem] = deque()
        try:
            while True:
                while away + self._size <= max(in_flight, self._size):
                    chunk: list[BatchItem] = []
                    while len(chunk) < self._size:
                        item = again.popleft() if again else source.next()
                        if item is None:
                            break
                        if item.error is not None or self._refuses(item) or not self._packs(item):
                            yield item
                        else:
                            chunk.append(item)
                    if not chunk:
                        break
                    future = self._submit(chunk)
                    out[future] = chunk
                    away += len(chunk)
                    future.add_done_callback(done.put)
                if not out:
                    if source.ended and not again:
                        return
                    continue
                try:
                    future = done.get(timeout=_LOOK_S)
                except queue.Empty:
                    continue
                chunk = out.pop(future)
                away -= len(chunk)
                for item in self._outcomes(future, chunk):
                    if item.error is None and item._whole is None and not item.from_ledger:
                        again.append(item)
                    else:
                        yield item
        finally:
            # One that was cancelled never begins; an executor that was shut down does not even take note of it.
            concurrent.futures.wait([future for future in out if not future.cancel()])
            if self._own is not None:
                self._own.shutdown()

    def _submit(self, chunk: list[BatchItem]) -> Future[list[BatchItem]]:
        calls = [item._extra[2] for item in chunk]
        serial = next(self._serials)
        if self._own is None:
            try:
                return self._executor.submit(work, self._kit, self._run, serial, calls)
            except concurrent.futures.BrokenExecutor:
                # Its workers are gone for good. What is left is done here.
                self._own = concurrent.futures.ThreadPoolExecutor(2)
        return self._own.submit(work, self._kit, self._run, serial, calls)

    def _packs(self, item: BatchItem) -> bool:
        if item._extra is None:
            try:
                # How often it was lost, when it first went out, and what goes out.
                item._extra = (0, time.time(), _Parcel(item.index, item.call, self._leaves))
            except UsageError as problem:
                item.error = problem
        return item.error is None

    def _refuses(self, item: BatchItem) -> bool:
        if self._may_act or not self._facts.of(item.call.operation).acts:
            return False
        item.error = UsageError(
            f"{item.call.operation} acts, and {type(self._executor).__name__} may run what it is given a second time when a"
            " worker dies: give the batch a ledger, which all workers can reach"
        )
        return True

    def _outcomes(self, future: Future[list[BatchItem]], chunk: list[BatchItem]) -> Iterator[BatchItem]:
        """What came of a chunk; of those that are to be done again nothing did."""
        problem = concurrent.futures.CancelledError() if future.cancelled() else future.exception()
        if problem is None:
            calls = {item.index: item.call for item in chunk}
            for item in future.result():
                item.call = calls[item.index]
                self._bind(item)
                yield item
            return
        for item in chunk:
            self._lost(item, problem)
            yield item

    def _bind(self, item: BatchItem) -> None:
        """Gives models that come from elsewhere the client that they have here."""
        if item._whole is not None:
            data, info, meta = item._whole
            item._whole = bound(data, self._client, item.call.params), info, meta

    def _lost(self, item: BatchItem, problem: BaseException) -> None:
        """What becomes of a call whose worker died, or failed in a way that nobody foresaw."""
        fact = self._facts.of(item.call.operation)
        times, began, parcel = item._extra
        if times < _MOST_LOST and (self._ledger is not None or not fact.acts):
            item._extra = (times + 1, began, parcel)  # Of what acts, the ledger knows whether it was sent.
        elif fact.acts:
            item.error = OutcomeUnknownError(
                f"{fact.id}: the worker was lost ({type(problem).__name__}), perhaps after it had sent this;"
                " client.reconcile(**error.reconcile) finds out",
                {"operation": fact.id, "reconcile": reconcile_with(fact, item, began)},
            )
        elif isinstance(problem, HostbillError):
            item.error = problem
        else:
            item.error = InternalError(f"{fact.id}: the worker was lost: {type(problem).__name__}")
