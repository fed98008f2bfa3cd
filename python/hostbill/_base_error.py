"""The exception that every failure of this package is, with what is known of it."""

from __future__ import annotations

TYPE_CHECKING = False  # As typing's, which takes a while to load.
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# What an error document says; hostbill.h describes the same members.
_MEMBERS = (
    "status",
    "operation",
    "http_status",
    "portal_errors",
    "attempts",
    "retryable",
    "fields",
    "portals",
    "tag",
    "reconcile",
    "retry_after_s",
    "history",
    "step",
    "reason",
    "state",
)


class HostbillError(Exception):
    """A call that failed. ``except HostbillError`` catches every failure of this package.

    Its text is one line and never holds a secret. The subclasses say what kind of failure it is; one class exists
    for each error class of the C interface.
    """

    #: The error class in the words of the C interface, such as ``"not_found"``.
    error_class: str = "internal"
    #: The status of the C interface, always negative.
    status: int = 0

    def __init__(self, message: str, document: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        known: Mapping[str, Any] = document or {}
        #: What happened, on one line.
        self.message: str = message
        if "status" in known:
            self.status = int(known["status"])
        #: The operation's id; None where the failure came before it was known.
        self.operation: str | None = known.get("operation") or None
        #: The HTTP status of the portal's answer; None without an answer.
        self.http_status: int | None = known.get("http_status") or None
        #: What the portal itself said.
        self.portal_errors: list[Any] = list(known.get("portal_errors") or ())
        #: How often the request was sent.
        self.attempts: int = int(known.get("attempts") or 0)
        #: True where the same call may work later and sending it again is safe.
        self.retryable: bool = bool(known.get("retryable"))
        #: Every wrong parameter: ``{"field", "problem", "expected", "nearest"}``.
        self.fields: list[dict[str, Any]] = list(known.get("fields") or ())
        #: For an unsupported operation: the portals that have it.
        self.portals: list[str] = list(known.get("portals") or ())
        #: Of an unknown outcome: what finds out, ``client.reconcile(**error.reconcile)``.
        self.reconcile: dict[str, Any] = dict(known.get("reconcile") or {})
        #: Seconds after which the portal wants to be asked again; None where it did not say.
        self.retry_after_s: Any = known.get("retry_after_s")
        #: Of a call that was sent more than once: every attempt.
        self.history: list[dict[str, Any]] = list(known.get("history") or ())
        #: Of an operation made of others: the one that failed.
        self.step: str | None = known.get("step") or None
        #: Of an operation made of others: what its class leaves open; hostbill.h has the words.
        self.reason: str | None = known.get("reason") or None
        #: Of an operation made of others that ended too early: how far it came.
        self.state: dict[str, Any] = dict(known.get("state") or {})
        #: The tag given with the call.
        self.tag: Any = known.get("tag")

    def __reduce__(self) -> Any:
        document = {name: getattr(self, name) for name in _MEMBERS}
        return (type(self), (self.message, document))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r})"
