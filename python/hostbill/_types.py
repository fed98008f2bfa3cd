"""The types that the methods' stubs are written in."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Callable, TypedDict, Union

#: A whole number; its digits as text are as good, for that is how many portals give ids.
Integer = Union[int, str]
#: Text that is a number.
Numeric = Union[str, int]
#: Sent exactly as given: use Decimal or text for money.
Number = Union[int, Decimal, str, float]
#: Hears how far a wait is.
Watcher = Callable[[dict[str, Any]], Any]


class Options(TypedDict, total=False):
    """What may be said about one call.

    Keys:
        timeout: Seconds for the whole call.
        raw: Give the data exactly as the portal sent it.
        dry_run: Send nothing and give the prepared request, secrets masked, also as a curl command.
        max_attempts: How often the request may be sent, where sending it again is safe.
        baseline: Note what is there before an operation that acts, so that ``reconcile`` can be certain.
        tag: A text that comes back in the answer's ``meta`` and in errors.
        extra: Undocumented parameters to send along as they are.
    """

    timeout: float
    raw: bool
    dry_run: bool
    max_attempts: int
    baseline: bool
    tag: str
    extra: Mapping[str, Any]
