"""What the clients of both kinds are made of: a connection to one portal, and what holds for every call over it."""

from __future__ import annotations

TYPE_CHECKING = False  # As typing's, which takes a while to load.
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NoReturn

    from typing_extensions import Self  # In typing from Python 3.11 on.

    from . import _core
    from ._feeder import Feeder
    from ._lane import Dispatcher
    from ._origin import Origin
    from ._shared_limit import SharedLimit
    from ._types import Options


class Connected:
    """The core's client and the options of a view of it."""

    __slots__ = ("_config", "_core", "_dispatchers", "_feeder", "_label", "_options", "_reference")

    _config: Mapping[str, Any]  # what it was made from, and what of that travels to other processes; Origin knows more
    _reference: tuple[Any, ...]
    _core: _core.Client
    _dispatchers: list[Dispatcher]  # none until there is a batch
    _feeder: Feeder | None  # of a shared limit
    _label: str
    _options: Options

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
        in_flight: int | None = None,
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
            "in_flight": in_flight,
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
        from . import _core  # Here: it loads libcurl and all that this needs.

        shared = None
        if rate_limit is not None:
            from ._shared_limit import shared_limit

            shared = shared_limit(rate_limit)
        self._core = _core.new_client(given if shared is None else {**given, "rate_limit": None}, shared is not None)
        self._config = given
        self._reference = ()
        self._dispatchers = []
        self._options = {}
        self._feeder = None
        if shared is not None:
            from ._feeder import Feeder

            given["rate_limit"] = shared
            self._feeder = Feeder(self._core, shared, self._origin.address)
        known = ((name, given[name]) for name in ("portal", "base_url"))
        self._label = ", ".join(f"{name}={value!r}" for name, value in known if isinstance(value, str))
        self._begin()

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
    ) -> Self:
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
        other = self._view()
        other._options = {**self._options, **changed}  # type: ignore[typeddict-item]
        return other

    def _view(self) -> Self:
        other = type(self).__new__(type(self))
        self._share(other)
        other._options = self._options
        return other

    def _begin(self) -> None:
        """The last step of making one."""

    def _share(self, other: Self) -> None:
        other._config = self._config
        other._reference = self._reference
        other._core = self._core
        other._dispatchers = self._dispatchers
        other._feeder = self._feeder
        other._label = self._label

    def _asked(self, options: Options | None) -> Mapping[str, Any] | None:
        """What holds for one call; not to be changed."""
        return {**self._options, **options} if options and self._options else options or self._options or None

    @classmethod
    def from_profile(cls, profile: str | None = None, /, **config: Any) -> Self:
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

        from ._origin import from_settings

        return from_settings(cls, profile or os.environ.get("HOSTBILL_PROFILE") or None, config)

    def portable(self, *, with_credentials: bool) -> Self:
        """The same client; what is pickled of it holds its credentials where that is asked for.

        >>> pool.submit(work, client.portable(with_credentials=True))

        Whoever gets hold of such a pickle can use the account. Client.from_profile() does without.
        """
        other = self._view()
        other._reference = self._origin.reference(with_credentials)
        return other

    def __reduce__(self) -> Any:
        from ._origin import made

        return made, (type(self), *self._origin.recipe(self._options))

    @property
    def _origin(self) -> Origin:
        from ._origin import Origin

        return Origin(self._config, *self._reference)

    @property
    def closed(self) -> bool:
        """True after close()."""
        return self._core.closed

    def __repr__(self) -> str:
        if not hasattr(self, "_core"):  # What it was to be made of was refused.
            return f"<hostbill.{type(self).__name__} that was not made>"
        return f"<hostbill.{type(self).__name__} {self._label}{' closed' if self.closed else ''}>"


def joined(params: Mapping[str, Any] | None, more: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of a call by name, which may be given in two ways."""
    if params is None:
        return more
    from .errors import UsageError

    if not hasattr(params, "keys"):
        raise UsageError(f"the parameters must be a mapping, not a {type(params).__name__}")
    twice = sorted(set(params) & set(more))
    if twice:
        raise UsageError(f"given twice: {', '.join(twice)}")
    return {**params, **more}
