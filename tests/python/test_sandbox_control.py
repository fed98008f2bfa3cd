"""Worlds, snapshots and the journal from Python; and the document that describes the control API."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

import hostbill
import jsonschema
import openapi_spec_validator
import pytest

TOKEN = "a-token-of-the-tests"


def city(account: hostbill.Sandbox | hostbill.World) -> str:
    with account.client() as client:
        return str(client.account.get()["city"])


def move(account: hostbill.Sandbox | hostbill.World, to: str) -> None:
    with account.client() as client:
        client.account.update(city=to)


def test_worlds_do_not_meet() -> None:
    with hostbill.Sandbox("elsecloud") as sandbox:
        first = city(sandbox)
        with sandbox.world("one") as one, sandbox.world(username="ann@example.net", password="secret") as two:
            assert (two.username, two.password, two.portal) == ("ann@example.net", "secret", "elsecloud")
            assert sandbox.worlds() == ["main", "one", two.name]
            move(one, "Tartu")
            assert (city(one), city(two), city(sandbox)) == ("Tartu", first, first)
            assert one.ledger()["account.update"] == 1
            assert "account.update" not in two.ledger()
            one.reset()
            assert city(one) == first
        assert sandbox.worlds() == ["main"]


def test_a_world_may_have_a_seed_of_its_own() -> None:
    with hostbill.Sandbox("elsecloud", seed_data={"profile": {"city": "Narva"}}) as sandbox:
        assert city(sandbox) == "Narva"
        with sandbox.world(seed_data={"profile": {"city": "Tartu"}}) as world:
            assert city(world) == "Tartu"
        with pytest.raises(hostbill.UsageError, match="tickets"):
            sandbox.world(seed_data={"tickts": []})
    with pytest.raises(hostbill.UsageError, match="tickets"):
        hostbill.Sandbox("elsecloud", seed_data={"tickts": []})


def test_a_seed_may_be_a_file(tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "seed.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"profile": {"city": "Narva"}}, file)
    with hostbill.Sandbox("coloup", seed_file=path) as sandbox:
        assert city(sandbox) == "Narva"


def test_snapshots_bring_the_state_back() -> None:
    with hostbill.Sandbox("elsecloud") as sandbox, sandbox.world() as world:
        for account in (sandbox, world):
            move(account, "Tartu")
            account.snapshot("before")
            move(account, "Narva")
            account.restore("before")
            assert city(account) == "Tartu"
            assert account.snapshots() == ["before"]
        with pytest.raises(hostbill.UsageError, match="no snapshot"):
            world.restore("after")


def test_the_journal_is_filtered() -> None:
    with hostbill.Sandbox("elsecloud") as sandbox, sandbox.world() as world:
        move(sandbox, "Tartu")
        move(world, "Narva")
        with sandbox.client() as client, pytest.raises(hostbill.HostbillError):
            client.services.get(service_id=9999999)
        urllib_error = None
        try:
            urllib.request.urlopen(sandbox.url + "/detials")
        except urllib.error.HTTPError as error:
            urllib_error = error
        assert urllib_error is not None
        assert urllib_error.headers["X-Sandbox-Near"] == "GET /details"
        assert {row["world"] for row in sandbox.journal()} == {"main", world.name}
        assert {row["world"] for row in world.journal()} == {world.name}
        assert sandbox.journal(operation="account.update", world=world.name) == world.journal(method="PUT")
        (refused,) = sandbox.journal(refused=True, unmatched=False)
        assert refused["errors"] == ["Service 9999999 not found"]
        (lost,) = sandbox.journal(unmatched=True)
        assert (lost["status"], lost["near"][0]["operation"]) == (404, "account.get")
        assert sandbox.journal(since=lost["number"]) == []
        assert len(sandbox.journal(limit=1)) == 1
        with pytest.raises(hostbill.UsageError, match="limit"):
            sandbox.journal(limit=0)


def ask(sandbox: hostbill.Sandbox, path: str, body: Any = None, token: str = TOKEN) -> Any:
    base = sandbox.url.removesuffix("/api") if hasattr(str, "removesuffix") else sandbox.url[: -len("/api")]
    request = urllib.request.Request(
        base + path,
        None if body is None else json.dumps(body).encode(),
        {"X-Sandbox-Token": token, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


# What commands are asked, in this order; the others come first, without members.
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("info", {}),
    ("world_create", {"name": "one", "seed_data": {"profile": {"city": "Tartu"}}}),
    ("worlds", {}),
    ("snapshot", {"name": "s", "world": "one"}),
    ("snapshots", {"world": "one"}),
    ("restore", {"name": "s", "world": "one"}),
    ("snapshot_delete", {"name": "s", "world": "one"}),
    ("fault", {"operation": "*", "times": 0, "skip": 1000, "fault": {"kind": "close"}}),
    ("faults", {}),
    ("clear_faults", {}),
    ("clock", {"advance": 10}),
    ("pay", {"invoice_id": 9002}),
    ("set_state", {"kind": "service", "id": 5121, "state": "Fraud"}),
    ("ledger", {}),
    ("journal", {"status": "2xx", "limit": 5}),
    ("world_delete", {"world": "one"}),
    ("reset", {}),
]


def test_every_command_answers_as_its_document_says() -> None:
    with hostbill.Sandbox("elsecloud", control_token=TOKEN) as sandbox:
        document = ask(sandbox, "/_sandbox/openapi.json", token="")
        openapi_spec_validator.validate(document)
        schemas = document["components"]["schemas"]
        described = {path.rpartition("/")[2] for path in document["paths"]} - {"control", "openapi.json"}
        others: list[tuple[str, dict[str, Any]]] = [
            (command, {}) for command in sorted(described - {command for command, _ in ASKED})
        ]
        move(sandbox, "Narva")
        for command, members in others + ASKED:
            jsonschema.validate({"command": command, **members}, schemas[command])
            answer = ask(sandbox, f"/_sandbox/{command}", members)
            jsonschema.validate(answer, schemas[f"{command}_answer"])
            # All that is answered is described.
            if "additionalProperties" not in schemas[f"{command}_answer"]:
                assert set(answer) <= set(schemas[f"{command}_answer"]["properties"]), command
        assert ask(sandbox, "/_sandbox/control", {"command": "ledger"}) == {}
