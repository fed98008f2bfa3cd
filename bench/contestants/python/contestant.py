"""What the contestants in Python share: the settings, and the conversation with the harness."""

from __future__ import annotations

import json
import os
import sys
from importlib import metadata
from typing import Any, Callable

BASE = os.environ["BENCH_BASE"]
URL = os.environ["BENCH_URL"]
CA_FILE = os.environ["BENCH_CA_FILE"] or None
IN_FLIGHT = int(os.environ["BENCH_IN_FLIGHT"])
H2 = bool(os.environ["BENCH_H2"])
OPTIONS: dict[str, Any] = json.loads(os.environ["BENCH_OPTIONS"] or "{}")

# Makes so many calls; how many invoices they brought, and the last answer's invoices.
Calls = Callable[[int], tuple[int, list[Any]]]


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


def converse(calls: Calls, *packages: str, **others: str) -> None:
    """Answers the harness until it has no more to ask. Versions are those of the packages named."""
    versions = {name: metadata.version(name) for name in packages}
    print(json.dumps({"Python": sys.version.split()[0], **versions, **others}), flush=True)
    for line in sys.stdin:
        total, invoices = calls(int(line))
        print(total, invoices[-1]["id"] if invoices else "-", flush=True)
