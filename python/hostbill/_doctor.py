"""Asks a portal what works there, with reads alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ._catalog import catalog
from ._client import Client
from .errors import AuthenticationError, HostbillError, UsageError

#: Of how many services to ask what can be done with them.
_SERVICES = 5
_PATIENCE_S = 20.0

Note = Callable[[dict[str, Any]], None]


def doctor(*, on_check: Note | None = None, **config: Any) -> dict[str, Any]:
    """Asks a portal read-only questions and says what works.

    It looks whether the address answers, which ways to sign in work, which operations without parameters answer and
    in the expected shape, what can be done with the first services, how far the portal's clock is off, and whether
    the portal asked to slow down. Nothing is changed.

    >>> report = hostbill.doctor(portal="time4vps", username="user@example.com", password=...)
    >>> [check["check"] for check in report["checks"] if not check["works"]]

    Args:
        on_check: Called with each check as soon as it is done.
        config: What a Client takes.

    Returns:
        ``{"portal", "base_url", "auth", "clock_skew_s", "checks": [{"kind", "check", "works", "note",
        "elapsed_ms"}]}``; ``auth`` lists the ways to sign in that work, and ``clock_skew_s`` is how far the portal's
        clock is ahead, None where it does not tell.

    Raises:
        UsageError: the configuration is wrong.
    """
    examination = _Examination(config, on_check)
    return examination.report()


class _Examination:
    def __init__(self, config: Mapping[str, Any], on_check: Note | None) -> None:
        self._config = {**config, "read_only": True}
        self._config.setdefault("retry", {"max_attempts": 2})
        self._on_check = on_check
        self._checks: list[dict[str, Any]] = []
        Client(**self._config).close()  # Mistakes show before anything is sent.
        self._catalogue = catalog(config["portal"])
        self._reads = [row for row in self._catalogue["operations"] if row["effect"] == "read"]

    def report(self) -> dict[str, Any]:
        base_url = self._config.get("base_url") or self._catalogue["base_url"]
        skew = self._reach(base_url)
        auth = list(self._ways_to_sign_in())
        if auth:
            self._config["auth"] = auth[0]
            with Client(**self._config) as client:
                self._try_reads(client)
                self._try_services(client)
        return {
            "portal": self._catalogue["portal"],
            "base_url": base_url,
            "auth": auth,
            "clock_skew_s": skew,
            "checks": self._checks,
        }

    def _note(self, kind: str, check: str, works: bool, note: str, started: float) -> None:
        row = {
            "kind": kind,
            "check": check,
            "works": works,
            "note": note,
            "elapsed_ms": round((time.monotonic() - started) * 1000),
        }
        self._checks.append(row)
        if self._on_check is not None:
            self._on_check(row)

    def _reach(self, base_url: str) -> float | None:
        """Whether anything answers there; how far its clock is ahead."""
        started = time.monotonic()
        skew = None
        try:
            response = _get(base_url, self._config)
            skew = _skew(response.headers.get("Date"))
            works, note = True, "answers" if response.status != 404 else "answers 404 at its root, as many portals do"
        except (OSError, ValueError) as problem:
            works, note = False, str(getattr(problem, "reason", problem))
        self._note("reach", "address", works, note, started)
        if works:
            told = "does not say what time it is" if skew is None else f"{skew:+.0f} s"
            self._note("reach", "clock", skew is None or abs(skew) < 300, told, started)
        return skew

    def _ways_to_sign_in(self) -> Iterator[str]:
        """Those that work with the credentials at hand, the portal's preferred one first."""
        if self._config.get("token"):
            ways = ["bearer"]
        elif self._config.get("auth", "auto") != "auto":
            ways = [self._config["auth"]]
        else:
            ways = list(dict.fromkeys([*self._catalogue["auth"], "basic", "jwt"]))
        for way in ways:
            started = time.monotonic()
            try:
                with Client(**{**self._config, "auth": way}) as client:
                    client.call(self._simplest_read())
            except UsageError as problem:
                self._note("auth", way, False, str(problem), started)
            except AuthenticationError as problem:
                self._note("auth", way, False, str(problem), started)
            except HostbillError as problem:
                # Whoever is told anything else has been let in, unless nothing was heard at all.
                let_in = problem.http_status is not None and way != "jwt"
                self._note("auth", way, let_in, f"{problem.error_class}: {problem}", started)
                if let_in:
                    yield way
            else:
                self._note("auth", way, True, "signed in", started)
                yield way

    def _simplest_read(self) -> str:
        ids = [row["id"] for row in self._reads if not row["anonymous"] and not _needed(row)]
        for name in ("account.get", "account.balance"):
            if name in ids:
                return name
        if not ids:
            raise UsageError("this portal has no read without parameters to try")
        return str(ids[0])

    def _try_reads(self, client: Client) -> None:
        for row in self._reads:
            if not _needed(row):
                self._try(client, row["id"], {})

    def _try(self, client: Client, operation: str, params: Mapping[str, Any]) -> Any:
        started = time.monotonic()
        shown = ", ".join(f"{name}={value}" for name, value in params.items())
        name = f"{operation}({shown})" if shown else operation
        try:
            answer = client.answers.call(operation, params)
        except HostbillError as problem:
            self._note("read", name, False, f"{problem.error_class}: {problem}", started)
            return None
        unshaped = answer.meta.get("unshaped") or []
        throttled = any(attempt.get("outcome") == "rate_limited" for attempt in answer.meta.get("history", ()))
        notes = [f"{len(unshaped)} values are not as expected: {unshaped[0]}"] if unshaped else []
        notes += ["asked to slow down"] if throttled else []
        self._note("read", name, True, "; ".join(notes), started)
        return answer.data

    def _try_services(self, client: Client) -> None:
        """What the modules of the first services can do."""
        ids = {row["id"] for row in self._reads}
        if "services.list" not in ids or "services.methods" not in ids:
            return
        try:
            services = client.call("services.list")
        except HostbillError:
            return  # That was noted already.
        for service in _rows(services)[:_SERVICES]:
            methods = self._try(client, "services.methods", {"service_id": service})
            if methods is not None:
                found = methods.get("methods", methods) if isinstance(methods, Mapping) else methods
                self._checks[-1]["note"] = f"{len(found)} methods" if isinstance(found, (list, Mapping)) else ""


def _rows(services: Any) -> list[Any]:
    """The ids in a list of services, in whatever form it came."""
    if isinstance(services, Mapping):
        services = services.get("services", services)
    if isinstance(services, Mapping):
        return list(services)
    return [row["id"] for row in services if isinstance(row, Mapping) and "id" in row]


def _needed(row: Mapping[str, Any]) -> bool:
    return any(param["required"] for param in row["params"])


def _get(url: str, config: Mapping[str, Any]) -> Any:
    """What the bare address answers, whatever its status. No credentials go along."""
    # Nothing else here needs these, and they take long to load.
    import ssl
    import urllib.error
    import urllib.request

    class NoRedirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any, **__: Any) -> None:
            return None

    if not url.startswith(("https://", "http://")):
        raise ValueError("not a web address")
    trust = ssl.create_default_context(cafile=config.get("ca_file"), cadata=config.get("ca_pem"))
    handlers: list[Any] = [urllib.request.HTTPSHandler(context=trust), NoRedirects()]
    if config.get("proxy") is not None:
        proxy = config["proxy"]
        handlers.append(urllib.request.ProxyHandler({"http": proxy, "https": proxy} if proxy else {}))
    try:
        return urllib.request.build_opener(*handlers).open(url, timeout=_PATIENCE_S)
    except urllib.error.HTTPError as answer:
        return answer


def _skew(date: str | None) -> float | None:
    import email.utils

    try:
        return email.utils.parsedate_to_datetime(date or "").timestamp() - time.time()
    except (ValueError, TypeError):
        return None
