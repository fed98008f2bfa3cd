"""Models: typed fields, everything a dictionary can, and operations of the objects themselves."""

from __future__ import annotations

import copy
import io
import json
import keyword
import os
import pickle
import signal
import subprocess
import sys
import textwrap
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import hostbill
import pytest
from conftest import CATALOGUES, OPERATIONS, method, operation_ids, python_names
from hostbill import _progress, models
from hostbill.models import Invoice, InvoiceItem, InvoiceStatus, Server, Service, ServiceStatus, Zone
from test_every_operation import session_params


def invoice(**fields: Any) -> Invoice:
    return Invoice({"id": 7, "status": "Paid", "total": "12.10", "duedate": "2026-01-31", **fields})


# -- fields -------------------------------------------------------------------


def test_fields_have_the_types_that_people_expect(client: hostbill.Client) -> None:
    found = client.invoices.list()[0].refresh()
    assert type(found) is Invoice
    assert type(found.id) is int
    assert type(found.total) is Decimal
    assert type(found.duedate) is date
    assert found.status is InvoiceStatus.UNPAID
    assert found.taxexempt is False
    assert type(found.items[0]) is InvoiceItem
    assert found.items[0].amount == Decimal(found["items"][0]["amount"])
    assert found.client is not None and found.client.email == found["client"]["email"]
    assert type(client.servers.get(client.servers.list()[0].server_id).synch_date) is datetime


def test_a_model_is_a_dictionary() -> None:
    found = invoice(novel={"a": 1})
    assert found["total"] == "12.10"
    assert found.get("absent") is None and "novel" in found and next(iter(found)) == "id"
    assert found["novel"] == {"a": 1}
    assert dict(found) == found.raw == found and type(found.raw) is dict
    assert {**found}["id"] == 7
    assert json.loads(json.dumps(found)) == found


def test_what_an_answer_lacks_is_none() -> None:
    assert invoice().tax is None
    assert invoice().client is None
    assert list(invoice().items) == []
    with pytest.raises(AttributeError):
        invoice().totl  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError):
        invoice().total = 1  # type: ignore[misc, assignment]


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("total", "gratis"),
        ("total", "NaN"),
        ("total", "1_0"),
        ("total", "٣"),
        ("total", ["1.00"]),
        ("total", 5),
        ("duedate", "soon"),
        ("duedate", "2026-02-31"),
        ("duedate", 0),
        ("datepaid", "2026-01-01"),
        ("status", 3),
        ("items", "none"),
        ("client", "somebody"),
        ("client", []),
    ],
)
def test_what_does_not_fit_stays_as_it_was_sent(field: str, sent: Any) -> None:
    found = invoice(**{field: sent})
    assert getattr(found, field) == sent
    assert repr(found)


def test_a_number_of_400_digits_is_exact() -> None:
    assert invoice(total="9" * 400 + ".01").total == Decimal("9" * 400 + ".01")


def test_whole_numbers_too_long_for_json_are_whole_numbers() -> None:
    found = invoice(id="9007199254740993", merge_id="x7")
    assert found.id == 9007199254740993
    assert found.merge_id == "x7"  # type: ignore[comparison-overlap]


def test_items_is_a_list_and_a_dictionarys_method() -> None:
    found = invoice(items=[{"id": 1, "amount": "2.00"}])
    assert [item.amount for item in found.items] == [Decimal("2.00")]
    assert dict(found.items()) == found.raw
    assert json.loads(json.dumps(found))["items"] == [{"id": 1, "amount": "2.00"}]


def test_states_are_open() -> None:
    assert ServiceStatus("Active") is ServiceStatus.ACTIVE
    assert ServiceStatus("active") is ServiceStatus.ACTIVE
    assert ServiceStatus.ACTIVE == "Active" and str(ServiceStatus.ACTIVE) == f"{ServiceStatus.ACTIVE}" == "Active"
    novel = Service({"status": "Melting"}).status
    assert novel == "Melting" and isinstance(novel, ServiceStatus) and not novel.known
    assert ServiceStatus.ACTIVE.known
    assert "Melting" not in [member.value for member in ServiceStatus]
    assert pickle.loads(pickle.dumps(novel)) == novel
    assert pickle.loads(pickle.dumps(ServiceStatus.ACTIVE)) is ServiceStatus.ACTIVE
    assert repr(novel) == "ServiceStatus('Melting')"
    assert hash(novel) == hash("Melting")
    assert json.dumps(novel) == '"Melting"'
    assert ServiceStatus("ACTIVE").known and ServiceStatus("").known is False


# -- as values ------------------------------------------------------------------


def test_repr_is_short_and_hides_secrets() -> None:
    service = Service({"id": 1, "name": "x" * 500, "password": "s3cret", "status": "Active", "other": "s3cret too"})
    assert "s3cret" not in repr(service) + str([service]) + f"{service}"
    assert len(repr(service)) < 400
    assert repr(service).startswith("Service(id=1, ") and "password=***" in repr(service)
    assert "s3cret" not in repr(models.TaskRun({"name": "x", "results": "password: s3cret"}))
    assert repr(Service()) == "Service()"


def test_equality_copies_and_pickles(client: hostbill.Client) -> None:
    found = client.invoices.list()[0].refresh()
    for other in (copy.copy(found), copy.deepcopy(found), found.copy(), pickle.loads(pickle.dumps(found))):
        assert type(other) is Invoice and other == found and other is not found
    assert copy.copy(found) != invoice()
    assert copy.deepcopy(found)["items"] is not found["items"]
    assert copy.copy(found).refresh() == found
    assert pickle.loads(pickle.dumps(found.items)) == found.items


def test_to_dict_is_plain_all_the_way_down() -> None:
    found = invoice(items=[{"id": 1}], rate=Decimal("1.50"), child=invoice())
    plain = found.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["rate"] == "1.50" and type(plain["child"]) is dict
    plain["items"].append(1)
    assert found["items"] == [{"id": 1}]
    assert models.plain([found]) == [found.to_dict()]


# -- what calls return ------------------------------------------------------------


@pytest.mark.parametrize("case", OPERATIONS, ids=operation_ids)
def test_every_shaped_answer_comes_as_models(case: tuple[str, dict[str, Any]], sandbox_of: Any) -> None:
    portal, row = case
    schema = row["result"]["schema"]
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref") or "/dict"
    sandbox = sandbox_of(portal)
    with sandbox.client() as client:
        params = sandbox.examples[row["id"]] or session_params(sandbox, client, row["id"])
        data = method(client, row["id"])(**python_names(params))
    for found in data if isinstance(data, list) else [data]:
        assert not isinstance(found, dict) or type(found).__name__ == reference.rpartition("/")[2]
        if isinstance(found, models.Model):
            read_everything(found, CATALOGUES[portal]["$defs"])


def read_everything(found: models.Model, definitions: dict[str, Any]) -> None:
    """Every attribute has the type that the schema promises, whatever the sandbox says."""
    types: dict[str, Any] = {"decimal": Decimal, "date": date, "date-time-local": datetime}
    for name, schema in definitions[type(found).__name__]["properties"].items():
        value = getattr(found, name + "_" * keyword.iskeyword(name))
        if found.get(name) is not None and schema.get("format") in types:
            assert type(value) is types[schema["format"]], (type(found), name, value)
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, models.Model):
                read_everything(part, definitions)
    assert repr(found)


def test_by_name_by_method_and_with_everything_alike(client: hostbill.Client) -> None:
    listed = client.services.list()
    assert type(listed) is list
    for other in (client.call("services.list"), client.call("GET /service"), client.answers.services.list().data):
        assert other == listed and type(other[0]) is Service
    assert client.answers.call("services.list").data[0].refresh().id == listed[0].id


def test_raw_and_dry_run_are_plain(plain_sandbox_of: Any) -> None:
    # Without quirks: one of them leaves out the object around a list.
    with plain_sandbox_of("time4vps").client() as client:
        assert type(client.services.list(options={"raw": True})) is dict
        assert type(client.with_options(raw=True).invoices.get(9003)) is dict
        assert type(client.with_options(raw=True).invoices.get(9003, options={"raw": False})) is Invoice
        assert type(client.servers.reboot(1, options={"dry_run": True})) is dict


# -- bound operations ---------------------------------------------------------------


def test_a_server_and_its_task(client: hostbill.Client, sandbox: hostbill.Sandbox) -> None:
    server = client.servers.list()[0]
    task = server.reboot()
    assert sandbox.ledger()["servers.reboot"] == 1
    seen: list[dict[str, Any]] = []
    done = task.wait(interval=0.05, on_progress=seen.append)
    assert done["done"] is True
    assert done["polls"] == len(seen) + 1
    assert task.refresh().completed is not None
    assert type(server.refresh()) is Server
    assert server.refresh().refresh()["package_id"]  # An answer without the id: it is the call's.
    assert server.tasks.wait(task_id=task.task_id)["done"] is True


def test_a_zone_and_its_records(client: hostbill.Client) -> None:
    zone = client.dns.zones.list()[0]
    assert "records" not in zone and zone.records == []
    zone.records.create(type="TXT", name="bound", content="hello")
    record = next(record for record in zone.refresh().records if record.content == "hello")
    record.change(name="bound", type="TXT", content="changed", ttl=300)
    changed = next(record for record in zone.refresh().records if record.content == "changed")
    changed.delete()
    assert all(record.content != "changed" for record in zone.refresh().records)
    plan = zone.plan(records=[{"name": "w3", "type": "A", "content": "192.0.2.1"}], mode="add")
    assert len(plan["create"]) == 1


def test_records_of_a_domain_go_the_domains_way(sandbox_of: Any) -> None:
    with sandbox_of("coloup").client() as client:
        domain = next(domain for domain in client.domains.list() if domain.status == "Active")
        domain.dns_records.create(type="TXT", name="bound", content="hello")
        record = next(record for record in domain.dns_records.list() if record.content == "hello")
        record.delete()
        assert all(record.content != "hello" for record in domain.dns_records.list())
        assert type(domain.renew(years=1)) is models.Order


def test_an_invoice_is_paid_from_credit(sandbox_of: Any) -> None:
    with sandbox_of("generic").client() as client:
        unpaid = next(row for row in client.invoices.list() if row.status == "Unpaid")
        assert unpaid.pay_from_credit().applied == unpaid.total
        assert unpaid.refresh().status is InvoiceStatus.PAID
        assert unpaid.wait()["done"] is True


def test_a_service_its_machines_and_its_upgrade(sandbox_of: Any) -> None:
    sandbox = sandbox_of("generic")
    with sandbox.client() as client:
        service = client.services.get(sandbox.examples["vms.list"]["service_id"])
        vm = next(vm for vm in service.vms.list() if vm.status == "running")
        vm.stop()
        assert vm.wait(until="stopped")["done"] is True
        assert vm.refresh().status == "stopped"
        estimated = client.services.get(sandbox.examples["services.upgrade.request"]["service_id"]).upgrade.estimate()
        assert Decimal(estimated["total"]) >= 0


def test_an_interface_of_a_machine(sandbox_of: Any) -> None:
    sandbox = sandbox_of("coloup")
    names = sandbox.examples["vms.interfaces.list"]
    with sandbox.client() as client:
        first = client.vms.get(names["service_id"], names["vm_id"]).interfaces.list()[0]
        assert first.refresh().id == first.id


def test_a_ticket(sandbox_of: Any) -> None:
    with sandbox_of("generic").client() as client:
        opened = client.tickets.departments()[0].create_ticket(subject="a", body="b")
        opened.reply(body="more")
        ticket = opened.read()
        assert ticket.replies is not None and ticket.replies[-1].body == "more"
        ticket.close()
        assert ticket.refresh().status == "Closed"


def test_without_a_client_there_is_nothing_to_call(client: hostbill.Client) -> None:
    for orphan in (pickle.loads(pickle.dumps(client.invoices.list()[0])), invoice()):
        with pytest.raises(hostbill.UsageError, match="no client"):
            orphan.refresh()
    zone = pickle.loads(pickle.dumps(client.dns.zones.list()[0]))
    with pytest.raises(hostbill.UsageError, match="no client"):
        zone.records.create(type="A", content="192.0.2.1")


def test_an_id_that_no_answer_told_is_named(client: hostbill.Client) -> None:
    from hostbill._model import made

    with pytest.raises(hostbill.UsageError, match="zone_id"):
        made(Zone, {"service_id": 1}, client, {}).refresh()


def test_pickles_hold_neither_client_nor_credentials(client: hostbill.Client, sandbox: hostbill.Sandbox) -> None:
    assert sandbox.password.encode() not in pickle.dumps(client.services.list())


def test_a_bound_call_keeps_the_options_of_its_view(client: hostbill.Client) -> None:
    server = client.with_options(dry_run=True).with_options(dry_run=False).servers.list()[0]
    assert server.reboot(options={"dry_run": True})["method"] == "POST"


# -- progress -------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


def test_progress_is_one_line_on_a_terminal_and_erased(
    client: hostbill.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    client.servers.list()[0].reboot().wait(progress=True, interval=0.05)
    shown = terminal.getvalue()
    assert "servers.tasks.get" in shown and "name: server_reboot" in shown
    assert shown.endswith("\r\x1b[K") and "\n" not in shown


def test_the_command_line_shows_it_too(client: hostbill.Client, sandbox: hostbill.Sandbox) -> None:
    task = client.servers.list()[0].reboot()
    ours, theirs = os.openpty()
    login = {"BASE_URL": sandbox.url, "USERNAME": sandbox.username, "PASSWORD": sandbox.password, "PORTAL": "time4vps"}
    words = ["call", "servers.tasks.wait", f"task_id={task.task_id}", "interval:=0.05", "server_id:=2210", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "hostbill", *words],
        env={**os.environ, **{f"HOSTBILL_{name}": value for name, value in login.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=False,
        timeout=60,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.returncode == 0, shown
    assert json.loads(done.stdout)["data"]["done"] is True
    assert "servers.tasks.get" in shown and shown.endswith("\r\x1b[K")


def test_progress_is_silent_in_pipes(client: hostbill.Client, capsys: pytest.CaptureFixture[str]) -> None:
    client.servers.list()[0].reboot().wait(progress=True, interval=0.05)
    assert capsys.readouterr() == ("", "")


def test_the_line_is_safe_and_no_wider_than_the_terminal() -> None:
    line = _progress.line(
        {"waited_ms": 61_000, "operation": "x", "shown": {"s": "\x1b[2J\n" + "y" * 99, "e": None}}, 40
    )
    assert line.startswith("waiting 1:01  x  s:  [2J yyy")
    assert len(line) == 39 and line.isprintable()


def test_what_on_progress_raises_ends_the_wait(client: hostbill.Client) -> None:
    class Enough(Exception):
        pass

    def enough(progress: dict[str, Any]) -> None:
        raise Enough

    with pytest.raises(Enough) as caught:
        client.servers.list()[0].reboot().wait(interval=0.05, on_progress=enough)
    assert isinstance(caught.value.__cause__, hostbill.CancelledError)


def test_ctrl_c_ends_a_wait_at_once() -> None:
    program = """
        import signal, hostbill
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with hostbill.Sandbox("time4vps", task_polls=1000) as sandbox, sandbox.client() as client:
            task = client.servers.list()[0].reboot()
            try:
                task.wait(interval=30, on_progress=lambda progress: print("polled", flush=True))
            except KeyboardInterrupt as interrupt:
                print(type(interrupt.__cause__).__name__)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None and child.stdout.readline() == "polled\n"
        child.send_signal(signal.SIGINT)
        output, _ = child.communicate(timeout=20)
    finally:
        child.kill()
        child.wait()
    assert output == "CancelledError\n"
    assert child.returncode == 0


# -- cost ---------------------------------------------------------------------------------


def test_importing_loads_what_is_used() -> None:
    program = """
        import sys
        before = set(sys.modules)
        import hostbill
        from hostbill import Client
        loaded = {name for name in set(sys.modules) - before if not name.startswith("hostbill")}
        print(sorted(loaded & {"typing", "re", "json", "dataclasses", "asyncio", "decimal", "threading", "enum"}))
        print([name for name in ("_core", "_sandbox", "_sandbox_core", "models") if "hostbill." + name in sys.modules])
        hostbill.models
        print("hostbill.models" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, check=False, text=True, timeout=60
    )
    assert done.stdout.splitlines() == ["[]", "[]", "True"], done.stderr


def test_everything_that_is_exported_is_there() -> None:
    program = "from hostbill import *; import hostbill; print(sorted(set(hostbill.__all__) - set(globals())))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True, timeout=60)
    assert done.stdout == "[]\n"
    assert set(hostbill.__all__) <= set(dir(hostbill))
    with pytest.raises(AttributeError, match="nonsense"):
        hostbill.nonsense  # type: ignore[attr-defined]  # noqa: B018
