"""The client of one portal, for asyncio."""

from __future__ import annotations

from ._answer import Answer, AsyncAnswer, AsyncData
from ._connected import Connected, joined
from ._flight import Flight
from .groups import Operations

TYPE_CHECKING = False  # As typing's.
if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Mapping
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self  # In typing from Python 3.11 on.

    from ._batch import BatchItem, CallLike
    from ._ledger import Ledger
    from ._types import Options, Watcher


class AsyncClient(Connected, Operations[AsyncData]):
    """A client of one portal for asyncio: the methods of Client, to be awaited.

    >>> async with AsyncClient(portal="time4vps", username="user@example.com", password=...) as client:
    ...     services = await client.services.list()
    ...     details = await asyncio.gather(*(client.services.get(service.id) for service in services))

    It takes what Client takes, and answers with the same: models, whose operations are to be awaited as well
    (``await invoice.refresh()``), Answers through ``client.answers``, the exceptions of ``hostbill.errors``. Any number of
    calls may be made at once; ``in_flight`` of them, 64 where nothing is said, are under way, the others wait their turn.

    Cancelling a task stops its call at once. The ``__cause__`` of the asyncio.CancelledError is a
    ``hostbill.CancelledError``, or an OutcomeUnknownError where the request had left already and may still take effect;
    so is that of the CancelledError behind a time-out of asyncio's own. There is none where the call had just succeeded.

    A client belongs to the event loop that it is first used on; using it on another is a UsageError. After a fork the
    child can use it on a loop of its own.
    """

    __slots__ = ("_flight",)

    _flight: Flight

    def _begin(self) -> None:
        self._flight = Flight(self._core)

    def _share(self, other: Self) -> None:
        super()._share(other)
        other._flight = self._flight

    # -- calls ---------------------------------------------------------------

    async def call(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        /,
        *,
        options: Options | None = None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        **more: Any,
    ) -> Any:
        """Runs an operation by its name and returns the data; as Client.call.

        >>> await client.call("servers.reboot", server_id=1)
        """
        return await self._run(operation, joined(params, more), options, False, False, progress, on_progress)

    def pages(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        /,
        *,
        options: Options | None = None,
        **more: Any,
    ) -> AsyncIterator[Any]:
        """The items of a list, page after page where the portal gives it in pages; as Client.pages.

        >>> async for invoice in client.pages("invoices.list"):
        ...     print(invoice["id"])
        """
        from ._pages import follow_async

        return follow_async(self, operation, joined(params, more), {**self._options, **(options or {})})

    def batch(
        self,
        calls: Iterable[CallLike] | AsyncIterable[CallLike],
        *,
        ordered: bool = True,
        in_flight: int = 64,
        progress: bool = False,
        on_progress: Watcher | None = None,
        ledger: Ledger | str | os.PathLike[str] | None = None,
    ) -> AsyncGenerator[BatchItem, None]:
        """Many calls side by side; as Client.batch.

        >>> async for item in client.batch([("domains.get", {"domain_id": 7}), ("servers.reboot", {"server_id": 1})]):
        ...     print(item.call, item.data if item.ok else item.error)

        A call that fails, and one that is written wrongly, is an item with its error; nothing is raised for it. Leaving the
        loop stops what is under way only when the generator is closed: ``contextlib.aclosing`` does it at once.

        Args:
            calls: What to call: ``(operation, parameters)``, or a Call; may be asynchronous. Taken when they are wanted.
            ordered: Give the items in the order of the calls; else as they are finished.
            in_flight: How many calls may be under way, 1 to 100000.
            progress: Show on the terminal, if standard error is one, how far it is.
            on_progress: Is given after each item how far it is; see Client.batch.
            ledger: Remember in this file, or Ledger, what was done, and do not do it again in a later run. Its writes are
                not waited for by the loop: they hold it up, for milliseconds.

        Raises:
            UsageError: one of these is wrong. Nothing was sent.
        """
        from ._async_batch import batch

        return batch(
            self,
            calls,
            ordered=ordered,
            in_flight=in_flight,
            progress=progress,
            on_progress=on_progress,
            ledger=ledger,
        )

    def map(
        self,
        operation: str,
        values: Iterable[Any] | None = None,
        /,
        *,
        params: Mapping[str, Any] | None = None,
        options: Options | None = None,
        ordered: bool = True,
        in_flight: int = 64,
        progress: bool = False,
        on_progress: Watcher | None = None,
        ledger: Ledger | str | os.PathLike[str] | None = None,
        **varied: Iterable[Any],
    ) -> AsyncGenerator[BatchItem, None]:
        """One operation with each of many values, side by side; as Client.map.

        >>> async for item in client.map("domains.get", [7, 8, 9]):
        ...     print(item.data)

        Args:
            operation: An id of the catalogue, or method and path.
            values: What names the thing in the path, or else the required parameter; see Client.map.
            params: Parameters that are the same for all.
            options: What holds for each call; see Options.
            varied: Instead of values: one parameter by name, with its values.
            ordered, in_flight, progress, on_progress, ledger: as batch.

        Raises:
            UsageError: the operation or one of these is wrong. Nothing was sent.
        """
        from ._map import mapped

        calls = mapped(self, operation, values, params, options, varied)
        return self.batch(
            calls,
            ordered=ordered,
            in_flight=in_flight,
            progress=progress,
            on_progress=on_progress,
            ledger=ledger,
        )

    @property
    def answers(self) -> AsyncAnswers:
        """The same operations, each returning the whole Answer: data, info and meta."""
        return AsyncAnswers(self)

    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> Any:
        if progress or on_progress is not None:
            return self._run(operation, params, options, True, False, progress, on_progress)
        asked = self._asked(options) if options or self._options else None
        return self._flight.run(operation, params, asked, True, self, False, None)

    async def _run(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        skip_none: bool,
        whole: bool,
        progress: bool,
        on_progress: Watcher | None,
    ) -> Any:
        asked = self._asked(options)
        run = self._flight.run
        if not progress and on_progress is None:
            return await run(operation, params, asked, skip_none, self, whole, None)
        from ._progress import watching

        with watching(progress, on_progress) as watch:
            if watch is not None:
                asked = {**(asked or {}), "progress": True}
            return await run(operation, params, asked, skip_none, self, whole, watch)

    # -- life ----------------------------------------------------------------

    def close(self) -> None:
        """Stops every call in progress, each of which raises ``hostbill.CancelledError`` or OutcomeUnknownError, and
        refuses new ones. Does not wait. May be repeated."""
        self._core.close()

    async def aclose(self) -> None:
        """As close, and waits until every call has ended."""
        self._core.close()
        await self._flight.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


class AsyncAnswers(Operations[AsyncAnswer]):
    """The operations of a client, each returning the whole Answer."""

    __slots__ = ("_client",)

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def call(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        /,
        *,
        options: Options | None = None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        **more: Any,
    ) -> Answer[Any]:
        """Runs an operation by its name; as AsyncClient.call, but returns the whole Answer."""
        given = joined(params, more)
        return Answer(*await self._client._run(operation, given, options, False, True, progress, on_progress))

    async def _call(  # type: ignore[override]
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> Answer[Any]:
        return Answer(*await self._client._run(operation, params, options, True, True, progress, on_progress))
