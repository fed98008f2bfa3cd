"""Lists in pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hostbill
import pytest
from servers import RecordingServer, Reply


class PagedServer(RecordingServer):
    """Answers with what `page_of` makes of the page that was asked for."""

    def __init__(self, page_of: Callable[[int], Any]) -> None:
        self.page_of = page_of
        super().__init__()

    @property
    def reply(self) -> Reply:
        query = self.requests[-1].target.partition("?page=")[2]
        return Reply(body=json.dumps(self.page_of(int(query or 1))).encode())

    @reply.setter
    def reply(self, _: Reply) -> None:
        pass


def listed(page_of: Callable[[int], Any]) -> tuple[list[int], list[str]]:
    with PagedServer(page_of) as server:
        login = {"base_url": server.url, "username": "u", "password": "p"}
        with hostbill.Client(portal="coloup", **login) as client:
            ids = [invoice["id"] for invoice in client.pages("invoices.list")]
    return ids, [request.target for request in server.requests]


def page(number: int, total: Any, ids: list[int]) -> dict[str, Any]:
    return {"invoices": [{"id": each} for each in ids], "page": {"current": number, "total": total}}


def test_every_page_is_followed() -> None:
    ids, targets = listed(lambda number: page(number, 3, [number * 10, number * 10 + 1]))
    assert ids == [10, 11, 20, 21, 30, 31]
    assert targets == ["/api/invoice", "/api/invoice?page=2", "/api/invoice?page=3"]


def test_a_list_without_pages_is_asked_for_once() -> None:
    ids, targets = listed(lambda _: {"invoices": [{"id": 1}]})
    assert ids == [1]
    assert len(targets) == 1


@pytest.mark.parametrize(
    ("page_of", "expected"),
    [
        (lambda _: page(1, 9, [1]), [1]),  # The same page, whatever is asked for.
        (lambda number: page(number, 10**9, [number] if number < 4 else []), [1, 2, 3]),  # Empty from there on.
        (lambda number: page(number, "many", [number]), [1]),
        (lambda number: page(number - 1, 5, [number]), [1]),  # It counts from nought and never says so.
    ],
)
def test_no_portal_keeps_it_going_for_ever(page_of: Callable[[int], Any], expected: list[int]) -> None:
    ids, targets = listed(page_of)
    assert ids[: len(expected)] == expected
    assert len(targets) < 7


def test_the_next_page_is_asked_for_when_it_is_needed() -> None:
    login = {"username": "u", "password": "p"}
    with (
        PagedServer(lambda number: page(number, 3, [number])) as server,
        hostbill.Client(portal="coloup", base_url=server.url, **login) as client,
    ):
        items = client.pages("invoices.list")
        assert next(items)["id"] == 1
        assert len(server.requests) == 1


def test_what_is_no_list_has_no_pages(client: Any) -> None:
    with pytest.raises(hostbill.UsageError, match="no list"):
        list(client.pages("account.balance"))
