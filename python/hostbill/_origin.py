"""How a client travels to another process: as what it was made from, with its credentials by reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ._connected import Connected
from .errors import UsageError

C = TypeVar("C", bound=Connected)

# As the library has them where the configuration does not.
_USUAL_RATE = 10
_USUAL_TIMEOUT_S = 60
# Others may want a part of the limit, too.
_WELL_BEFORE = 4


class Origin:
    """What a client was made from. Little is done when it is: most clients stay where they are.

    Args:
        config: The whole configuration.
        given: What of it the caller said; None: all of it. The rest came from the profile and the environment.
        environment: Whether these count.
        profile: The profile's name, if any.
        with_credentials: Whether credentials travel that were given by value.
    """

    __slots__ = ("_environment", "_given", "_profile", "_with_credentials", "config")

    def __init__(
        self,
        config: Mapping[str, Any],
        given: Mapping[str, Any] | None = None,
        environment: bool = False,
        profile: str | None = None,
        with_credentials: bool = False,
    ) -> None:
        self.config = {name: value for name, value in config.items() if value is not None}
        self._given = self.config if given is None else given
        self._environment = environment
        self._profile = profile
        self._with_credentials = with_credentials

    @property
    def portal(self) -> Any:
        """As the configuration names it."""
        return self.config.get("portal")

    @property
    def address(self) -> str:
        """What a limit is for."""
        portal, address, _ = self.scope
        return address or portal

    def most_in_flight(self, timeout: float | None = None) -> int | None:
        """As many as will get their turn of the rate limit well before their time, the configuration's or another, is over.
        None: any number."""
        limit = self.config.get("rate_limit")
        if limit is None:
            return None
        rate = limit.get("per_second", _USUAL_RATE) if isinstance(limit, Mapping) else limit.per_second
        time = self.config.get("timeout", _USUAL_TIMEOUT_S) if timeout is None else timeout
        return max(1, int(rate * time / _WELL_BEFORE))

    @property
    def scope(self) -> tuple[str, str, str]:
        """Portal, address and account, to tell its calls from those of others. Of a token no more than a hash."""
        import hashlib

        token = str(self.config.get("token") or "")
        account = self.config.get("username") or (hashlib.sha256(token.encode()).hexdigest() if token else "")
        return (
            # One that is described is the same after its document has changed, or was moved: it is where it is.
            self.portal if isinstance(self.portal, str) else "described",
            self._other_address(),
            str(account),
        )

    def _other_address(self) -> str:
        """The portal's, where that is not the one that it is known to have, which need not be said."""
        from ._catalog import catalog

        given = str(self.config.get("base_url") or "").rstrip("/")
        if not isinstance(self.portal, str):
            return given or str(catalog(self.portal)["base_url"]).rstrip("/")
        return "" if given and given == catalog(self.portal)["base_url"] else given

    def reference(self, with_credentials: bool) -> tuple[Any, ...]:
        """What a view of the client is to know of where it came from."""
        return (self._given, self._environment, self._profile, with_credentials)

    def recipe(self, options: Mapping[str, Any]) -> tuple[Any, ...]:
        """What `made` makes the client from again.

        Raises:
            UsageError: it has credentials that were given by value.
        """
        from ._profiles import secrets_of

        secret = secrets_of(self._given)
        if secret and not self._with_credentials:
            raise UsageError(
                f"a client that was given its {' and '.join(sorted(secret))} does not travel to other processes: make it"
                " with Client.from_profile(), or say client.portable(with_credentials=True)"
            )
        return (dict(self._given), self._environment, self._profile, dict(options))

    def __repr__(self) -> str:
        return f"<Origin {self._profile or ''}>"


def made(kind: type[C], given: dict[str, Any], environment: bool, profile: str | None, options: dict[str, Any]) -> C:
    """The client again, in another process perhaps."""
    from ._profiles import secrets_of

    client = from_settings(kind, profile, given) if environment else kind(**given)
    if secrets_of(given):  # They travelled on request, and may go on.
        client = client.portable(with_credentials=True)
    return client.with_options(**options) if options else client


def from_settings(kind: type[C], profile: str | None, given: Mapping[str, Any]) -> C:
    """A client of a profile, if any, and the environment."""
    from ._profiles import settings

    client = kind(**settings(profile, given))
    if "rate_limit" in given:  # An object by now, which knows what may travel.
        given = {**given, "rate_limit": client._config["rate_limit"]}
    client._reference = (given, True, profile, False)
    return client
