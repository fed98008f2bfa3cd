"""The client of one portal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from . import _core
from ._answer import Answer, Data
from ._documents import write
from ._origin import Origin, from_settings, made
from ._pages import follow
from ._progress import watching
from ._types import Options, Watcher
from .errors import UsageError
from .groups import Operations

if TYPE_CHECKING:
    import os
    from concurrent.futures import Executor

    from typing_extensions import Self  # In typing from Python 3.11 on.

    from ._batch import BatchItem, CallLike
    from ._lane import Dispatcher
    from ._ledger import Ledger
    from ._shared_limit import SharedLimit


class Client(Operations[Data]):
    """A client of one portal, with a method for each operation.

    >>> with Client(portal="time4vps", username="user@example.com", password=...) as client:
    ...     for service in client.services.list():
    ...         print(service.name, service.next_due)

    A method returns the data of the portal's answer as models of ``hostbill.models``: dictionaries whose attributes
    are Python's own types, with the operations of what they stand for as methods. ``client.answers`` has the same
    methods, returning the whole Answer. Failures raise the exceptions of ``hostbill.errors``.

    Any thread may use a client, at the same time as others. After a fork the child can go on using it. Ctrl-C stops
    a call at once; the KeyboardInterrupt's ``__cause__`` is a CancelledError, or an OutcomeUnknownError where the
    request had left already and may still take effect.

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

    __slots__ = ("_core", "_dispatchers", "_feeder", "_label", "_options", "_origin")

    def __init__(
        self,
        *,
        portal: str | Mapping[str, Any] | None = None,
        base_url: str | None = None,
        username: str | None = None,
        password: str | None = None,
        token: str | None = None,
        auth: str | None = None,
        read_only: bool | None = None,
        timeout: float | None = None,
        connect_timeout: float | None = None,
        ca_file: str | None = None,
        max_response_bytes: int | None = None,
        max_request_bytes: int | None = None,
        pool_size: int | None = None,
        totp_secret: str | None = None,
        token_cache: str | None = None,
        stall_timeout: float | None = None,
        ca_pem: str | None = None,
        client_certificate: str | None = None,
        client_key: str | None = None,
        pinned_public_key: str | None = None,
        proxy: str | None = None,
        user_agent: str | None = None,
        retry: Mapping[str, Any] | None = None,
        rate_limit: Mapping[str, Any] | SharedLimit | None = None,
        **unknown: NoReturn,
    ) -> None:
        # The core knows what each may be, and says what an unknown one was probably meant to be.
        given: dict[str, Any] = {
            "portal": portal,
            "base_url": base_url,
            "username": username,
            "password": password,
            "token": token,
            "auth": auth,
            "read_only": read_only,
            "timeout": timeout,
            "connect_timeout": connect_timeout,
            "ca_file": ca_file,
            "max_response_bytes": max_response_bytes,
            "max_request_bytes": max_request_bytes,
            "pool_size": pool_size,
            "totp_secret": totp_secret,
            "token_cache": token_cache,
            "stall_timeout": stall_timeout,
            "ca_pem": ca_pem,
            "client_certificate": client_certificate,
            "client_key": client_key,
            "pinned_public_key": pinned_public_key,
            "proxy": proxy,
            "user_agent": user_agent,
            "retry": retry,
            "rate_limit": rate_limit,
            **unknown,
        }
        config = {name: value for name, value in given.items() if value is not None}
        shared = None
        if rate_limit is not None and not (isinstance(rate_limit, Mapping) and "shared" not in rate_limit):
            from ._shared_limit import shared_limit

            shared = shared_limit(rate_limit)
            shared.connect()
            config["rate_limit"] = shared
        core_config = {name: value for name, value in config.items() if value is not shared}
        self._share(
            _core.new_client(write(core_config, "configuration"), shared is not None),
            {},
            ", ".join(
                f"{name}={config[name]!r}" for name in ("portal", "base_url") if isinstance(config.get(name), str)
            ),
        )
        self._dispatchers: list[Dispatcher] = []  # None until there is a batch.
        self._origin = Origin(config, config)
        self._feeder = None
        if shared is not None:
            from ._feeder import Feeder

            self._feeder = Feeder(self._core, shared, self._origin.address)

    def _share(self, core: _core.Client, options: Options, label: str) -> None:
        self._core = core
        self._options = options
        self._label = label

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
        return self._run(operation, _joined(params, more), options, False, False, progress, on_progress)

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
        return follow(self, operation, _joined(params, more), {**self._options, **(options or {})})

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
    ) -> Iterator[BatchItem]:
        """Many calls as one loop, side by side; docs/batch.md has the details.

        >>> for item in client.batch([("domains.get", {"domain_id": 7}), ("servers.reboot", {"server_id": 1})]):
        ...     print(item.call, item.data if item.ok else item.error)

        A call that fails, and one that is written wrongly, is an item with its error; nothing is raised for it. Calls
        are taken from the iterable when they are wanted, so it may be endless. Leaving the loop stops what is under
        way.

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
        from ._batch import batch  # Here, so that `import hostbill` does not pay for it.

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
    ) -> Iterator[BatchItem]:
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

    def with_options(
        self,
        *,
        timeout: float | None = None,
        raw: bool | None = None,
        dry_run: bool | None = None,
        max_attempts: int | None = None,
        baseline: bool | None = None,
        tag: str | None = None,
        extra: Mapping[str, Any] | None = None,
        **unknown: NoReturn,
    ) -> Client:
        """The same client, with these options for every call made through what this returns.

        >>> client.with_options(timeout=5).servers.get(1)

        Both share their connections; closing either closes both.
        """
        given: dict[str, Any] = {
            "timeout": timeout,
            "raw": raw,
            "dry_run": dry_run,
            "max_attempts": max_attempts,
            "baseline": baseline,
            "tag": tag,
            "extra": extra,
            **unknown,
        }
        changed = {name: value for name, value in given.items() if value is not None}
        return self._view({**self._options, **changed}, self._origin)  # type: ignore[typeddict-item]

    def _view(self, options: Options, origin: Origin) -> Client:
        other = Client.__new__(Client)
        other._dispatchers = self._dispatchers
        other._feeder = self._feeder
        other._origin = origin
        other._share(self._core, options, self._label)
        return other

    def _call(
        self,
        operation: str,
        params: Mapping[str, Any],
        options: Options | None,
        progress: bool = False,
        on_progress: Watcher | None = None,
        /,
    ) -> Any:
        return self._run(operation, params, options, True, False, progress, on_progress)

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
        if options or self._options:
            options = {**self._options, **(options or {})}
        if not progress and on_progress is None:
            return self._core.call(operation, params, options, skip_none, self, whole, None)
        with watching(progress, on_progress) as watch:
            if watch is not None:
                options = {**(options or {}), "progress": True}  # type: ignore[typeddict-unknown-key]
            return self._core.call(operation, params, options, skip_none, self, whole, watch)

    # -- travelling ----------------------------------------------------------

    @classmethod
    def from_profile(cls, profile: str | None = None, /, **config: Any) -> Client:
        """A client with the settings and credentials of a profile, and for what it does not have, of the environment.

        >>> client = Client.from_profile("work", timeout=10)

        Profiles are in ``~/.config/hostbill/profiles.json``, or where HOSTBILL_PROFILES says: an object for each, with
        what ``Client`` takes. The file must be private to the user (mode 0600). The environment has HOSTBILL_PORTAL,
        HOSTBILL_BASE_URL, HOSTBILL_USERNAME, HOSTBILL_PASSWORD and HOSTBILL_TOKEN.

        Such a client can be pickled: what travels is the profile's name, and each process reads its own.

        Args:
            profile: Its name; without it HOSTBILL_PROFILE, or the environment alone.
            config: Goes before both.

        Raises:
            UsageError: there is no such profile, or others may read the file.
        """
        import os

        return from_settings(cls, profile or os.environ.get("HOSTBILL_PROFILE") or None, config)

    def portable(self, *, with_credentials: bool) -> Client:
        """The same client; what is pickled of it holds its credentials where that is asked for.

        >>> pool.submit(work, client.portable(with_credentials=True))

        Whoever gets hold of such a pickle can use the account. Client.from_profile() does without.
        """
        return self._view(self._options, self._origin.with_credentials(with_credentials))

    def __reduce__(self) -> Any:
        return made, self._origin.recipe(self._options)

    # -- life ----------------------------------------------------------------

    def close(self) -> None:
        """Stops every call in progress and refuses new ones. May be repeated."""
        self._core.close()
        if self._feeder is not None:
            self._feeder.stop()

    @property
    def closed(self) -> bool:
        """True after close()."""
        return self._core.closed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<hostbill.Client {self._label}{' closed' if self.closed else ''}>"


class Answers(Operations[Answer[Any]]):
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
        return Answer(*self._client._run(operation, _joined(params, more), options, False, True, progress, on_progress))

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


def _joined(params: Mapping[str, Any] | None, more: Mapping[str, Any]) -> Mapping[str, Any]:
    if params is None:
        return more
    twice = sorted(set(params) & set(more))
    if twice:
        raise UsageError(f"given twice: {', '.join(twice)}")
    return {**params, **more}
