"""The DNS tools against the sandbox: both kinds of DNS, on every portal that has them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hostbill
import pytest

KINDS = [
    ("coloup", "domain"),
    ("elsecloud", "domain"),
    ("elsecloud", "zone"),
    ("generic", "zone"),
    ("internetport", "domain"),
    ("internetport", "zone"),
    ("time4vps", "zone"),
]
OPERATIONS = {"zone": "dns.records", "domain": "domains.dns_records"}

LONG = "v=DKIM1; p=" + "k" * 600

RECORDS: list[dict[str, Any]] = [
    {"name": "@", "type": "A", "content": "192.0.2.1", "ttl": 600},
    {"name": "www", "type": "A", "content": "192.0.2.1", "ttl": 600},
    {"name": "www", "type": "AAAA", "content": "2001:DB8::1", "ttl": 600},
    {"name": "*.apps", "type": "CNAME", "content": "www.example.net.", "ttl": 600},
    {"name": "@", "type": "MX", "priority": 10, "content": "mail.example.net", "ttl": 600},
    {"name": "@", "type": "MX", "priority": 20, "content": "mail2.example.org", "ttl": 600},
    {"name": "@", "type": "TXT", "content": "v=spf1 mx -all", "ttl": 600},
    {"name": "quotes", "type": "TXT", "content": 'say "hi" \\o/ ; ü€', "ttl": 600},
    {"name": "key._domainkey", "type": "TXT", "content": LONG, "ttl": 600},
    {"name": "_sip._tcp", "type": "SRV", "priority": 5, "content": "10 5060 sip.example.net", "ttl": 600},
    {"name": "@", "type": "CAA", "content": '0 issue "ca.example.org"', "ttl": 600},
    {"name": "sub", "type": "NS", "content": "dns1.example.org", "ttl": 600},
]


@pytest.fixture(params=KINDS, ids="-".join)
def case(request: pytest.FixtureRequest, sandbox_of: Any) -> Iterator[tuple[hostbill.Sandbox, hostbill.Client, str]]:
    portal, kind = request.param
    sandbox = sandbox_of(portal)
    with sandbox.client() as client:
        yield sandbox, client, kind


def names(records: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((row["name"], row["type"], row["content"]) for row in records)


def counted(sandbox: hostbill.Sandbox, kind: str, action: str) -> int:
    return int(sandbox.ledger().get(f"{OPERATIONS[kind]}.{action}", 0))


def test_a_name_finds_its_zone(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    _, client, kind = case
    found = client.dns.zones.find(name="_acme-challenge.www.Example.NET.", kind=kind)
    assert (found["zone"], found["kind"], found["relative"]) == ("example.net", kind, "_acme-challenge.www")
    assert (found["zone_id"], found["domain_id"]) == ((640, None) if kind == "zone" else (None, 770))
    for stranger in ("notexample.net", "net", "example.net.example"):
        with pytest.raises(hostbill.NotFoundError):
            client.dns.zones.find(name=stranger, kind=kind)


def test_both_kinds_of_one_name_are_told_apart(sandbox_of: Any) -> None:
    for portal in ("elsecloud", "internetport"):
        with sandbox_of(portal).client() as client, pytest.raises(hostbill.ConflictError, match="zone 640, domain 770"):
            client.dns.zones.find(name="www.example.net")


def test_every_type_goes_out_and_comes_back(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    sandbox, client, kind = case
    done = client.dns.apply(zone="example.net", kind=kind, records=RECORDS)
    assert done["differs"] == []
    plan = client.dns.plan(zone="example.net", kind=kind, records=RECORDS)
    assert plan["create"] == plan["update"] == plan["delete"] == []
    assert len(plan["unchanged"]) == len(RECORDS)
    assert {row["content"] for row in plan["unchanged"]} >= {LONG, 'say "hi" \\o/ ; ü€', "10 5060 sip.example.net"}
    before = sandbox.ledger()
    assert client.dns.apply(zone="example.net", kind=kind, records=RECORDS)["done"] == []
    assert sandbox.ledger() == before


def test_records_as_the_portal_shows_them_can_be_given_back(
    case: tuple[hostbill.Sandbox, hostbill.Client, str],
) -> None:
    _, client, kind = case
    client.dns.apply(zone="example.net", kind=kind, records=RECORDS)
    if kind == "zone":
        shown = client.dns.zones.get(5130, 640)["records"]
    else:
        shown = client.domains.dns_records.list(770)
    plan = client.dns.plan(zone="example.net", kind=kind, records=shown)
    assert plan["create"] == plan["update"] == plan["delete"] == []
    assert len(plan["unchanged"]) + len(plan["kept"]) == len(shown)


def test_a_plan_is_applied_later_or_refused(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    sandbox, client, kind = case
    wanted = [{"name": "new", "type": "A", "content": "192.0.2.7"}]
    stale = client.dns.plan(zone="example.net", kind=kind, records=wanted, mode="add")
    assert names(stale["create"]) == [("new", "A", "192.0.2.7")]
    other = [{"name": "other", "type": "A", "content": "192.0.2.8"}]
    fresh = client.dns.plan(zone="example.net", kind=kind, records=other, mode="add")
    assert len(client.dns.apply(plan=fresh)["done"]) == 1
    with pytest.raises(hostbill.ConflictError, match="plan again"):
        client.dns.apply(plan=stale)
    assert counted(sandbox, kind, "create") == 1


def test_what_is_removed_is_gone(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    _, client, kind = case
    token = {"name": "_acme-challenge", "type": "TXT", "content": "token-1"}
    client.dns.apply(zone="example.net", kind=kind, records=[token, {**token, "content": "token-2"}], mode="add")
    done = client.dns.apply(zone="example.net", kind=kind, records=[token], mode="remove")
    assert [step["action"] for step in done["done"]] == ["delete"]
    left = client.dns.plan(zone="example.net", kind=kind, records=[token], mode="add")["kept"]
    assert ("_acme-challenge", "TXT", "token-2") in names(left)


def test_a_zone_file_there_and_back(case: tuple[hostbill.Sandbox, hostbill.Client, str], tmp_path: Path) -> None:
    _, client, kind = case
    client.dns.apply(zone="example.net", kind=kind, records=RECORDS)
    text = client.dns.export_zone_file(zone="example.net", kind=kind)["text"]
    plan = client.dns.import_zone_file(zone="example.net", kind=kind, text=text)
    assert plan["create"] == plan["update"] == plan["delete"] == []

    checker = shutil.which("named-checkzone", path="/usr/sbin:/usr/bin:/sbin:/bin")
    if checker:
        file = tmp_path / "zone"
        # The servers of mail are in the zone, which BIND wants addresses for.
        file.write_text(text + "mail 60 IN A 192.0.2.5\nsip 60 IN A 192.0.2.6\n", encoding="utf-8")
        ran = subprocess.run([checker, "example.net", str(file)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout

    changed = text.replace("192.0.2.1\n", "192.0.2.99\n")
    done = client.dns.apply(zone="example.net", kind=kind, zone_file=changed)
    assert {step["action"] for step in done["done"]} == {"update"}


def test_a_zone_file_with_mistakes_changes_nothing(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    sandbox, client, kind = case
    text = "www A 192.0.2.1\nwww A nowhere\n@ MX mail\n"
    for call in (
        lambda: client.dns.import_zone_file(zone="example.net", kind=kind, text=text),
        lambda: client.dns.apply(zone="example.net", kind=kind, zone_file=text),
    ):
        with pytest.raises(hostbill.UsageError) as caught:
            call()
        assert [field["field"] for field in caught.value.fields] == ["line 2", "line 3"]
    assert sandbox.journal() == []


def test_an_index_never_means_another_record(sandbox_of: Any) -> None:
    """Deleting several by their place, from a list in any order, leaves exactly the others."""
    with sandbox_of("coloup").client() as client:
        records = [{"name": f"n{i}", "type": "A", "content": f"192.0.2.{i}"} for i in range(1, 10)]
        client.dns.apply(zone="example.net", records=records)
        gone = [records[i] for i in (2, 7, 0, 5)]
        client.dns.apply(zone="example.net", records=gone, mode="remove")
        left = client.dns.plan(zone="example.net", records=records, mode="add")
        assert names(left["create"]) == names(gone)
        assert len(left["unchanged"]) == 5


WISH = [
    {"name": "www", "type": "A", "content": "192.0.2.77"},
    {"name": "new1", "type": "A", "content": "192.0.2.1"},
    {"name": "new2", "type": "CNAME", "content": "www.example.net"},
]
THERE = [
    {"name": "www", "type": "A", "content": "192.0.2.1"},
    {"name": "old1", "type": "A", "content": "192.0.2.2"},
    {"name": "old2", "type": "A", "content": "192.0.2.3"},
    {"name": "new2", "type": "A", "content": "192.0.2.4"},
]
# delete new2 A, create new2 CNAME, create new1, update www, delete old2, delete old1
STEPS = {"create": 2, "update": 1, "delete": 3}


FAULTS: list[dict[str, Any]] = [
    {"kind": "lost_reply"},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 500, "act": True},
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "after"},
    {"kind": "garbage"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("action", ["create", "update", "delete"])
def test_a_fault_half_way(
    case: tuple[hostbill.Sandbox, hostbill.Client, str], action: str, fault: dict[str, Any]
) -> None:
    """What the ledger counts of creations and deletions is what was wanted, however often it has to be begun again."""
    sandbox, client, kind = case
    for skip in range(STEPS[action]):
        sandbox.reset()
        client.dns.apply(zone="example.net", kind=kind, records=THERE)
        before = {name: counted(sandbox, kind, name) for name in STEPS}
        sandbox.control("fault", operation=f"{OPERATIONS[kind]}.{action}", skip=skip, times=1, fault=fault)
        try:
            first = client.dns.apply(zone="example.net", kind=kind, records=WISH)
        except hostbill.OutcomeUnknownError as error:
            assert action != "update", "an update may be repeated"
            state = error.state
            assert len(state["done"]) + 1 + len(state["remaining"]) == 6
            assert state["failed"]["action"] == action
            assert error.step == f"{OPERATIONS[kind]}.{action}"
            assert error.reconcile["operation"] == error.step
            assert client.reconcile(**error.reconcile)["verdict"] in ("happened", "did_not_happen", "ambiguous")
            client.dns.apply(zone="example.net", kind=kind, records=WISH)
        else:
            assert action == "update"
            assert len(first["done"]) == 6
        plan = client.dns.plan(zone="example.net", kind=kind, records=WISH)
        assert plan["create"] == plan["update"] == plan["delete"] == []
        assert counted(sandbox, kind, "create") - before["create"] == STEPS["create"]
        assert counted(sandbox, kind, "delete") - before["delete"] == STEPS["delete"]


def test_a_refusal_half_way(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    sandbox, client, kind = case
    refusal = {"kind": "status", "status": 200, "body": {"error": ["Parameter content is wrong"]}}
    sandbox.control("fault", operation=f"{OPERATIONS[kind]}.create", skip=1, times=1, fault=refusal)
    wanted = [{"name": f"n{i}", "type": "A", "content": f"192.0.2.{i}"} for i in range(1, 4)]
    with pytest.raises(hostbill.HostbillError) as caught:
        client.dns.apply(zone="example.net", kind=kind, records=wanted, mode="add")
    state = caught.value.state
    assert [step["record"]["name"] for step in state["done"]] == ["n1"]
    assert state["failed"]["record"]["name"] == "n2"
    assert [step["record"]["name"] for step in state["remaining"]] == ["n3"]
    done = client.dns.apply(zone="example.net", kind=kind, records=wanted, mode="add")
    assert [step["record"]["name"] for step in done["done"]] == ["n2", "n3"]
    assert counted(sandbox, kind, "create") == 3


def test_a_dry_run_shows_and_does_nothing(case: tuple[hostbill.Sandbox, hostbill.Client, str]) -> None:
    sandbox, client, kind = case
    shown = client.dns.apply(zone="example.net", kind=kind, records=RECORDS, options={"dry_run": True})
    assert shown["steps"][0]["operation"] == f"{OPERATIONS[kind]}.create"
    assert [counted(sandbox, kind, action) for action in ("create", "update", "delete")] == [0, 0, 0]
    with sandbox.client(read_only=True) as careful:
        assert careful.dns.plan(zone="example.net", kind=kind, records=RECORDS)["create"]
        with pytest.raises(hostbill.ReadOnlyError):
            careful.dns.apply(zone="example.net", kind=kind, records=RECORDS)
