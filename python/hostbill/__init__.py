"""One client for the User API of every web host that runs HostBill.

>>> from hostbill import Client
>>> with Client(portal="time4vps", username="user@example.com", password=...) as client:
...     client.account.balance()

``AsyncClient`` is the same for asyncio. ``Sandbox`` serves a portal on this machine to try things on, ``catalog`` says
what every portal can do, and ``hostbill.errors`` has an exception for each kind of failure, ``hostbill.models`` a class
for each kind of answer.
"""

from __future__ import annotations

TYPE_CHECKING = False  # As typing's, which takes longer to load than all that follows.
if TYPE_CHECKING:
    from typing import Any

    from . import errors as errors
    from . import models as models
    from ._answer import Answer as Answer
    from ._async_client import AsyncClient as AsyncClient
    from ._batch import BatchItem as BatchItem
    from ._batch import Call as Call
    from ._catalog import catalog as catalog
    from ._catalog import portals as portals
    from ._client import Client as Client
    from ._core import __version__ as __version__
    from ._doctor import doctor as doctor
    from ._ledger import Ledger as Ledger
    from ._openapi import openapi as openapi
    from ._sandbox import JournalEntry as JournalEntry
    from ._sandbox import Sandbox as Sandbox
    from ._sandbox import World as World
    from ._shared_limit import SharedLimit as SharedLimit
    from ._types import Options as Options
    from .errors import AuthenticationError as AuthenticationError
    from .errors import CancelledError as CancelledError
    from .errors import ConflictError as ConflictError
    from .errors import HostbillError as HostbillError
    from .errors import InternalError as InternalError
    from .errors import MaintenanceError as MaintenanceError
    from .errors import NetworkError as NetworkError
    from .errors import NotFoundError as NotFoundError
    from .errors import OutcomeUnknownError as OutcomeUnknownError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import PortalError as PortalError
    from .errors import ProtocolError as ProtocolError
    from .errors import RateLimitedError as RateLimitedError
    from .errors import ReadOnlyError as ReadOnlyError
    from .errors import TimeoutError as TimeoutError
    from .errors import TLSError as TLSError
    from .errors import UnsupportedError as UnsupportedError
    from .errors import UsageError as UsageError
    from .errors import ValidationError as ValidationError

# Where things are. Each module is loaded when something of it is wanted, so that a program pays for what it uses.
_HOMES = {
    "Answer": "_answer",
    "AsyncClient": "_async_client",
    "BatchItem": "_batch",
    "Call": "_batch",
    "Client": "_client",
    "JournalEntry": "_sandbox",
    "Ledger": "_ledger",
    "Options": "_types",
    "Sandbox": "_sandbox",
    "SharedLimit": "_shared_limit",
    "World": "_sandbox",
    "__version__": "_core",
    "catalog": "_catalog",
    "doctor": "_doctor",
    "openapi": "_openapi",
    "portals": "_catalog",
}
_MODULES = ("errors", "models")


def __getattr__(name: str) -> Any:
    home = name if name in _MODULES else _HOMES.get(name, "errors" if name in __all__ else "")
    if not home:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = __import__(f"{__name__}.{home}", fromlist=("*",))
    found = globals()[name] = module if name in _MODULES else getattr(module, name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "Answer",
    "AsyncClient",
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
