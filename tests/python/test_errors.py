"""Failures: the right exception, all its facts, and no secrets."""

from __future__ import annotations

import builtins
import pickle
from decimal import Decimal
from typing import Any

import hostbill
import pytest
from hostbill.errors import BY_CLASS, from_document
from servers import RecordingServer, Reply, SilentServer

SECRET = "k9-S3cret-w0rd"


def unused_url() -> str:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/api"


def test_unknown_configuration_is_named_with_the_nearest() -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        hostbill.Client(portal="time4vps", usrname="x", pasword=SECRET)  # type: ignore[arg-type]
    nearest = {field["field"]: field["nearest"] for field in caught.value.fields}
    assert (nearest["usrname"], nearest["pasword"]) == ("username", "password")
    assert SECRET not in str(caught.value) + repr(caught.value.__dict__)


def test_all_mistakes_in_parameters_are_reported_at_once(client: hostbill.Client) -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        client.call("servers.web_console", {"server_id": "../x", "timout": "1h", "whitelabel": "perhaps"})
    assert {field["field"] for field in caught.value.fields} >= {"server_id", "timout", "whitelabel", "timeout"}
    assert caught.value.operation == "servers.web_console"
    assert caught.value.attempts == 0
    assert "\n" not in str(caught.value)


def test_an_unknown_operation_is_named_with_the_nearest(client: hostbill.Client) -> None:
    with pytest.raises(hostbill.UsageError, match=r"servers\.reboot"):
        client.call("servers.rebot", {"server_id": 1})


def test_an_operation_of_other_portals_says_which(client: hostbill.Client) -> None:
    with pytest.raises(hostbill.UnsupportedError) as caught:
        client.domains.list()
    assert "coloup" in caught.value.portals
    assert "time4vps" not in caught.value.portals


def test_unknown_options_are_usage_errors(client: hostbill.Client) -> None:
    with pytest.raises(hostbill.UsageError, match="timeout"):
        client.servers.list(options={"timout": 5})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(hostbill.UsageError, match="timeout"):
        client.with_options(timout=5).servers.list()  # type: ignore[arg-type]


def test_wrong_credentials(sandbox: hostbill.Sandbox) -> None:
    with sandbox.client(password=SECRET) as client, pytest.raises(hostbill.AuthenticationError) as caught:
        client.account.get()
    assert caught.value.attempts == 1
    assert SECRET not in str(caught.value) + repr(caught.value) + repr(caught.value.__dict__)


def test_an_unknown_id(client: hostbill.Client) -> None:
    with pytest.raises(hostbill.HostbillError) as caught:
        client.services.get(987654)
    assert caught.value.portal_errors
    assert caught.value.operation == "services.get"


def test_a_read_only_client_refuses_everything_else(sandbox: hostbill.Sandbox) -> None:
    before = len(sandbox.journal())
    with sandbox.client(read_only=True) as client, pytest.raises(hostbill.ReadOnlyError):
        client.call("servers.reboot", sandbox.examples["servers.reboot"])
    assert len(sandbox.journal()) == before


def test_nobody_there() -> None:
    with hostbill.Client(portal="time4vps", base_url=unused_url(), username="u", password=SECRET) as client:
        with pytest.raises(hostbill.NetworkError) as caught:
            client.account.get()
        assert caught.value.retryable
        assert SECRET not in str(caught.value)


def test_a_timeout_is_also_pythons_own() -> None:
    with (
        SilentServer() as server,
        hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p", timeout=0.2) as client,
    ):
        with pytest.raises(builtins.TimeoutError) as caught:
            client.account.get()
        assert isinstance(caught.value, hostbill.TimeoutError)
        with pytest.raises(hostbill.OutcomeUnknownError) as unknown:
            client.servers.reboot(1)
        assert unknown.value.reconcile["operation"] == "servers.reboot"


def test_an_unknown_outcome_can_be_settled(sandbox: hostbill.Sandbox) -> None:
    server_id = sandbox.ids["server_id"]
    with (
        SilentServer() as server,
        sandbox.client(base_url=server.url, timeout=0.2) as lost,
        pytest.raises(hostbill.OutcomeUnknownError) as caught,
    ):
        lost.servers.reboot(server_id)
    with sandbox.client() as client:
        assert client.reconcile(**caught.value.reconcile)["verdict"] == "did_not_happen"


def test_what_happened_without_an_answer_is_found_out(sandbox_of: Any) -> None:
    sandbox = sandbox_of("generic")
    sandbox.control("fault", operation="orders.create", fault={"kind": "lost_reply"})
    with sandbox.client() as client:
        with pytest.raises(hostbill.OutcomeUnknownError) as caught:
            client.orders.create(sandbox.ids["product_id"], options={"baseline": True})
        assert sandbox.ledger()["orders.create"] == 1
        assert client.reconcile(**caught.value.reconcile)["verdict"] == "happened"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(body=b'{"error": ["Something is wrong"]}'), hostbill.HostbillError),
        (Reply(status="401 Unauthorized", body=b""), hostbill.AuthenticationError),
        (Reply(status="429 Too Many Requests", body=b"{}"), hostbill.RateLimitedError),
        (Reply(body=b'{"truncated": '), hostbill.ProtocolError),
        (Reply(status="302 Found", body=b"", headers={"Location": "https://example.com/"}), hostbill.ProtocolError),
    ],
)
def test_answers_that_are_no_success(reply: Reply, expected: type[Exception]) -> None:
    with (
        RecordingServer(reply) as server,
        hostbill.Client(portal="time4vps", base_url=server.url, username="u", password=SECRET) as client,
    ):
        with pytest.raises(expected) as caught:
            client.account.get()
        assert SECRET not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_plain_http_to_another_machine_is_refused() -> None:
    with pytest.raises(hostbill.UsageError):
        hostbill.Client(portal="generic", base_url="http://portal.example.com/api", username="u", password="p")


def test_credentials_in_the_url_are_refused_and_not_shown() -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        hostbill.Client(portal="generic", base_url=f"https://user:{SECRET}@portal.example.com/api")
    assert SECRET not in str(caught.value) + repr(caught.value.fields)


@pytest.mark.parametrize(
    "value",
    [object(), float("nan"), Decimal("NaN"), Decimal("-Infinity"), b"bytes", {1, 2}, "\ud800"],
    ids=["object", "nan", "decimal nan", "decimal infinity", "bytes", "set", "half a character"],
)
def test_values_that_have_no_json(client: hostbill.Client, value: Any) -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        client.call("servers.rename", {"server_id": 1, "hostname": value})
    assert caught.value.fields[0]["field"] == "hostname"
    assert str(caught.value).startswith("servers.rename: hostname ")
    with pytest.raises(hostbill.UsageError) as caught:
        client.call("orders.quote", {"items": [{"type": "product"}, {"notes": value}]})
    assert caught.value.fields[0]["field"] == "items[1].notes"
    with pytest.raises(hostbill.UsageError) as caught:
        client.call("account.get", options={"extra": {"one": value}})
    assert caught.value.fields[0]["field"].endswith("extra.one")
    with pytest.raises(hostbill.UsageError) as caught:
        hostbill.Client(portal="coloup", username="u", password="p", retry={"base_delay": value})  # type: ignore[arg-type]
    assert caught.value.fields[0]["field"] == "retry.base_delay"


@pytest.mark.parametrize("name", [(1,), b"hostname", "\ud800"], ids=["tuple", "bytes", "half a character"])
def test_names_that_have_no_json(client: hostbill.Client, name: Any) -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        client.call("orders.quote", {"items": [{name: 1}]})
    assert caught.value.fields[0]["field"] == "items[0]"


@pytest.mark.parametrize("params", [[5], "server_id", 5, {5}, object()])
def test_parameters_that_are_no_mapping(client: hostbill.Client, params: Any) -> None:
    for more in ({}, {"server_id": 1}):
        with pytest.raises(hostbill.UsageError, match="the parameters must be a mapping, not a "):
            client.call("servers.get", params, **more)


def test_values_nested_too_deeply_or_in_themselves(client: hostbill.Client) -> None:
    deep: Any = "x"
    for _ in range(10_000):
        deep = [deep]
    circle: list[Any] = []
    circle.append(circle)
    for value in (deep, circle):
        with pytest.raises(hostbill.UsageError):
            client.call("orders.quote", {"items": value})


@pytest.mark.parametrize("operation", [None, 5, b"account.get", "", "a\x00b", "\ud800"])
def test_operations_that_are_no_names(client: hostbill.Client, operation: Any) -> None:
    with pytest.raises(hostbill.UsageError):
        client.call(operation)


def test_decimals_go_out_exactly() -> None:
    with (
        RecordingServer() as server,
        hostbill.Client(portal="coloup", base_url=server.url, username="u", password="p") as client,
    ):
        client.call("invoices.apply_credit", {"invoice_id": 1, "amount": Decimal("10.10")})
    assert b"10.10" in server.requests[0].body


def test_numbers_come_in_exactly() -> None:
    body = b'{"client": {"price": 10.10, "text": "10.10", "whole": 7, "big": 12345678901234567890}}'
    with (
        RecordingServer(Reply(body=body)) as server,
        hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p") as client,
    ):
        data = client.account.get()
        raw = client.account.get(options={"raw": True})["client"]
    assert str(data["price"]) == "10.10"
    assert isinstance(data["price"], Decimal)
    assert data["text"] == "10.10"
    assert data["whole"] == 7
    assert str(data["big"]) == "12345678901234567890"
    assert raw["big"] == 12345678901234567890


@pytest.mark.parametrize("name", sorted(BY_CLASS))
def test_every_class_can_be_pickled(name: str) -> None:
    document = {
        "class": name,
        "status": BY_CLASS[name].status,
        "message": "what happened",
        "operation": "servers.reboot",
        "http_status": 503,
        "portal_errors": ["busy"],
        "attempts": 1,
        "retryable": True,
        "fields": [{"field": "a", "problem": "b", "expected": "c", "nearest": "d"}],
        "portals": ["coloup"],
        "tag": "mine",
        "reconcile": {"operation": "servers.reboot", "params": {"server_id": 1}, "since": Decimal("1.5")},
    }
    error = from_document(document)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error) is BY_CLASS[name]
    assert copy.__dict__ == error.__dict__
    assert str(copy) == "what happened"
    assert (copy.error_class, copy.status, copy.tag) == (name, document["status"], "mine")


def test_a_class_of_a_newer_library_is_still_a_hostbill_error() -> None:
    error = from_document({"class": "brand_new", "status": -99, "message": "m"})
    assert type(error) is hostbill.HostbillError
    assert error.status == -99


def test_statuses_are_the_c_interfaces() -> None:
    statuses = sorted((found.status for found in BY_CLASS.values()), reverse=True)
    assert statuses == list(range(-1, -len(BY_CLASS) - 1, -1))
