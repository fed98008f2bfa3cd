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
    from ._batch import BatchItem as BatchItem
    from ._batch import Call as Call
    from ._ledger import Ledger as Ledger
    from ._shared_limit import SharedLimit as SharedLimit

# Read when they are wanted: the classes of all answers take a while, and not everybody has many calls.
_LATER = {"BatchItem": "._batch", "Call": "._batch", "Ledger": "._ledger", "SharedLimit": "._shared_limit"}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "models":
        return import_module(".models", __name__)
    if name in _LATER:
        return getattr(import_module(_LATER[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "Answer",
    "AuthenticationError",
    "BatchItem",
    "Call",
    "CancelledError",
    "Client",
    "ConflictError",
    "HostbillError",
    "InternalError",
    "JournalEntry",
    "Ledger",
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
    "SharedLimit",
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
