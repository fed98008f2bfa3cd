"""Many calls as one loop, in this process."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from typing import Any

import hostbill
import pytest
from hostbill import Call
from servers import SilentServer


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


def ticket(number: int) -> tuple[str, dict[str, object]]:
    return "tickets.create", {"subject": f"ticket {number}", "body": "text"}


def test_items_come_in_the_order_of_the_calls(client: hostbill.Client, world: hostbill.World) -> None:
    world.control("fault", operation="account.balance", times=1, fault={"kind": "delay", "ms": 300})
    calls = ["account.balance", ("domains.get", {"domain_id": 412}), ("domains.get", {"domain_id": 770})]
    items = list(client.batch(calls))
    assert [item.index for item in items] == [0, 1, 2]
    assert items[0].data == client.account.balance()
    assert [item.data.id for item in items[1:]] == [412, 770]
    assert items[1].data.refresh() == items[1].data  # It knows its client.
    assert items[1].answer is not None and items[1].answer.meta["operation"] == "domains.get"


@pytest.mark.parametrize("ordered", [True, False])
def test_what_is_finished_does_not_wait_for_a_slow_source(client: hostbill.Client, ordered: bool) -> None:
    seen: list[int] = []
    asked = 0

    def slowly() -> Iterator[str]:
        nonlocal asked
        while not seen and asked < 60:
            asked += 1
            time.sleep(0.02)
            yield "account.balance"

    for item in client.batch(slowly(), ordered=ordered):
        assert item.ok
        seen.append(item.index)
    assert asked < 60
    assert sorted(seen) == list(range(asked))


def test_items_come_as_they_are_finished(client: hostbill.Client, world: hostbill.World) -> None:
    world.control("fault", operation="account.balance", times=1, fault={"kind": "delay", "ms": 300})
    calls = ["account.balance", ("domains.get", {"domain_id": 412}), ("domains.get", {"domain_id": 770})]
    items = list(client.batch(calls, ordered=False))
    assert sorted(item.index for item in items) == [0, 1, 2]
    assert items[-1].index == 0


def test_failures_are_items(client: hostbill.Client, world: hostbill.World) -> None:
    calls = [
        ("domains.get", {"domain_id": 99}),
        ("domains.get", {"domain_id": 412}),
        ("domains.gett", {"domain_id": 412}),
        ("domains.get", {"domain_id": "x"}),
        ("domains.get", {"domain_id": object()}),
        ("domains.get", "412"),
        ("domains.get", {"domain_id": 412}, {"timeout": "soon"}),
        17,
        ("domains.list", {}, {"raw": True}),
    ]
    items = list(client.batch(calls))
    kinds = [type(item.error) for item in items]
    usage = hostbill.UsageError
    assert kinds == [hostbill.NotFoundError, type(None), usage, usage, usage, usage, usage, usage, type(None)]
    assert "domains.get" in str(items[2].error)  # The nearest name.
    assert [item.ok for item in items] == [kind is type(None) for kind in kinds]
    with pytest.raises(hostbill.NotFoundError):
        items[0].result()
    assert items[0].data is None and items[0].answer is None
    assert items[1].result().id == 412
    assert isinstance(items[8].data, dict)
    # Mistakes were found before anything was sent.
    assert len(world.journal()) == 3


def test_tags_and_options_belong_to_their_call(client: hostbill.Client) -> None:
    calls = [Call("account.balance", options={"tag": f"sent {n}"}, tag=n) for n in range(20)]
    for item in client.batch(calls):
        assert item.tag == item.index
        assert item.answer is not None and item.answer.meta["tag"] == f"sent {item.index}"


def test_one_dictionary_may_serve_for_all_calls(client: hostbill.Client, world: hostbill.World) -> None:
    def reading() -> Iterator[tuple[str, dict[str, int]]]:
        params: dict[str, int] = {}
        for params["domain_id"] in (770, 771, 773):
            yield "domains.dns_records.list", params

    items = list(client.batch(reading()))
    assert [item.call.params for item in items] == [{"domain_id": number} for number in (770, 771, 773)]
    items[0].data[-1].delete()  # The record does not say which domain it is of; the call did.
    assert world.journal()[-1]["target"].endswith("/domain/770/dns/3")


def test_map_names_what_is_in_the_path(client: hostbill.Client) -> None:
    expected = [412, 770, 412]
    assert [item.data.id for item in client.map("domains.get", expected)] == expected
    assert [item.data.id for item in client.map("domains.get", iter([{"domain_id": 412}, (770,), 412]))] == expected
    assert [item.data.id for item in client.map("domains.get", domain_id=expected)] == expected
    assert [item.data.id for item in client.map("GET /domain/{domain_id}", expected)] == expected
    # Where the path has no place for it, what is required.
    found = [item.data for item in client.map("domains.lookup", ["example.org"])]
    assert found == [client.domains.lookup(name="example.org")]
    # Several names, of which a value too many is a mistake.
    two = client.map("domains.dns_records.delete", [(770, 1), (770, 1, 2)], options={"dry_run": True})
    good, bad = two
    assert good.data["url"].endswith("/domain/770/dns/1")
    assert isinstance(bad.error, hostbill.UsageError)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda client: client.map("domains.gett", [1]),
        lambda client: client.map("domains.get"),
        lambda client: client.map("domains.get", 7),
        lambda client: client.map("domains.get", "7"),
        lambda client: client.map("domains.get", [1], domain_id=[1]),
        lambda client: client.batch("domains.list"),
        lambda client: client.batch(7),
        lambda client: client.batch([], in_flight=0),
        lambda client: client.batch([], in_flight=True),
        lambda client: client.batch([], executor=7),
    ],
)
def test_a_wrong_batch_is_refused_at_once(client: hostbill.Client, wrong: object) -> None:
    with pytest.raises(hostbill.UsageError):
        wrong(client)  # type: ignore[operator]


def test_calls_are_taken_when_they_are_wanted(client: hostbill.Client, world: hostbill.World) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "account.balance"

    items = client.batch(endless(), in_flight=8)
    assert taken == 0
    for _ in range(100):
        assert next(items).ok
    assert taken <= 100 + 4 * 8
    items.close()  # type: ignore[attr-defined]
    taken_at_close = taken
    client.account.balance()
    # Nothing was taken after it was closed; what had left before may have arrived since.
    assert taken == taken_at_close
    assert len(world.journal()) <= taken + 1


def test_a_slow_first_call_holds_up_the_others(client: hostbill.Client, world: hostbill.World) -> None:
    world.control("fault", operation="domains.get", times=1, fault={"kind": "delay", "ms": 1500})
    taken = 0

    def endless() -> Iterator[object]:
        nonlocal taken
        yield ("domains.get", {"domain_id": 412})
        while True:
            taken += 1
            yield "account.balance"

    items = client.batch(endless(), in_flight=4)  # type: ignore[arg-type]
    first = next(items)
    assert first.ok and first.call.operation == "domains.get"
    assert 4 <= taken < 4 * 4
    items.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("where", ["calls", "view", "configuration"])
def test_calls_wait_for_their_turns_before_their_time_begins(world: hostbill.World, where: str) -> None:
    config = {"timeout": 1} if where == "configuration" else {}
    with world.client(auth="basic", rate_limit={"per_second": 40, "burst": 1}, **config) as client:
        asked = client.with_options(timeout=1) if where == "view" else client
        options = {"timeout": 1} if where == "calls" else {}
        items = asked.map("domains.get", [412] * 60, options=options)  # type: ignore[arg-type]
        assert [item.error for item in items] == [None] * 60


def test_what_the_iterable_raises_ends_the_batch(client: hostbill.Client) -> None:
    def broken() -> Iterator[str]:
        yield "account.balance"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(client.batch(broken()))
    assert all(item.ok for item in client.batch(["account.balance"] * 3))


def test_leaving_the_loop_stops_what_is_under_way() -> None:
    with (
        SilentServer() as server,
        hostbill.Client(portal="coloup", base_url=server.url, username="u", password="p", auth="basic") as client,
    ):
        calls = [("nothing.like.it", {}), ("account.balance", {}), ticket(1)]
        items = client.batch(calls, ordered=False)
        assert isinstance(next(items).error, hostbill.UsageError)
        began = time.monotonic()

        def send() -> None:
            server.received.wait(30)

        # The next item never comes; another thread sees the requests arrive, and closes the client.
        closer = threading.Thread(target=lambda: (send(), client.close()))
        closer.start()
        kinds = {item.call.operation: type(item.error) for item in items}
        closer.join()
        assert time.monotonic() - began < 20
        assert kinds["account.balance"] is hostbill.CancelledError
        # Whether the unsafe one had left by then is a matter of luck.
        assert kinds["tickets.create"] in (hostbill.OutcomeUnknownError, hostbill.CancelledError)


def test_an_unsafe_call_that_had_left_is_an_unknown_outcome(client: hostbill.Client, world: hostbill.World) -> None:
    world.control("fault", operation="tickets.create", times=1, fault={"kind": "lost_reply"})
    items = list(client.batch([ticket(1), ticket(2)], in_flight=1))
    assert isinstance(items[0].error, hostbill.OutcomeUnknownError)
    assert client.reconcile(**items[0].error.reconcile)["verdict"] == "happened"
    assert items[1].ok
    assert world.ledger()["tickets.create"] == 2


def test_batches_side_by_side_do_not_mix_their_answers(client: hostbill.Client) -> None:
    wrong: list[object] = []

    def run(domain_id: int) -> None:
        for item in client.map("domains.get", [domain_id] * 200, in_flight=16, ordered=domain_id == 412):
            if not item.ok or item.data.id != domain_id:
                wrong.append(item)

    threads = [threading.Thread(target=run, args=(domain_id,)) for domain_id in (412, 770) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    # One within the other, too.
    for outer in client.map("domains.get", [412, 770, 412]):
        assert [inner.data.id for inner in client.map("domains.get", [770, 412])] == [770, 412]
        assert outer.ok


def test_progress_is_told(client: hostbill.Client) -> None:
    reports: list[dict[str, object]] = []
    calls = ["account.balance", "nothing", "account.balance"]
    list(client.batch(calls, on_progress=reports.append))
    assert [report["done"] for report in reports] == [1, 2, 3]
    assert reports[-1]["errors"] == 1 and reports[-1]["total"] == 3
    assert reports[-1]["remaining_s"] == 0
    reports.clear()
    list(client.map("domains.get", [412, 770], on_progress=reports.append))
    assert reports[-1]["total"] == 2
    reports.clear()
    list(client.batch(iter(c for c in calls), on_progress=reports.append))
    assert reports[-1]["total"] is None and reports[-1]["remaining_s"] is None

    def stop(report: dict[str, object]) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        list(client.batch(calls, on_progress=stop))
    assert client.account.balance()


def test_a_bar_on_a_terminal_and_nothing_elsewhere(box: hostbill.Sandbox) -> None:
    program = textwrap.dedent("""
        import hostbill
        with hostbill.Client.from_profile(auth="basic") as client:
            print(sum(1 for _ in client.batch(["account.balance", "nothing"] * 5, progress=True)))
    """)
    command = [sys.executable, "-c", program]
    account = {"PORTAL": "coloup", "BASE_URL": box.url, "USERNAME": box.username, "PASSWORD": box.password}
    env = {**os.environ, **{f"HOSTBILL_{name}": value for name, value in account.items()}}
    plain = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=env)
    assert (plain.stdout, plain.stderr) == ("10\n", "")
    reader, terminal = os.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, env=env) as child:
        assert child.communicate(timeout=60)[0] == b"10\n"
    os.close(terminal)
    shown = os.read(reader, 65536).decode()
    os.close(reader)
    assert "10/10" in shown and "5 failed" in shown and "#" in shown
    assert shown.endswith("\r\x1b[K")


def test_ctrl_c_ends_a_batch() -> None:
    program = textwrap.dedent("""
        import signal, sys, hostbill
        signal.signal(signal.SIGINT, signal.default_int_handler)
        client = hostbill.Client(portal="coloup", base_url=sys.argv[1], username="u", password="p", auth="basic")
        try:
            list(client.batch(["account.balance"] * 3))
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        client.close()
    """)
    with SilentServer() as server:
        child = subprocess.Popen([sys.executable, "-c", program, server.url], stdout=subprocess.PIPE, text=True)
        try:
            assert server.received.wait(30)
            child.send_signal(signal.SIGINT)
            output, _ = child.communicate(timeout=30)
        finally:
            child.kill()
            child.wait()
    assert output == "interrupted\n"
    assert child.returncode == 0


def test_ctrl_c_loses_no_outcome(world: hostbill.World) -> None:
    """It mostly comes while an answer is made into objects. Who then waits for that answer waits in vain."""

    class Stop(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stop

    client = world.client(auth="basic", connect_timeout=1)
    list(client.map("tickets.list", [()] * 10))  # What is imported is.
    there = signal.signal(signal.SIGALRM, stop)
    try:
        for number in range(20):
            began = time.monotonic()
            with pytest.raises(Stop):
                signal.setitimer(signal.ITIMER_REAL, 0.003 + 0.0001 * number)
                list(client.map("tickets.list", [()] * 10_000, in_flight=8))
            assert time.monotonic() - began < 8
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, there)


def test_a_batch_that_is_collected_while_another_goes_on(world: hostbill.World) -> None:
    client = world.client(auth="basic", connect_timeout=1)
    there = gc.get_threshold()
    try:
        for threshold in range(50, 550, 50):
            circle: list[Any] = [client.map("domains.get", [412] * 1000, in_flight=32)]
            next(circle[0])
            circle.append(circle)
            del circle
            began = time.monotonic()
            gc.set_threshold(threshold, 1, 1)
            assert all(item.ok for item in client.map("tickets.list", [()] * 60, in_flight=8))
            gc.set_threshold(*there)
            assert time.monotonic() - began < 8
    finally:
        gc.set_threshold(*there)


def test_a_child_process_has_batches_of_its_own(client: hostbill.Client) -> None:
    items = client.map("domains.get", [412] * 50, in_flight=2)
    next(items)  # Under way while the process forks.
    child = os.fork()
    if child == 0:
        found = [item.ok for item in client.map("domains.get", [770] * 10)]
        os._exit(0 if found == [True] * 10 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert [item.data.id for item in items] == [412] * 49


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_child_process_neither_sends_nor_awaits_what_is_its_parents(goes_on: bool) -> None:
    with SilentServer() as server:
        client = hostbill.Client(portal="coloup", base_url=server.url, username="u", password="p", auth="basic")
        call = ("tickets.create", {"subject": "s"})
        items = client.batch([call, call, hostbill.UsageError("no call"), call], in_flight=3, ordered=False)
        next(items)
        child = os.fork()
        if child == 0:
            began = time.monotonic()
            refused = False
            try:
                if goes_on:
                    next(items)
            except hostbill.UsageError:
                refused = True
            items.close()
            os._exit(0 if refused == goes_on and time.monotonic() - began < 5 else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        items.close()


def test_calls_and_items_pickle(client: hostbill.Client) -> None:
    call = Call("domains.get", {"domain_id": 412}, options={"timeout": 5}, tag="t", key="k")
    assert pickle.loads(pickle.dumps(call)) == call
    good, bad = client.batch([call, ("domains.get", {"domain_id": 99})])
    copy = pickle.loads(pickle.dumps(good))
    assert copy.ok and copy.data == good.data and copy.call == call and copy.index == 0
    copy = pickle.loads(pickle.dumps(bad))
    assert isinstance(copy.error, hostbill.NotFoundError) and copy.index == 1
    answer = client.answers.domains.get(412)
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_a_repr_shows_no_text_that_could_be_secret(client: hostbill.Client) -> None:
    (item,) = client.batch([("contacts.create", {"password": "swordfish", "contact_id": 4})])
    assert "swordfish" not in repr(item) + repr(item.call) + str(item.error)
    assert "contact_id=4" in repr(item)


def test_memory_does_not_grow_with_the_number_of_calls() -> None:
    program = textwrap.dedent("""
        import resource, hostbill
        client = hostbill.Client(portal="coloup", username="u", password="p", auth="basic").with_options(dry_run=True)
        calls = (("domains.get", {"domain_id": number}) for number in range(40_000))
        for item in client.batch(calls):
            assert item.ok and item.data["url"].endswith(f"/domain/{item.index}")
            if item.index == 4_000:
                early = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - early)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 8 * 1024  # KiB; 36,000 items kept would be more than 50 MiB.


def test_what_came_while_nobody_looked_is_all_there(client: hostbill.Client, world: hostbill.World) -> None:
    items = client.map("domains.get", [412] * 300, in_flight=200, ordered=False)
    found = [next(items).index]
    deadline = time.monotonic() + 60
    while len(world.journal()) < 200:  # All that may be in flight has been answered meanwhile.
        assert time.monotonic() < deadline
    found += [item.index for item in items]
    assert sorted(found) == list(range(300))
