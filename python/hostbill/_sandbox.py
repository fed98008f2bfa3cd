"""A portal in a box, served on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from . import _core
from ._client import Client
from ._documents import read, write
from .errors import UsageError, from_document

if TYPE_CHECKING:
    from typing_extensions import Self  # In typing from Python 3.11 on.


class Sandbox:
    """A portal of the given kind on a free port of this machine, with an account that may do everything.

    >>> with Sandbox(portal="time4vps") as sandbox, sandbox.client() as client:
    ...     client.servers.list()

    It keeps what it is told: what was created can be read back, and money adds up. Nothing leaves this machine.

    Args:
        portal: Which portal it is like.
        port: Where to listen; 0 takes any free port.
        database: A file to keep the state in; without it the state ends with the sandbox.
        username: Name of the account.
        password: Its password; a random one if not given.
        seed: Where order numbers and the like begin.
        task_polls: How often a server's task is asked for before it is done.
        task_seconds: How long a server's task takes by the portal's clock; more than 0: instead of task_polls and vm_polls.
        vm_polls: How often a virtual machine is looked at before a change of it is done; 0: at once.
        tax_rate: Percent, on every invoice.
        token_lifetime: Seconds; at 0 a token has expired when it is given.
        refresh_lifetime: Seconds, of the tokens that give new tokens.
        auto_credit: Pay new invoices from credit at once; so it is where the portal has no operation for that.
        clock_skew: Seconds by which the portal's clock is ahead.
        clock: ``"real"``, or ``"virtual"``: it stands still until ``control("clock", advance=..)`` moves it.
        start: Where a virtual clock begins, such as ``"2027-01-01T00:00:00Z"``.
        tls: Serve https with a certificate of a throw-away authority; hostbill_sandbox.h has the keys. Its certificate
            is ``control("info")["ca_pem"]``: save it, and give the file to the client as ``ca_file``.

    Raises:
        UsageError: the configuration is wrong.
    """

    __slots__ = ("_core", "_info")

    def __init__(
        self,
        portal: str = "time4vps",
        *,
        port: int = 0,
        database: str | None = None,
        username: str | None = None,
        password: str | None = None,
        seed: int | None = None,
        task_polls: int | None = None,
        task_seconds: int | None = None,
        vm_polls: int | None = None,
        tax_rate: Decimal | int | str | None = None,
        token_lifetime: int | None = None,
        refresh_lifetime: int | None = None,
        auto_credit: bool | None = None,
        clock_skew: int | None = None,
        clock: str | None = None,
        start: str | None = None,
        tls: Mapping[str, Any] | None = None,
        **unknown: NoReturn,
    ) -> None:
        given: dict[str, Any] = {
            "portal": portal,
            "port": port,
            "database": database,
            "username": username,
            "password": password,
            "seed": seed,
            "task_polls": task_polls,
            "task_seconds": task_seconds,
            "vm_polls": vm_polls,
            "tax_rate": tax_rate,
            "token_lifetime": token_lifetime,
            "refresh_lifetime": refresh_lifetime,
            "auto_credit": auto_credit,
            "clock_skew": clock_skew,
            "clock": clock,
            "start": start,
            "tls": tls,
            **unknown,
        }
        config = {name: value for name, value in given.items() if value is not None}
        core, error = _core.new_sandbox(write(config, "configuration"))
        if core is None:
            raise from_document(read(error or "{}"))
        self._core = core
        self._info: dict[str, Any] = self.control("info")

    @property
    def portal(self) -> str:
        """Which portal it is like."""
        return str(self._info["portal"])

    @property
    def url(self) -> str:
        """The base URL of its API."""
        return str(self._info["url"])

    @property
    def username(self) -> str:
        """Name of its account."""
        return str(self._info["username"])

    @property
    def password(self) -> str:
        """Password of its account."""
        return str(self._info["password"])

    @property
    def ids(self) -> dict[str, Any]:
        """Ids of things the account has from the start, by the name of the parameter that takes them."""
        return dict(self._info["ids"])

    def client(self, **config: Any) -> Client:
        """A client that is logged in to it; `config` is added to the client's configuration."""
        login = {"username": self.username, "password": self.password} if "token" not in config else {}
        return Client(**{"portal": self.portal, "base_url": self.url, **login, **config})

    @property
    def examples(self) -> dict[str, dict[str, Any]]:
        """Parameters that work in the first state, by operation id."""
        return dict(self._info["operations"])

    def journal(self) -> list[dict[str, Any]]:
        """The latest requests it got, in order."""
        found: list[dict[str, Any]] = self.control("journal")["requests"]
        return found

    def ledger(self) -> dict[str, int]:
        """How often each thing happened: orders, payments, reboots, ..."""
        found: dict[str, int] = self.control("ledger")
        return found

    def reset(self) -> None:
        """Puts everything back to the first state."""
        self.control("reset")

    def control(self, command: str, **details: Any) -> Any:
        """Gives it a command and returns what it says; docs/sandbox.md has the commands.

        >>> sandbox.control("fault", operation="orders.create", fault={"kind": "lost_reply"})
        >>> sandbox.control("clock", advance=3600)
        """
        reply = self._core.control(json.dumps({"command": command, **details}))
        if not reply:
            raise UsageError("the sandbox is closed")
        document = read(reply)
        if isinstance(document, dict) and "error" in document:
            raise from_document(document["error"])
        return document

    def close(self) -> None:
        """Stops it. May be repeated."""
        self._core.stop()

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
        return f"<hostbill.Sandbox portal={self.portal!r} url={self.url!r}>"
