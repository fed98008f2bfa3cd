"""The client of one portal."""

from __future__ import annotations

from ._answer import Answer, Data
from ._connected import Connected, joined
from .groups import Operations

TYPE_CHECKING = False  # As typing's, which takes a while to load.
if TYPE_CHECKING:
    import os
    from collections.abc import Generator, Iterable, Iterator, Mapping
    from concurrent.futures import Executor
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self  # In typing from Python 3.11 on.

    from ._batch import BatchItem, CallLike
    from ._ledger import Ledger
    from ._types import Options, Watcher


class Client(Connected, Operations[Data]):
    """A client of one portal, with a method for each operation.

    >>> with Client(portal="time4vps", username="user@example.com", password=...) as client:
    ...     for service in client.services.list():
    ...         print(service.name, service.next_due)

    A method returns the data of the portal's answer as models of ``hostbill.models``: dictionaries whose attributes
    are Python's own types, with the operations of what they stand for as methods. ``client.answers`` has the same
    methods, returning the whole Answer. Failures raise the exceptions of ``hostbill.errors``.

    Any thread may use a client, at the same time as others. After a fork the child can go on using it. Ctrl-C stops
    a call at once; the KeyboardInterrupt's ``__cause__`` is a CancelledError, or an OutcomeUnknownError where the
    request had left already and may still take effect; there is none where the call had just succeeded.

    Args:
        portal: Which portal: ``"coloup"``, ``"generic"``, ``"time4vps"``, ``"elsecloud"`` or ``"internetport"``;
            or, of another one, ``{"swagger": ...}`` with the document it publishes: its text, the path of a file, or as
            an object.
        base_url: Where the portal's API is, if not at the known address; needed for ``"generic"``. Only https, but
            for this machine itself.
        username: The account's name, an e-mail address.
        password: Its password.
        token: A bearer token, instead of name and password.
        auth: ``"auto"``, ``"basic"``, ``"jwt"``, ``"bearer"`` or ``"none"``.
        read_only: Refuse every operation that is not a read.
        timeout: Seconds for a whole call.
        connect_timeout: Seconds to reach the portal.
        ca_file: Certificates to trust, instead of the system's.
        max_response_bytes: The longest answer to accept.
        max_request_bytes: The longest request to send.
        pool_size: How many connections to keep open.
        in_flight: Of an AsyncClient and of batches: how many calls to have under way at once; the others wait their turn.
        totp_secret: For portals that ask for a second factor: the secret in base32, as authenticator programs show it.
        token_cache: Path of a file, private to the user, in which sessions outlive the process.
        stall_timeout: Seconds of silence after which an answer is given up.
        ca_pem: The same as ca_file, as text.
        client_certificate: File or PEM text with which the client shows who it is.
        client_key: Its key, likewise.
        pinned_public_key: ``"sha256//..."``, the only public key that the portal may have.
        proxy: URL of a proxy: http, https or socks5h; ``""`` for none, whatever the environment says.
        user_agent: Added to the client's own name.
        retry: When to send a request again that failed: ``max_attempts``, ``base_delay``, ``throttled_delay``,
            ``max_delay``, ``max_retry_after`` (seconds) and ``budget``. Never is anything sent twice that could act
            twice.
        rate_limit: How fast to send at most: ``per_second``, ``burst`` and ``adaptive``. With ``shared``, the URL of a
            Redis server, as fast as all together who name it; or a SharedLimit.

    Raises:
        UsageError: the configuration is wrong; its ``fields`` name every mistake.
    """

    __slots__ = ()

    # -- calls ---------------------------------------------------------------

    def call(
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
        """Runs an operation by its name and returns the data.

        >>> client.call("POST /server/{server_id}/reboot", {"server_id": 1})
        >>> client.call("servers.reboot", server_id=1)

        Args:
            operation: An id of the catalogue, or method and path.
            params: The parameters, by the catalogue's names.
            options: What holds for this call alone; see Options.
            progress: Of a wait: show on the terminal, if standard error is one, how far it is.
            on_progress: Of a wait: is given what it reports after each look, a dictionary.
            more: Parameters again, as keywords.
        """
        return self._run(operation, joined(params, more), options, False, False, progress, on_progress)

    def pages(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        /,
        *,
        options: Options | None = None,
        **more: Any,
    ) -> Iterator[Any]:
        """The items of a list, page after page where the portal gives it in pages; each page when it is needed.

        >>> for invoice in client.pages("invoices.list"):
        ...     print(invoice["id"])

        Args:
            operation: An operation that answers with a list.
            params: Its parameters.
            options: What holds for each of the calls; see Options.
            more: Parameters again, as keywords.
        """
        from ._pages import follow

        return follow(self, operation, joined(params, more), {**self._options, **(options or {})})

    def batch(
        self,
        calls: Iterable[CallLike],
        *,
        ordered: bool = True,
        in_flight: int = 64,
        progress: bool = False,
        on_progress: Watcher | None = None,
        executor: Executor | None = None,
        ledger: Ledger | str | os.PathLike[str] | None = None,
    ) -> Generator[BatchItem, None, None]:
        """Many calls as one loop, side by side; docs/batch.md has the details.

        >>> for item in client.batch([("domains.get", {"domain_id": 7}), ("servers.reboot", {"server_id": 1})]):
        ...     print(item.call, item.data if item.ok else item.error)

        A call that fails, and one that is written wrongly, is an item with its error; nothing is raised for it. Calls
        are taken from the iterable when they are wanted, so it may be endless. Leaving the loop, or ``close()``, stops what
        is under way.

        Args:
            calls: What to call: ``(operation, parameters)``, or a Call.
            ordered: Give the items in the order of the calls; else as they are finished.
            in_flight: How many calls may be under way, 1 to 100000.
            progress: Show on the terminal, if standard error is one, how far it is.
            on_progress: Is given after each item how far it is: ``done``, ``errors``, ``total`` (None where the length
                is not known), ``seconds``, ``per_second`` and ``remaining_s``.
            executor: Any of ``concurrent.futures``, or one like it, such as Dask's: its workers make the calls. The client
                then travels to them, which it does with credentials of a profile or the environment.
            ledger: Remember in this file, or Ledger, what was done, and do not do it again in a later run.

        Raises:
            UsageError: one of these is wrong, or what they need is not there. Nothing was sent.
        """
        from ._batch import batch

        return batch(
            self,
            calls,
            ordered=ordered,
            in_flight=in_flight,
            progress=progress,
            on_progress=on_progress,
            executor=executor,
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
        executor: Executor | None = None,
        ledger: Ledger | str | os.PathLike[str] | None = None,
        **varied: Iterable[Any],
    ) -> Generator[BatchItem, None, None]:
        """One operation with each of many values, side by side.

        >>> for item in client.map("domains.get", [7, 8, 9]):
        ...     print(item.data)
        >>> client.map("domains.dns_records.list", domain_id=ids)

        Args:
            operation: An id of the catalogue, or method and path.
            values: What names the thing in the path, or else the required parameter: a value; a tuple where there are
                several; a mapping with parameters.
            params: Parameters that are the same for all.
            options: What holds for each call; see Options.
            varied: Instead of values: one parameter by name, with its values.

        The others are as for batch().
        """
        from ._batch import batch
        from ._map import mapped

        return batch(
            self,
            mapped(self, operation, values, params, options, varied),
            ordered=ordered,
            in_flight=in_flight,
            progress=progress,
            on_progress=on_progress,
            executor=executor,
            ledger=ledger,
        )

    @property
    def answers(self) -> Answers:
        """The same operations, each returning the whole Answer: data, info and meta."""
        return Answers(self)

    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> Any:
        if options or self._options or progress or on_progress is not None:
            return self._run(operation, params, options, True, False, progress, on_progress)
        return self._core.call(operation, params, None, True, self, False, None)

    def _run(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        skip_none: bool,
        whole: bool,
        progress: bool,
        on_progress: Watcher | None,
    ) -> Any:
        """The data, or all of the answer. A method's arguments that were left out, some of which this portal may not
        even know, are not sent: `skip_none`."""
        asked = self._asked(options)
        if not progress and on_progress is None:
            return self._core.call(operation, params, asked, skip_none, self, whole, None)
        from ._progress import watching

        with watching(progress, on_progress) as watch:
            if watch is not None:
                asked = {**(asked or {}), "progress": True}
            return self._core.call(operation, params, asked, skip_none, self, whole, watch)

    # -- life ----------------------------------------------------------------

    def close(self) -> None:
        """Stops every call in progress and refuses new ones. May be repeated."""
        self._core.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class Answers(Operations[Answer]):
    """The operations of a client, each returning the whole Answer."""

    __slots__ = ("_client",)

    def __init__(self, client: Client) -> None:
        self._client = client

    def call(
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
        """Runs an operation by its name; as Client.call, but returns the whole Answer."""
        return Answer(*self._client._run(operation, joined(params, more), options, False, True, progress, on_progress))

    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> Answer[Any]:
        return Answer(*self._client._run(operation, params, options, True, True, progress, on_progress))
