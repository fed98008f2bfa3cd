"""Batches on executors: threads, processes, Dask's workers."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hostbill
import pytest
from hostbill import Call, Ledger, OutcomeUnknownError, UsageError
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
def client(world: hostbill.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[hostbill.Client]:
    """Of a profile that every process finds."""
    path = tmp_path / "profiles.json"
    account = {"username": world.username, "password": world.password}
    path.write_text(json.dumps({world.name: {"portal": "coloup", "base_url": world.url, "auth": "basic", **account}}))
    path.chmod(0o600)
    monkeypatch.setenv("HOSTBILL_PROFILES", str(path))
    with hostbill.Client.from_profile(world.name) as found:
        yield found


def processes(count: int = 2) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def tickets(count: int) -> list[Call]:
    return [Call("tickets.create", {"subject": f"ticket {n}", "body": "text"}) for n in range(count)]


def subjects(client: hostbill.Client) -> list[str]:
    return sorted(str(row.subject) for row in client.tickets.list() if str(row.subject).startswith("ticket "))


def test_threads_need_no_pickles(world: hostbill.World) -> None:
    with world.client(auth="basic") as client, ThreadPoolExecutor(3) as executor:
        items = list(client.map("domains.get", [412, 770, 99] * 30, executor=executor))
        assert [item.index for item in items] == list(range(90))
        assert [item.data.id if item.ok else 99 for item in items] == [412, 770, 99] * 30
        assert len(world.journal()) == 90
        items = list(client.batch([*tickets(5), "nonsense", 7], executor=executor, ordered=False))
        assert sorted(item.index for item in items) == list(range(7))
        assert sum(item.ok for item in items) == 5
        assert world.ledger()["tickets.create"] == 5


def test_one_dictionary_may_serve_for_all_calls(world: hostbill.World) -> None:
    def opening() -> Iterator[tuple[str, dict[str, str]]]:
        params = {"body": "text"}
        for params["subject"] in (f"ticket {n}" for n in range(5)):
            yield "tickets.create", params

    with world.client(auth="basic") as client, ThreadPoolExecutor(1) as executor:
        assert all(item.ok for item in client.batch(opening(), executor=executor))
        assert subjects(client) == [f"ticket {n}" for n in range(5)]


def test_processes_make_the_calls(client: hostbill.Client, world: hostbill.World) -> None:
    with processes() as executor:
        items = list(client.map("domains.get", [412, 770, 99] * 30, executor=executor))
        assert [item.data.id if item.ok else 99 for item in items] == [412, 770, 99] * 30
        assert items[0].data.refresh() == items[0].data  # It knows its client here.
        assert isinstance(items[2].error, hostbill.NotFoundError)
        assert len(world.journal()) == 91
        assert sum(item.ok for item in client.batch(tickets(7), executor=executor)) == 7
        assert subjects(client) == [f"ticket {n}" for n in range(7)]


def test_what_cannot_travel_is_said_at_once(world: hostbill.World) -> None:
    with world.client(auth="basic") as client, processes(1) as executor:
        with pytest.raises(UsageError, match="password does not travel"):
            client.batch(["account.balance"], executor=executor)
        portable = client.portable(with_credentials=True)
        assert [item.ok for item in portable.batch(["account.balance"], executor=executor)] == [True]


class Odd(str):
    """Goes away, and does not come back."""

    def __reduce__(self) -> Any:
        return int, ("no number",)


def test_a_call_that_cannot_travel_fails_alone(client: hostbill.Client, world: hostbill.World) -> None:
    tag = threading.Lock()  # It need not travel.
    calls = [
        Call("tickets.create", {"subject": "ticket 1", "body": "text"}, tag=tag),
        Call("tickets.create", {"subject": threading.Lock(), "body": "text"}),
        Call("tickets.create", {"subject": Odd("ticket 2"), "body": "text"}),
        Call("tickets.create", {"subject": "ticket 3", "body": "text"}, tag=tag),
    ]
    with processes(1) as executor:
        items = list(client.batch(calls, executor=executor, in_flight=8))
    assert [item.ok for item in items] == [True, False, False, True]
    assert items[0].tag is tag and items[3].call is calls[3]
    assert isinstance(items[1].error, UsageError) and "subject is a lock" in items[1].error.message
    assert isinstance(items[2].error, UsageError)
    assert subjects(client) == ["ticket 1", "ticket 3"]


def test_a_worker_without_the_profile_says_so(
    client: hostbill.Client, world: hostbill.World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOSTBILL_PROFILES", str(tmp_path / "elsewhere.json"))
    with processes(1) as executor:
        items = list(client.batch(["account.balance", *tickets(1)], executor=executor))
    assert [type(item.error) for item in items] == [UsageError, UsageError]
    assert "elsewhere.json" in str(items[0].error)
    assert world.journal() == []


def test_leaving_after_the_executor_was_shut_down(world: hostbill.World) -> None:
    world.control("fault", operation="domains.get", times=0, fault={"kind": "delay", "ms": 200})
    with world.client(auth="basic") as client:
        executor = ThreadPoolExecutor(2)
        items = client.map("domains.get", [412] * 100, executor=executor, in_flight=16)
        assert next(items).ok
        executor.shutdown(wait=False, cancel_futures=True)  # Some of what the batch waits for never comes.
        closing = threading.Thread(target=items.close, daemon=True)  # type: ignore[attr-defined]
        closing.start()
        closing.join(20)
        assert not closing.is_alive()


def test_no_more_is_with_the_workers_than_may_be(client: hostbill.Client) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "account.balance"

    with ThreadPoolExecutor(2) as executor:
        items = client.batch(endless(), in_flight=8, executor=executor)
        for _ in range(50):
            assert next(items).ok
        assert taken <= 50 + 4 * 8
        items.close()  # type: ignore[attr-defined]


class Dying(Executor):
    """Runs what it is given, and then loses what came of it, as a worker that dies does."""

    def __init__(self, losses: int, runs: bool = True) -> None:
        self.losses = losses
        self.runs = runs
        self._threads = ThreadPoolExecutor(1)

    def submit(self, work: Callable[..., Any], /, *given: Any, **more: Any) -> Future[Any]:
        def run() -> Any:
            lost, self.losses = self.losses > 0, self.losses - 1
            found = work(*given, **more) if self.runs or not lost else None
            if lost:
                raise RuntimeError("the worker died")
            return found

        return self._threads.submit(run)


def test_reads_of_a_lost_worker_are_repeated(client: hostbill.Client, world: hostbill.World) -> None:
    items = list(client.map("domains.get", [412, 770], executor=Dying(2)))
    assert [item.data.id for item in items] == [412, 770]
    items = list(client.map("domains.get", [412, 770], executor=Dying(100)))
    assert [type(item.error) for item in items] == [hostbill.InternalError] * 2
    assert "RuntimeError" in str(items[0].error)


@pytest.mark.parametrize("runs", [True, False])
def test_a_ledger_knows_what_a_lost_worker_did(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path, runs: bool
) -> None:
    items = list(client.batch(tickets(6), executor=Dying(2, runs), ledger=tmp_path / "ledger"))
    assert all(item.ok for item in items)
    assert {item.from_ledger for item in items} == {runs}
    assert subjects(client) == [f"ticket {n}" for n in range(6)]


def test_without_a_ledger_what_acts_stays_out_of_unknown_executors(
    client: hostbill.Client, world: hostbill.World
) -> None:
    items = list(client.batch([*tickets(1), "account.balance"], executor=Dying(0)))
    assert [type(item.error) for item in items] == [UsageError, type(None)]
    assert "ledger" in str(items[0].error)
    assert "tickets.create" not in world.ledger()


def workers_of(executor: ProcessPoolExecutor) -> list[int]:
    return list(executor._processes)


def kill_when(condition: Callable[[], bool], pids: Callable[[], list[int]]) -> threading.Thread:
    """Kills the first of these processes as soon as the condition holds."""

    def run() -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.005)
        os.kill(pids()[0], signal.SIGKILL)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_killed_process_leaves_unknown_outcomes(client: hostbill.Client, world: hostbill.World) -> None:
    world.control("fault", operation="tickets.create", times=1000, fault={"kind": "delay", "ms": 20})
    with processes() as executor:
        killer = kill_when(lambda: world.ledger().get("tickets.create", 0) >= 10, lambda: workers_of(executor))
        calls = [call for ticket in tickets(100) for call in (ticket, Call("account.balance"))]
        items = list(client.batch(calls, executor=executor, in_flight=32))
        killer.join()
    assert [item.index for item in items] == list(range(200))
    reads, acts = items[1::2], items[0::2]
    assert all(item.ok for item in reads)
    lost = [item for item in acts if not item.ok]
    assert lost and all(isinstance(item.error, OutcomeUnknownError) for item in lost)
    there = subjects(client)
    assert len(there) == len(set(there))
    assert {item.call.params["subject"] for item in acts if item.ok} <= set(there)
    for item in lost:
        verdict = client.reconcile(**item.error.reconcile)["verdict"]  # type: ignore[union-attr]
        assert verdict == ("happened" if item.call.params["subject"] in there else "did_not_happen")


def test_with_a_ledger_a_killed_process_leaves_little_unknown(
    client: hostbill.Client, world: hostbill.World, tmp_path: Path
) -> None:
    world.control("fault", operation="tickets.create", times=1000, fault={"kind": "delay", "ms": 20})
    with processes() as executor, Ledger(tmp_path / "ledger") as ledger:
        killer = kill_when(lambda: world.ledger().get("tickets.create", 0) >= 10, lambda: workers_of(executor))
        items = list(client.batch(tickets(60), executor=executor, in_flight=16, ledger=ledger))
        killer.join()
        assert [item.index for item in items] == list(range(60))
        assert all(item.ok or isinstance(item.error, OutcomeUnknownError) for item in items)
        there = subjects(client)
        assert len(there) == len(set(there)) == world.ledger()["tickets.create"]
        assert {item.call.params["subject"] for item in items if item.ok} <= set(there)
        sent = len(world.journal(operation="tickets.create"))
        again = list(client.batch(tickets(60), ledger=ledger))
        assert [item.ok for item in again] == [item.ok for item in items]
        assert len(world.journal(operation="tickets.create")) == sent  # The second run sent nothing.


# -- Dask ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with RedisServer() as found:
        yield found


@pytest.fixture
def cluster(client: hostbill.Client) -> Iterator[Any]:
    """Two worker processes; made after the profile, which is in the environment that they inherit."""
    import dask
    from distributed import Client as DaskClient
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.worker.daemon": True, "distributed.admin.log-format": "%(message)s"}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=True,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            silence_logs=50,
        ) as found,
        DaskClient(found) as dask_client,
    ):
        yield dask_client


def process_ids(cluster: Any) -> list[int]:
    return list(cluster.run(os.getpid).values())


def test_dask_with_one_limit_and_one_ledger(
    client: hostbill.Client, world: hostbill.World, cluster: Any, redis: RedisServer
) -> None:
    executor = cluster.get_executor()
    limited = hostbill.Client.from_profile(world.name, rate_limit={"shared": redis.url, "per_second": 30, "burst": 5})
    calls = [*tickets(30), *(Call("domains.get", {"domain_id": number}) for number in (412, 770, 99))]
    with Ledger(redis.url, name=world.name) as ledger:
        began = time.monotonic()
        items = list(limited.batch(calls, executor=executor, ledger=ledger, in_flight=16))
        took = time.monotonic() - began
        assert [item.ok for item in items] == [True] * 32 + [False]
        assert subjects(client) == sorted(f"ticket {n}" for n in range(30))
        journal = world.journal()
        assert len(journal) == 34  # Every call once, and the list just now.
        assert took > (33 - 5) / 30 * 0.9
        # The journal tells whole seconds.
        times = [hostbill_time(row["time"]) for row in journal[:33]]
        for second in set(times):
            for length in (1, 2):
                within = sum(second <= time < second + length for time in times)
                assert within <= 5 + 30 * (length + 0.2)
        again = list(limited.batch(calls, executor=executor, ledger=ledger, in_flight=16))
        assert [item.from_ledger for item in again] == [True] * 32 + [False]
        assert [item.data for item in again] == [item.data for item in items]
        assert len(world.journal()) == 35  # What had failed is asked again.


def hostbill_time(text: str) -> float:
    import datetime

    return datetime.datetime.fromisoformat(text).timestamp()


def test_a_killed_dask_worker_repeats_nothing_that_acts(
    client: hostbill.Client, world: hostbill.World, cluster: Any, redis: RedisServer
) -> None:
    world.control("fault", operation="tickets.create", times=1000, fault={"kind": "delay", "ms": 20})
    executor = cluster.get_executor()
    pids = process_ids(cluster)
    assert len(set(pids)) == 2
    calls = [call for ticket in tickets(60) for call in (ticket, Call("account.balance"))]
    with Ledger(redis.url, name=world.name) as ledger:
        killer = kill_when(lambda: world.ledger().get("tickets.create", 0) >= 10, lambda: pids)
        items = list(client.batch(calls, executor=executor, ledger=ledger, in_flight=32))
        killer.join()
        assert all(item.ok for item in items[1::2])
        acts = items[0::2]
        assert all(item.ok or isinstance(item.error, OutcomeUnknownError) for item in acts)
        there = subjects(client)
        assert len(there) == len(set(there)) == world.ledger()["tickets.create"]
        assert {item.call.params["subject"] for item in acts if item.ok} <= set(there)
        # What is left open is settled, and then all of it is there, once.
        for item in acts:
            if not item.ok:
                ledger.settle(item, client.reconcile(**item.error.reconcile)["verdict"])  # type: ignore[union-attr]
        assert all(item.ok for item in client.batch(tickets(60), ledger=ledger))
        assert subjects(client) == sorted(f"ticket {n}" for n in range(60))
        assert world.ledger()["tickets.create"] == 60
