"""What the contestants in Python share: the settings, and the conversation with the harness. It loads next to nothing, since
memory is measured too: json, typing and importlib.metadata are seven MiB."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    # Makes so many calls; how many invoices they brought, and the last answer's invoices.
    Calls = Callable[[int], tuple[int, list[Any]]]

BASE = os.environ["BENCH_BASE"]
URL = os.environ["BENCH_URL"]
CA_FILE = os.environ["BENCH_CA_FILE"] or None
IN_FLIGHT = int(os.environ["BENCH_IN_FLIGHT"])
H2 = bool(os.environ["BENCH_H2"])


def options() -> dict[str, Any]:
    import json

    return json.loads(os.environ["BENCH_OPTIONS"] or "{}")


def tls() -> Any:
    """What an ssl-based client verifies with; None without TLS."""
    if CA_FILE is None:
        return None
    import ssl

    return ssl.create_default_context(cafile=CA_FILE)


def one_by_one(call: Callable[[], list[Any]]) -> Calls:
    """`call` returns the invoices of one answer."""

    def calls(count: int) -> tuple[int, list[Any]]:
        total = 0
        invoices: list[Any] = []
        for _ in range(count):
            invoices = call()
            total += len(invoices)
        return total, invoices

    return calls


def version(package: str) -> str:
    """As the folder says that holds what pip knows of the package."""
    start = package.replace("-", "_").lower() + "-"
    for folder in filter(os.path.isdir, sys.path):
        for name in os.listdir(folder):
            if name.lower().startswith(start) and name.endswith(".dist-info"):
                return name[len(start) :].removesuffix(".dist-info")
    raise LookupError(f"{package} is not installed")


def converse(calls: Calls, *packages: str, **others: str) -> None:
    """Answers the harness until it has no more to ask. Versions are those of the packages named."""
    versions = {"Python": sys.version.split()[0], **{name: version(name) for name in packages}, **others}
    print("{" + ", ".join(f'"{name}": "{found}"' for name, found in versions.items()) + "}", flush=True)
    for line in sys.stdin:
        total, invoices = calls(int(line))
        print(total, invoices[-1]["id"] if invoices else "-", flush=True)
