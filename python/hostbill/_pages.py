"""Lists that a portal gives in pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .errors import UsageError

if TYPE_CHECKING:
    from ._client import Client
    from ._types import Options


def follow(client: Client, operation: str, params: Mapping[str, Any], options: Options) -> Iterator[Any]:
    """The items of every page, each page asked for when the one before has been used up.

    No document describes pages, so they are followed only where an answer says that there are more. It ends where
    the portal does not move on, so that no portal can keep it going for ever.
    """
    wanted = 1
    while True:
        asked = options
        if wanted > 1:
            asked = {**options, "extra": {**options.get("extra", {}), "page": wanted}}
        answer = client.answers.call(operation, params, options=asked)
        if not isinstance(answer.data, list):
            raise UsageError(f"{operation} answers with no list")
        page = answer.meta.get("extra", {}).get("page")
        current, total = _place(page)
        if wanted > 1 and current != wanted:
            return  # Perhaps the first page again, whose items have been given.
        yield from answer.data
        # A portal that counts in another way cannot be followed.
        if not answer.data or current != wanted or current >= total:
            return
        wanted = current + 1


def _place(page: Any) -> tuple[int, int]:
    """Which page of how many; the only one where nothing is said."""
    if isinstance(page, Mapping):
        current, total = page.get("current"), page.get("total")
        if isinstance(current, int) and isinstance(total, int):
            return current, total
    return 1, 1
