"""What all tests of the Python package share."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostbill
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

PORTALS = hostbill.portals()
CATALOGUES = {portal: hostbill.catalog(portal) for portal in PORTALS}
OPERATIONS = [(portal, row) for portal in PORTALS for row in CATALOGUES[portal]["operations"]]


def operation_ids(case: tuple[str, dict[str, Any]]) -> str:
    return f"{case[0]}:{case[1]['id']}"


def method(client: Any, operation: str) -> Any:
    """The method of an operation, found by walking its id."""
    for part in operation.split("."):
        client = getattr(client, part)
    return client


def python_names(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as a method's keywords."""
    return {name + "_" if keyword.iskeyword(name) else name: value for name, value in params.items()}


@pytest.fixture(scope="session")
def sandboxes() -> Iterator[dict[str, hostbill.Sandbox]]:
    """One sandbox of each portal; use `sandbox_of`, which puts it back to its first state."""
    yield from running()


@pytest.fixture(scope="session")
def plain_sandboxes() -> Iterator[dict[str, hostbill.Sandbox]]:
    """The same without quirks, whatever the environment asks for; use `plain_sandbox_of`."""
    yield from running(quirks={})


def running(**settings: Any) -> Iterator[dict[str, hostbill.Sandbox]]:
    found = {portal: hostbill.Sandbox(portal, **settings) for portal in PORTALS}
    yield found
    for sandbox in found.values():
        sandbox.close()


def in_its_first_state(sandboxes: dict[str, hostbill.Sandbox]) -> Callable[[str], hostbill.Sandbox]:
    def find(portal: str) -> hostbill.Sandbox:
        sandboxes[portal].reset()
        return sandboxes[portal]

    return find


@pytest.fixture
def sandbox_of(sandboxes: dict[str, hostbill.Sandbox]) -> Any:
    return in_its_first_state(sandboxes)


@pytest.fixture
def plain_sandbox_of(plain_sandboxes: dict[str, hostbill.Sandbox]) -> Any:
    return in_its_first_state(plain_sandboxes)


@pytest.fixture
def sandbox(sandbox_of: Any) -> hostbill.Sandbox:
    """A Time4VPS sandbox in its first state."""
    return sandbox_of("time4vps")


@pytest.fixture
def client(sandbox: hostbill.Sandbox) -> Iterator[hostbill.Client]:
    with sandbox.client() as found:
        yield found
