"""One client for the User API of every web host that runs HostBill.

>>> from hostbill import Client
>>> with Client(portal="time4vps", username="user@example.com", password=...) as client:
...     client.account.balance()

``Sandbox`` serves a portal on this machine to try things on, ``catalog`` says what every portal can do, and
``hostbill.errors`` has an exception for each kind of failure, ``hostbill.models`` a class for each kind of answer.
"""

from typing import TYPE_CHECKING, Any

from . import errors
from ._answer import Answer
from ._catalog import catalog, portals
from ._client import Client
from ._core import __version__
from ._doctor import doctor
from ._openapi import openapi
from ._sandbox import JournalEntry, Sandbox, World
from ._types import Options
from .errors import (
    AuthenticationError,
    CancelledError,
    ConflictError,
    HostbillError,
    InternalError,
    MaintenanceError,
    NetworkError,
    NotFoundError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PortalError,
    ProtocolError,
    RateLimitedError,
    ReadOnlyError,
    TimeoutError,
    TLSError,
    UnsupportedError,
    UsageError,
    ValidationError,
)

if TYPE_CHECKING:
    from . import models as models


def __getattr__(name: str) -> Any:
    if name == "models":  # Read when it is wanted: the classes of all answers take a while.
        from importlib import import_module

        return import_module(".models", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Answer",
    "AuthenticationError",
    "CancelledError",
    "Client",
    "ConflictError",
    "HostbillError",
    "InternalError",
    "JournalEntry",
    "MaintenanceError",
    "NetworkError",
    "NotFoundError",
    "Options",
    "OutcomeUnknownError",
    "PermissionDeniedError",
    "PortalError",
    "ProtocolError",
    "RateLimitedError",
    "ReadOnlyError",
    "Sandbox",
    "TLSError",
    "TimeoutError",
    "UnsupportedError",
    "UsageError",
    "ValidationError",
    "World",
    "__version__",
    "catalog",
    "doctor",
    "errors",
    "models",
    "openapi",
    "portals",
]
