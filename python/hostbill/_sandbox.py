"""A portal in a box, served on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict

from ._client import Client
from ._documents import read, write
from .errors import UsageError, from_document

if TYPE_CHECKING:
    from typing_extensions import Self  # In typing from Python 3.11 on.

    from ._async_client import AsyncClient


class Near(TypedDict):
    """An operation that a request was perhaps meant for."""

    method: str
    path: str
    operation: str
    why: str
    """"method", "trailing slash", "placeholder", "portal", "prefix" or "path"."""


class _Request(TypedDict):
    number: int
    time: str
    world: str
    method: str
    target: str
    operation: str | None
    """None: the portal has none of that method and path."""
    status: int
    """0: nothing was answered."""
    duration_us: int
    fault: dict[str, Any] | None
    """Which fault hit it: fault_id, kind, act."""
    refused: bool


class JournalEntry(_Request, total=False):
    """A request as the sandbox's journal has it."""

    errors: list[str]
    """Of a refusal: the portal's words, without anything secret."""
    near: list[Near]
    """Where there is no operation: those that were perhaps meant, the nearest first."""


class _Account:
    """What a sandbox and each of its worlds can do."""

    __slots__ = ()

    @property
    def portal(self) -> str:
        """Which portal it is like."""
        return str(self._about()["portal"])

    @property
    def url(self) -> str:
        """The base URL of its API; of a further world, the one at which this world is meant, whoever asks."""
        return str(self._about()["url"])

    @property
    def username(self) -> str:
        """Name of its account."""
        return str(self._about()["username"])

    @property
    def password(self) -> str:
        """Password of its account."""
        return str(self._about()["password"])

    @property
    def name(self) -> str:
        """Name of its world."""
        return str(self._about()["world"])

    def client(self, **config: Any) -> Client:
        """A client that is logged in to it; `config` is added to the client's configuration."""
        return Client(**self._login(config))

    def async_client(self, **config: Any) -> AsyncClient:
        """The same for asyncio."""
        from ._async_client import AsyncClient

        return AsyncClient(**self._login(config))

    def _login(self, config: dict[str, Any]) -> dict[str, Any]:
        login = {"username": self.username, "password": self.password} if "token" not in config else {}
        return {"portal": self.portal, "base_url": self.url, **login, **config}

    def journal(
        self,
        *,
        since: int | None = None,
        limit: int | None = None,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | str | None = None,
        fault: bool | None = None,
        refused: bool | None = None,
        unmatched: bool | None = None,
        **more: Any,
    ) -> list[JournalEntry]:
        """The latest requests it got, in order: of a sandbox those to all its worlds, of a world those to it.

        >>> sandbox.journal(refused=True, limit=1)[0]["errors"]

        Args:
            since: Only requests with a higher number.
            limit: Only the latest so many of those that fit.
            operation: Only of this operation.
            method: Only with this method.
            path: Only where the path holds this text; with ``*`` in it, where the whole path is like that.
            status: Only with this status, or of these hundred: 404, "4xx".
            fault: Only those that a fault hit, or only the others.
            refused: Only those that were refused, or only the others.
            unmatched: Only those that no operation of the portal answers to, or only the others.
            more: world: only of this world, for a sandbox.
        """
        wanted = {
            "since": since,
            "limit": limit,
            "operation": operation,
            "method": method,
            "path": path,
            "status": status,
            "fault": fault,
            "refused": refused,
            "unmatched": unmatched,
            **more,
        }
        given = {name: value for name, value in wanted.items() if value is not None}
        found: list[JournalEntry] = self.control("journal", **given)["requests"]
        return found

    def ledger(self) -> dict[str, int]:
        """How often each thing happened: orders, payments, reboots, ..."""
        found: dict[str, int] = self.control("ledger")
        return found

    def reset(self) -> None:
        """Puts everything back to the first state."""
        self.control("reset")

    def snapshot(self, name: str) -> None:
        """Keeps the state under a name (a-z, 0-9, _ and -); an older snapshot of that name goes."""
        self.control("snapshot", name=name)

    def restore(self, name: str) -> None:
        """Back to a snapshot, at once or not at all; clock and sessions are the snapshot's, too."""
        self.control("restore", name=name)

    def snapshots(self) -> list[str]:
        """Names of the snapshots, oldest first."""
        return [str(row["name"]) for row in self.control("snapshots")["snapshots"]]

    def control(self, command: str, **details: Any) -> Any:
        """Gives it a command and returns what it says; docs/sandbox-control.md has the commands."""
        raise NotImplementedError

    def _about(self) -> dict[str, Any]:
        raise NotImplementedError


class World(_Account):
    """One more account of a sandbox, with a state of its own: what happens in one world is not seen in any other.

    >>> with sandbox.world() as world, world.client() as client:
    ...     client.servers.list()
    """

    __slots__ = ("_info", "_sandbox")

    def __init__(self, sandbox: Sandbox, made: Mapping[str, Any]) -> None:
        self._sandbox = sandbox
        self._info = {**made, "portal": sandbox.portal}

    def _about(self) -> dict[str, Any]:
        return self._info

    def control(self, command: str, **details: Any) -> Any:
        """Gives the sandbox a command that is about this world."""
        return self._sandbox.control(command, **{"world": self.name, **details})

    def delete(self) -> None:
        """Ends it, with its state and its snapshots."""
        self.control("world_delete")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.delete()

    def __repr__(self) -> str:
        return f"<hostbill.World name={self.name!r} url={self.url!r}>"


class Sandbox(_Account):
    """A portal of the given kind on a free port of this machine, with an account that may do everything.

    >>> with Sandbox(portal="time4vps") as sandbox, sandbox.client() as client:
    ...     client.servers.list()

    It is its own first world, which is named main; `world` makes more.

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
        clock_start: Where a virtual clock begins, such as ``"2027-01-01T00:00:00Z"``.
        seed_data: What the account has in the beginning, as a seed document; a small customer's two years if not given.
        seed_file: The path of a seed document.
        quirks: What it does beyond the documents, as real portals do: names with True or a value; docs/sandbox-quirks.md
            has them.
        control_token: What X-Sandbox-Token must be, for commands over HTTP; a random one if not given.
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
        clock_start: str | None = None,
        seed_data: Mapping[str, Any] | None = None,
        seed_file: str | None = None,
        quirks: Mapping[str, Any] | None = None,
        control_token: str | None = None,
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
            "clock_start": clock_start,
            "seed_data": seed_data,
            "seed_file": seed_file,
            "quirks": quirks,
            "control_token": control_token,
            "tls": tls,
            **unknown,
        }
        config = {name: value for name, value in given.items() if value is not None}
        from . import _sandbox_core  # Here, so that programs without a sandbox do not load it.

        core, error = _sandbox_core.new_sandbox(write(config, "configuration"))
        if core is None:
            raise from_document(read(error or "{}"))
        self._core = core
        self._info: dict[str, Any] = self.control("info")

    @property
    def ids(self) -> dict[str, Any]:
        """Ids of things the account has from the start, by the name of the parameter that takes them."""
        return dict(self._info["ids"])

    @property
    def examples(self) -> dict[str, dict[str, Any]]:
        """Parameters that work in the first state, by operation id."""
        return dict(self._info["operations"])

    def world(
        self,
        name: str | None = None,
        *,
        username: str | None = None,
        password: str | None = None,
        seed_data: Mapping[str, Any] | None = None,
    ) -> World:
        """Makes one more account, with a state of its own, so that tests can run side by side.

        Args:
            name: Of the world: a-z, 0-9, _ and -; made up if not given.
            username: Name of its account; made of the world's name if not given.
            password: Its password; a random one if not given.
            seed_data: What the account has in the beginning; that of the sandbox if not given.

        Raises:
            UsageError: a name is taken, or the seed is wrong.
        """
        given = {"name": name, "username": username, "password": password, "seed_data": seed_data}
        return World(
            self, self.control("world_create", **{key: value for key, value in given.items() if value is not None})
        )

    def worlds(self) -> list[str]:
        """Names of all worlds: the main one first, the others as they were made."""
        return [str(row["world"]) for row in self.control("worlds")["worlds"]]

    def _about(self) -> dict[str, Any]:
        return self._info

    def control(self, command: str, **details: Any) -> Any:
        """Gives it a command and returns what it says; docs/sandbox-control.md has the commands.

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
