"""What was done is not done again."""

from __future__ import annotations

import os
import pickle
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import hostbill
import pytest
from hostbill import Call, Ledger, OutcomeUnknownError, UsageError
from hostbill._ledger_redis import RedisStore
from redis_server import RedisServer


@pytest.fixture(scope="module")
def box() -> Iterator[hostbill.Sandbox]:
    with hostbill.Sandbox("coloup", quirks={}) as found:
        yield found


@pytest.fixture
def world(box: hostbill.Sandbox) -> Iterator[hostbill.World]:
    with box.world() as found:
        yield found


@pytest.fixture
def client(world: hostbill.World) -> Iterator[hostbill.Client]:
    with world.client(auth="basic") as found:
        yield found


def tickets(count: int) -> list[Call]:
    return [Call("tickets.create", {"subject": f"ticket {n}", "body": "text"}) for n in range(count)]


def created(world: hostbill.World) -> int:
    return world.ledger().get("tickets.create", 0)


def test_a_second_run_sends_nothing(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    calls = [*tickets(5), *(Call("domains.get", {"domain_id": number}) for number in (412, 770))]
    first = list(client.batch(calls, ledger=path))
    assert all(item.ok and not item.from_ledger for item in first)
    sent = len(world.journal())
    assert sent == 7
    second = list(client.batch(calls, ledger=str(path)))
    assert all(item.ok and item.from_ledger for item in second)
    assert [item.data for item in second] == [item.data for item in first]
    assert second[5].data.date_created == first[5].data.date_created
    assert len(world.journal()) == sent and created(world) == 5
    # However the same call is written.
    again = [
        ("POST /tickets", tickets(1)[0].params),
        ("domains.get", {"id": "412"}),
        ("domains.get", {"domain_id": 412}),
        ("GET /domain/@id", {"domain_id": 412}),
        ("GET /domain/:number", {"domain_id": 412}),
    ]
    assert all(item.from_ledger for item in client.batch(again, ledger=path))
    assert len(world.journal()) == sent


@pytest.mark.parametrize(
    ("operation", "one", "same"),
    [
        ("domains.renew", {"domain_id": 7, "years": 2}, {"id": "7", "years": "2"}),
        ("domains.renew", {"domain_id": 7, "years": 2}, {"domain_id": "007", "years": Decimal("2")}),
        ("invoices.apply_credit", {"invoice_id": 7, "amount": "10.50"}, {"invoice_id": 7, "amount": Decimal("10.50")}),
        ("services.cancel", {"service_id": 7, "immediate": True}, {"service_id": 7, "immediate": "true"}),
    ],
)
def test_the_same_request_is_the_same_call(
    client: hostbill.Client, tmp_path: Path, operation: str, one: dict[str, Any], same: dict[str, Any]
) -> None:
    requests = [client.with_options(dry_run=True).call(operation, params) for params in (one, same)]
    assert requests[0] == requests[1]
    with Ledger(tmp_path / "ledger") as ledger:
        first, second = client.batch([(operation, one), (operation, same)], ledger=ledger)
        assert first.ledger_number == second.ledger_number


def test_an_amount_is_the_same_with_and_without_noughts(client: hostbill.Client, tmp_path: Path) -> None:
    amounts = (10, "10", "10.00", Decimal("10.0"), Decimal("1E+1"))
    calls = [("invoices.apply_credit", {"invoice_id": 99, "amount": amount}) for amount in amounts]
    with Ledger(tmp_path / "ledger") as ledger:
        assert len({item.ledger_number for item in client.batch(calls, ledger=ledger, in_flight=1)}) == 1


def test_what_acts_is_not_done_again_for_an_answer_in_another_form(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path
) -> None:
    with Ledger(tmp_path / "ledger") as ledger:
        for first in (False, True):
            calls = [
                Call("tickets.create", {"subject": f"ticket {first}", "body": "text"}, options={"raw": raw})
                for raw in (first, not first, first)
            ]
            done, other, again = (next(client.batch([call], ledger=ledger)) for call in calls)
            assert done.ok and other.ok and other.from_ledger and other.data is None
            assert again.data == done.data and type(again.data) is type(done.data)
    assert created(world) == 2


def test_what_is_sent_after_all_is_noted(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    trying = client.with_options(dry_run=True)
    call = Call("tickets.create", tickets(1)[0].params, options={"dry_run": False})
    with Ledger(tmp_path / "ledger") as ledger:
        for known in (False, True):
            assert [item.from_ledger for item in trying.batch([call], ledger=ledger)] == [known]
    assert created(world) == 1


def test_a_key_is_text(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    """With 7 in one run and "7", as a file has it, in the next, everything would be done twice."""
    call = Call("tickets.create", tickets(1)[0].params, key=7, tag="mine")  # type: ignore[arg-type]
    (item,) = client.batch([call], ledger=tmp_path / "ledger")
    assert isinstance(item.error, UsageError) and "key" in item.error.message and item.tag == "mine"
    assert created(world) == 0


def test_an_account_is_the_same_whether_its_portals_address_is_said_or_not(tmp_path: Path) -> None:
    numbers = set()
    with Ledger(tmp_path / "ledger") as ledger:
        for base_url in (None, "https://noc.coloup.com/api", "https://noc.coloup.com/api/"):
            with hostbill.Client(portal="coloup", base_url=base_url, username="me", password="p") as client:
                client.close()  # Nothing is to be sent.
                numbers.update(item.ledger_number for item in client.batch(tickets(1), ledger=ledger))
        assert len(numbers) == 1


def test_other_calls_and_accounts_are_other_entries(
    box: hostbill.Sandbox, client: hostbill.Client, world: hostbill.World, tmp_path: Path
) -> None:
    call = tickets(1)[0]
    with Ledger(tmp_path / "ledger") as ledger:
        assert [item.from_ledger for item in client.batch([call], ledger=ledger)] == [False]
        others = [
            Call(call.operation, {**call.params, "body": "other"}),
            Call(call.operation, call.params, key="mine"),
            Call(call.operation, call.params, options={"extra": {"more": "1"}}),
        ]
        assert [item.from_ledger for item in client.batch(others, ledger=ledger)] == [False] * 3
        assert [item.from_ledger for item in client.batch([call, *others], ledger=ledger)] == [True] * 4
        with box.world() as second, second.client(auth="basic") as somebody:
            assert [item.from_ledger for item in somebody.batch([call], ledger=ledger)] == [False]
            assert created(second) == 1
        dry = Call(call.operation, {**call.params, "body": "dry"}, options={"dry_run": True})
        assert [item.from_ledger for item in client.batch([dry, dry], ledger=ledger)] == [False] * 2
    assert created(world) == 4


def test_equal_calls_that_act_need_keys(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    call = tickets(1)[0]
    for in_flight in (1, 2):
        with Ledger(tmp_path / f"ledger{in_flight}") as ledger:
            items = list(client.batch([call, call, call], ledger=ledger, in_flight=in_flight))
            assert [type(item.error) for item in items] == [type(None), UsageError, UsageError]
            assert "key" in str(items[1].error)
    assert created(world) == 2


def test_equal_calls_of_one_run_may_undo_what_came_in_between(tmp_path: Path) -> None:
    with hostbill.Sandbox("elsecloud", quirks={}) as box, box.client(auth="basic") as client:
        vm = {"service_id": 5120, "vm_id": 1602}
        calls = [(f"vms.{what}", vm) for what in ("start", "get", "stop", "get", "start", "get")]
        items = list(client.batch(calls, ledger=tmp_path / "ledger", in_flight=1))
        assert [item.ok and not item.from_ledger for item in items] == [True] * 6
        assert [item.data["status"] for item in items[1::2]] == ["running", "stopped", "running"]
        assert client.vms.get(**vm).status == "running"


def test_failures_are_tried_again(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    refused = {"kind": "status", "status": 422, "body": {"error": ["subject_empty"]}}
    world.control("fault", operation="tickets.create", times=1, fault=refused)
    with Ledger(tmp_path / "ledger") as ledger:
        calls = [*tickets(1), Call("domains.get", {"domain_id": 99}), Call("tickets.create", {"subject": "no body"})]
        assert not any(item.ok for item in client.batch(calls, ledger=ledger))
        assert list(ledger.entries()) == []
        items = list(client.batch(calls, ledger=ledger))
        assert [item.ok for item in items] == [True, False, False]
        assert not items[1].from_ledger
    assert created(world) == 1


def test_what_settles_a_lost_answer_holds_no_secret(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path
) -> None:
    who = {"email": "new@example.net", "firstname": "A", "lastname": "B"}
    call = Call("contacts.create", {**who, "password": "s3cret-word"})
    world.control("fault", operation="contacts.create", times=1, fault={"kind": "lost_reply"})
    for _ in range(2):  # By the core, and by the ledger.
        (item,) = client.batch([call], ledger=tmp_path / "ledger")
        assert isinstance(item.error, OutcomeUnknownError)
        assert item.error.reconcile["params"] == who
        assert "s3cret-word" not in str(vars(item.error)) + repr(pickle.dumps(item.error))
        assert client.reconcile(**item.error.reconcile)["verdict"] == "happened"
    assert item.from_ledger


def test_what_settles_an_order_holds_no_secret_of_its_items(tmp_path: Path) -> None:
    item: dict[str, Any] = {"type": "domain", "name": "fresh.example", "years": 1, "action": "transfer", "tld_id": 1}
    calls = [
        ("orders.create_many", {"items": [{**item, "epp": "s3cret-word"}]}),
        ("orders.create", {"product_id": 820, "custom": {"rootPassword": "s3cret-word", "10": "a"}}),
    ]
    with hostbill.Sandbox("elsecloud", quirks={}) as box, box.client(auth="basic") as client:
        for call in calls:
            box.control("fault", operation=call[0], times=1, fault={"kind": "close"})
            lost, again = (next(client.batch([call], ledger=tmp_path / "ledger")) for _ in range(2))
            assert isinstance(lost.error, OutcomeUnknownError) and isinstance(again.error, OutcomeUnknownError)
            assert again.error.reconcile["params"] == lost.error.reconcile["params"]
            assert "s3cret-word" not in str(vars(again.error)) + repr(pickle.dumps(again.error))


def test_a_lost_answer_is_settled_and_never_sent_again(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path
) -> None:
    calls = tickets(2)
    world.control("fault", operation="tickets.create", times=1, fault={"kind": "lost_reply"})
    world.control("fault", operation="tickets.create", times=1, fault={"kind": "close"})
    with Ledger(tmp_path / "ledger") as ledger:
        first = list(client.batch(calls, ledger=ledger, in_flight=1))
        assert all(isinstance(item.error, OutcomeUnknownError) for item in first)
        assert [entry.state for entry in ledger.unsettled()] == ["unknown"] * 2
        again = list(client.batch(calls, ledger=ledger))
        assert all(isinstance(item.error, OutcomeUnknownError) and item.from_ledger for item in again)
        assert created(world) == 1
        verdicts = [client.reconcile(**item.error.reconcile)["verdict"] for item in again]  # type: ignore[union-attr]
        assert verdicts == ["happened", "did_not_happen"]
        for item, verdict in zip(again, verdicts):
            ledger.settle(item, "ambiguous")
            ledger.settle(item, verdict)
        assert ledger.unsettled() == []
        with pytest.raises(UsageError, match="verdict"):
            ledger.settle(again[0], "perhaps")
    third = list(client.batch(calls, ledger=tmp_path / "ledger"))
    assert [item.ok for item in third] == [True, True]
    assert [item.from_ledger for item in third] == [True, False]
    assert third[0].data is None
    assert created(world) == 2


@pytest.mark.parametrize(
    ("operation", "params", "step"),
    [
        (
            "orders.place",
            {"items": [{"type": "product", "product_id": 820}], "max_total": "1000"},
            "orders.create_many",
        ),
        (
            "dns.apply",
            {
                "zone": "example.org",
                "kind": "zone",
                "mode": "add",
                "records": [{"name": name, "type": "A", "content": "192.0.2.1"} for name in "ab"],
            },
            "dns.records.create",
        ),
    ],
)
def test_what_is_made_of_others_is_settled_as_a_whole(
    tmp_path: Path, operation: str, params: dict[str, Any], step: str
) -> None:
    """The zone is as it was wanted only once its second record is there, whatever became of the first."""
    with hostbill.Sandbox("elsecloud", quirks={}) as box, box.client(auth="basic") as client:
        box.control("fault", operation=step, times=1, fault={"kind": "close"})
        with Ledger(tmp_path / "ledger") as ledger:
            for from_ledger in (False, True):
                (item,) = client.batch([(operation, params)], ledger=ledger)
                assert isinstance(item.error, OutcomeUnknownError) and item.from_ledger == from_ledger
                assert item.error.reconcile["operation"] == operation
                assert client.reconcile(**item.error.reconcile)["verdict"] == "ambiguous"


@pytest.fixture(params=["file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a ledger is."""
    if request.param == "file":
        yield str(tmp_path / "ledger")
    else:
        with RedisServer() as redis:
            yield redis.url


@pytest.mark.parametrize("by", ["item", "entry"])
@pytest.mark.parametrize("verdict", ["did_not_happen", "happened"])
def test_what_was_found_out_holds_for_no_later_attempt(
    client: hostbill.Client, world: hostbill.World, place: str, by: str, verdict: str
) -> None:
    calls = tickets(1)
    world.control("fault", operation="tickets.create", times=1, fault={"kind": "close"})
    with Ledger(place) as mine, Ledger(place) as others:
        assert not any(item.ok for item in client.batch(calls, ledger=mine))
        (item,) = client.batch(calls, ledger=others)
        (entry,) = others.unsettled()
        (first,) = client.batch(calls, ledger=mine)
        mine.settle(first, "did_not_happen")
        with pytest.raises(UsageError, match="not in the ledger"):
            others.settle(item, "did_not_happen")
        world.control("fault", operation="tickets.create", times=1, fault={"kind": "lost_reply"})
        assert isinstance(next(iter(client.batch(calls, ledger=mine))).error, OutcomeUnknownError)
        with pytest.raises(UsageError, match="since"):
            others.settle(pickle.loads(pickle.dumps(item)) if by == "item" else entry, verdict)
        (again,) = client.batch(calls, ledger=others)
        assert isinstance(again.error, OutcomeUnknownError) and again.from_ledger
        assert created(world) == 1
        others.settle(again, "happened")
        assert mine.unsettled() == []


def test_a_run_that_comes_late_leaves_other_runs_notes_alone(place: str) -> None:
    """It slept while another one, which thought it dead, began its call anew."""
    with Ledger(place) as mine, Ledger(place) as others:
        call = ("number", "tickets.create")
        assert mine.begin(*call, "mine:0", None) is None
        others.settle(others.unsettled()[0], "did_not_happen")
        assert others.begin(*call, "other:0", None) is None
        mine.undo("number", "mine:0")
        mine.lost(*call, 1.0, "mine:0", None)
        assert [(entry.state, entry.run) for entry in mine.unsettled()] == [("begun", "other")]
        others.lost(*call, 1.0, "other:0", None)
        assert [entry.state for entry in mine.unsettled()] == ["unknown"]
        others.undo("number", "other:0")
        assert list(mine.entries()) == []


def test_nothing_secret_is_kept(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    contact = {"email": "who@example.com", "password": "swordfish-1", "firstname": "W", "lastname": "Ho"}
    calls = [Call("contacts.create", contact), Call("services.get", {"service_id": 5130}), *tickets(1)]
    old = os.umask(0)
    try:
        with Ledger(path) as ledger:
            items = list(client.batch(calls, ledger=ledger))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(old)
    kept = path.read_bytes()
    for secret in ("swordfish-1", "who@example.com", world.username, world.password, "ticket 0"):
        assert secret.encode() not in kept
    service = items[1]
    assert service.ok
    second = list(client.batch(calls, ledger=path))
    # A read whose answer may hold secrets is read again.
    assert [item.from_ledger for item in second] == [items[0].ok, False, True]
    with Ledger(tmp_path / "secrets", secrets=True) as ledger:
        assert not any(item.from_ledger for item in client.batch(calls[1:2], ledger=ledger))
        (item,) = client.batch(calls[1:2], ledger=ledger)
        assert item.from_ledger and item.data == service.data


@pytest.mark.parametrize("how", ["mode", "link", "folder", "text", "missing"])
def test_a_file_that_is_no_good_is_refused(tmp_path: Path, how: str) -> None:
    path = tmp_path / "ledger"
    if how == "mode":
        path.touch(0o644)
        path.chmod(0o644)
    elif how == "link":
        (tmp_path / "other").touch(0o600)
        path.symlink_to(tmp_path / "other")
    elif how == "folder":
        path.mkdir()
    elif how == "text":
        path.write_text("not a database, but long enough to be looked at by SQLite" * 100)
        path.chmod(0o600)
    else:
        path = tmp_path / "none" / "ledger"
    with pytest.raises(UsageError, match="the ledger"):
        Ledger(path)


def test_ledgers_pickle(tmp_path: Path, client: hostbill.Client) -> None:
    with Ledger(tmp_path / "ledger", account="me") as ledger:
        list(client.batch(tickets(1), ledger=ledger))
        with pickle.loads(pickle.dumps(ledger)) as other:
            assert [item.from_ledger for item in client.batch(tickets(1), ledger=other)] == [True]


PROGRAM = """
    import sys, hostbill
    from hostbill import Call
    client = hostbill.Client.from_profile(auth="basic")
    calls = [Call("tickets.create", {"subject": f"ticket {n}", "body": "text"}) for n in range(200)]
    for item in client.batch(calls, ledger=sys.argv[1], in_flight=8, ordered=False):
        print(item.index, "ok" if item.ok else type(item.error).__name__, flush=True)
"""


def test_a_run_that_was_killed_goes_on_where_it_was(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path
) -> None:
    path = tmp_path / "ledger"
    account = {"PORTAL": "coloup", "BASE_URL": world.url, "USERNAME": world.username, "PASSWORD": world.password}
    env = {**os.environ, **{f"HOSTBILL_{name}": value for name, value in account.items()}}
    env.pop("HOSTBILL_PROFILE", None)
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(path)]
    finished: set[int] = set()
    for lines in (5, 20, 40):  # Killed in the middle, each time with calls under way.
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as child:
            assert child.stdout is not None
            for _ in range(lines):
                child.stdout.readline()
            child.send_signal(signal.SIGKILL)
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as child:
        output, _ = child.communicate(timeout=120)
    rows = [line.split() for line in output.splitlines()]
    assert sorted(int(index) for index, _ in rows) == list(range(200))
    unknown = {int(index) for index, word in rows if word == "OutcomeUnknownError"}
    finished = {int(index) for index, word in rows if word == "ok"}
    assert len(unknown) + len(finished) == 200
    assert len(unknown) <= 3 * 8
    # No ticket twice, and of those whose outcome is unknown each at most once.
    subjects = [row.subject for row in client.tickets.list() if str(row.subject).startswith("ticket ")]
    assert len(subjects) == len(set(subjects)) == created(world)
    assert {f"ticket {number}" for number in finished} <= set(subjects)
    # What became of the unknown ones can be found out, and then nothing is left open.
    with Ledger(path) as ledger:
        calls = tickets(200)
        for item in client.batch(calls, ledger=ledger):
            if not item.ok:
                verdict = client.reconcile(**item.error.reconcile)["verdict"]  # type: ignore[union-attr]
                assert verdict == ("happened" if f"ticket {item.index}" in subjects else "did_not_happen")
                ledger.settle(item, verdict)
        assert all(item.ok for item in client.batch(calls, ledger=ledger))
    assert created(world) == 200


def test_two_runs_at_once_do_nothing_twice(client: hostbill.Client, world: hostbill.World, tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    account = {"PORTAL": "coloup", "BASE_URL": world.url, "USERNAME": world.username, "PASSWORD": world.password}
    env = {**os.environ, **{f"HOSTBILL_{name}": value for name, value in account.items()}}
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(path)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) for _ in range(2)]
    outputs = [child.communicate(timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert created(world) == 200
    for output in outputs:
        assert len(output.splitlines()) == 200


def test_a_ledger_that_breaks_ends_the_batch(client: hostbill.Client, tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    with Ledger(path) as ledger:
        sqlite3.connect(path).execute("DROP TABLE calls")
        with pytest.raises(UsageError, match="the ledger"):
            list(client.batch(tickets(1), ledger=ledger))
    assert time is not None
    assert client.account.balance()


def test_nothing_is_kept_back_for_long(client: hostbill.Client, tmp_path: Path) -> None:
    calls: list[Any] = [("domains.get", {"domain_id": 412})]
    with Ledger(tmp_path / "ledger") as ledger:
        list(client.batch(calls, ledger=ledger))
        with Ledger(tmp_path / "ledger") as other:  # Already, before it is closed.
            assert [item.from_ledger for item in client.batch(calls, ledger=other)] == [True]


@pytest.mark.parametrize("held", ["BEGIN IMMEDIATE", "BEGIN"])
def test_ctrl_c_while_the_file_is_busy_leaves_the_ledger_whole(
    tmp_path: Path, held: str, request: pytest.FixtureRequest
) -> None:
    # Whoever starts the tests in the background has them ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    path = tmp_path / "ledger"
    with Ledger(path) as ledger:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute(held)
        other.execute("SELECT * FROM calls").fetchall()  # Who only reads keeps a commit waiting.
        threading.Timer(0.3, signal.raise_signal, [signal.SIGINT]).start()
        threading.Timer(0.6, other.execute, ["COMMIT"]).start()
        with pytest.raises(KeyboardInterrupt):
            ledger.done("1", "tickets.create", "run:0", None, None, soon=False)
        ledger.done("2", "tickets.create", "run:1", None, None, soon=False)
        with Ledger(path) as another:
            assert {entry.number for entry in another.entries()} == {"1", "2"}


def test_a_ledger_stays_the_file_that_it_was(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    for name in ("ledger", ":memory:"):
        monkeypatch.chdir(tmp_path)
        with Ledger(name) as ledger:
            call = Call("tickets.create", {"subject": name, "body": "text"})
            assert [item.from_ledger for item in client.batch([call], ledger=ledger)] == [False]
            monkeypatch.chdir("elsewhere")
            ledger.close()  # Who uses it again opens it again, as a child process does.
            assert [item.from_ledger for item in client.batch([call], ledger=ledger)] == [True]
            assert [item.from_ledger for item in client.batch([call], ledger=pickle.loads(pickle.dumps(ledger)))] == [
                True
            ]
            ledger.close()
            (tmp_path / name).rename(tmp_path / "moved")
            with pytest.raises(UsageError, match="No such file"):
                list(client.batch([call], ledger=ledger))
    assert created(world) == 2


def test_another_ledger_on_the_file_leaves_its_locks_alone(tmp_path: Path) -> None:
    """Of the locks of a process the kernel forgets all when it closes any of its descriptors of the file."""
    path = tmp_path / "ledger"
    with Ledger(path):
        writing = sqlite3.connect(path, isolation_level=None)
        writing.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageError, match="locked"), pytest.MonkeyPatch.context() as patch:
            patch.setattr("hostbill._ledger_file._PATIENCE_S", 0.1)
            Ledger(path)
        program = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0.1).execute('BEGIN IMMEDIATE')"
        other = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, timeout=60)
        assert "locked" in other.stderr
        writing.execute("ROLLBACK")


def test_a_child_process_uses_a_ledger_that_was_in_use_when_it_began(tmp_path: Path) -> None:
    stop = threading.Event()
    with Ledger(tmp_path / "ledger") as ledger:

        def use() -> None:
            number = 0
            while not stop.wait(0.001):
                number += 1
                ledger.done(str(number), "tickets.create", f"run:{number}", None, "answer", soon=False)

        thread = threading.Thread(target=use)
        thread.start()
        try:
            for _ in range(10):
                child = os.fork()
                if child == 0:
                    ledger.find("1")
                    os._exit(0)
                deadline = time.monotonic() + 20
                while os.waitpid(child, os.WNOHANG) == (0, 0):
                    time.sleep(0.01)
                    if time.monotonic() > deadline:
                        os.kill(child, signal.SIGKILL)
                        os.waitpid(child, 0)
                        pytest.fail("the child waits for a thread that it does not have")
        finally:
            stop.set()
            thread.join()


def test_redis_may_be_asked_twice() -> None:
    """Its client asks again where an answer was lost."""
    with RedisServer() as redis:
        store = RedisStore(redis.url, "ledger")
        assert [store.add("1", "mine"), store.add("1", "mine"), store.add("1", "another's")] == [None, None, "mine"]
        assert [store.change("1", "mine", "lost") for _ in range(2)] == [True, True]
        assert not store.change("1", "mine", "other")
        assert [store.change("1", "lost", None) for _ in range(2)] == [True, True]


def test_a_ledger_in_redis_may_have_any_name(client: hostbill.Client) -> None:
    with RedisServer() as redis:
        names = ("orders", "orders[2026]", "orders*", "a-b")
        for name in names:
            with Ledger(redis.url, name=name) as ledger:
                list(client.batch(tickets(1), ledger=ledger))
        for name in names:
            with Ledger(redis.url, name=name) as ledger:
                assert len(list(ledger.entries())) == 1
