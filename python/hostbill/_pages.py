"""Lists that a portal gives in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .errors import UsageError

if TYPE_CHECKING:
    from ._answer import Answer
    from ._async_client import AsyncClient
    from ._client import Client
    from ._types import Options


def follow(client: Client, operation: str, params: Mapping[str, Any], options: Options) -> Iterator[Any]:
    """The items of every page, each page asked for when the one before has been used up."""
    pages = _Pages(operation, options)
    while pages.more:
        yield from pages.items(client.answers.call(operation, params, options=pages.options))


async def follow_async(
    client: AsyncClient, operation: str, params: Mapping[str, Any], options: Options
) -> AsyncIterator[Any]:
    """The same for asyncio."""
    pages = _Pages(operation, options)
    while pages.more:
        for item in pages.items(await client.answers.call(operation, params, options=pages.options)):
            yield item


class _Pages:
    """Which page to ask for next.

    No document describes pages, so they are followed only where an answer says that there are more. It ends where
    the portal does not move on, so that no portal can keep it going for ever.
    """

    def __init__(self, operation: str, options: Options) -> None:
        self.more = True
        self.options = options
        self._operation = operation
        self._asked = options
        self._wanted = 1

    def items(self, answer: Answer[Any]) -> list[Any]:
        """What the page holds that was asked for."""
        if not isinstance(answer.data, list):
            raise UsageError(f"{self._operation} answers with no list")
        current, total = _place(answer.meta.get("extra", {}).get("page"))
        # A portal that counts in another way cannot be followed.
        self.more = bool(answer.data) and current == self._wanted and current < total
        if self._wanted > 1 and current != self._wanted:
            return []  # Perhaps the first page again, whose items have been given.
        self._wanted = current + 1
        self.options = {**self._asked, "extra": {**self._asked.get("extra", {}), "page": self._wanted}}
        return answer.data


def _place(page: Any) -> tuple[int, int]:
    """Which page of how many; the only one where nothing is said."""
    if isinstance(page, Mapping):
        current, total = page.get("current"), page.get("total")
        if isinstance(current, int) and isinstance(total, int):
            return current, total
    return 1, 1
