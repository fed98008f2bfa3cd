"""The sandbox as Python starts it."""

from __future__ import annotations

import os

import hostbill
import pytest
from conftest import PORTALS


@pytest.mark.parametrize("portal", PORTALS)
def test_each_portal_can_be_started_and_logged_in_to(portal: str) -> None:
    with hostbill.Sandbox(portal) as sandbox, sandbox.client() as client:
        assert sandbox.portal == portal
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert client.account.get()
        assert [row["operation"] for row in sandbox.journal()][-1] == "account.get"


def test_names_given_are_the_accounts() -> None:
    with hostbill.Sandbox("coloup", username="me@example.com", password="pass word") as sandbox:
        assert (sandbox.username, sandbox.password) == ("me@example.com", "pass word")
        with hostbill.Client(
            portal="coloup", base_url=sandbox.url, username="me@example.com", password="pass word"
        ) as client:
            assert client.account.get()


def test_the_ledger_counts_and_reset_forgets(sandbox: hostbill.Sandbox) -> None:
    before = sandbox.ledger()
    with sandbox.client() as client:
        client.call("orders.create", sandbox.examples["orders.create"])
    assert sandbox.ledger() != before
    sandbox.reset()
    assert sandbox.ledger() == before
    assert sandbox.journal() == []


def test_unknown_settings_are_named() -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        hostbill.Sandbox("time4vp", pasword="x")  # type: ignore[arg-type]
    assert {field["nearest"] for field in caught.value.fields} >= {"password", "time4vps"}
    assert hostbill.Sandbox  # A failed start leaves nothing behind that would stop the next one.
    hostbill.Sandbox("time4vps").close()


def test_a_closed_sandbox() -> None:
    sandbox = hostbill.Sandbox("time4vps")
    sandbox.close()
    sandbox.close()
    with pytest.raises(hostbill.UsageError):
        sandbox.journal()


def test_a_file_keeps_the_state(tmp_path: os.PathLike[str]) -> None:
    database = os.path.join(tmp_path, "state.db")
    with hostbill.Sandbox("time4vps", database=database, password="p") as sandbox, sandbox.client() as client:
        number = client.call("orders.create", sandbox.examples["orders.create"])["order_num"]
    with hostbill.Sandbox("time4vps", database=database, password="p") as sandbox, sandbox.client() as client:
        assert client.services.find_by_order(number)
