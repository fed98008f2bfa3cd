"""Batches of an AsyncClient: those of Client, awaited."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any

import hostbill
import pytest
from hostbill import AsyncClient, Call
from servers import SilentServer

LIMIT = 60  # seconds after which a test that hangs has failed


@pytest.fixture(scope="module")
def box() -> Iterator[hostbill.Sandbox]:
    with hostbill.Sandbox("coloup", quirks={}) as found:
        yield found


@pytest.fixture
def world(box: hostbill.Sandbox) -> Iterator[hostbill.World]:
    with box.world() as found:
        yield found


def run(main: Awaitable[Any]) -> Any:
    async def limited() -> Any:
        return await asyncio.wait_for(main, LIMIT)

    return asyncio.run(limited())


def client_of(world: hostbill.World, **config: Any) -> AsyncClient:
    return world.async_client(auth="basic", **config)


def ticket(subject: str) -> tuple[str, dict[str, object]]:
    return "tickets.create", {"subject": subject, "body": "text"}


async def items_of(batch: AsyncIterator[hostbill.BatchItem]) -> list[hostbill.BatchItem]:
    return [item async for item in batch]


def slow_balance(world: hostbill.World) -> list[Any]:
    world.control("fault", operation="account.balance", times=1, fault={"kind": "delay", "ms": 300})
    return ["account.balance", ("domains.get", {"domain_id": 412}), ("domains.get", {"domain_id": 770})]


def test_items_come_in_the_order_of_the_calls(world: hostbill.World) -> None:
    calls = slow_balance(world)

    async def main() -> None:
        async with client_of(world) as client:
            items = await items_of(client.batch(calls))
            assert [item.index for item in items] == [0, 1, 2]
            assert items[0].data == await client.account.balance()
            assert [item.data.id for item in items[1:]] == [412, 770]
            assert await items[1].data.refresh() == items[1].data  # It knows its client.
            assert items[1].answer is not None and items[1].answer.meta["operation"] == "domains.get"

    run(main())


def test_items_come_as_they_are_finished(world: hostbill.World) -> None:
    calls = slow_balance(world)

    async def main() -> list[int]:
        async with client_of(world) as client:
            return [item.index async for item in client.batch(calls, ordered=False)]

    found = run(main())
    assert sorted(found) == [0, 1, 2]
    assert found[-1] == 0


def test_errors_stay_with_their_item(world: hostbill.World) -> None:
    async def main() -> list[hostbill.BatchItem]:
        async with client_of(world) as client:
            calls: list[Any] = [("domains.get", {"domain_id": 1}), ("domains.got", {}), 7, "account.balance"]
            return await items_of(client.batch(calls))

    items = run(main())
    assert [type(item.error).__name__ for item in items] == ["NotFoundError", "UsageError", "UsageError", "NoneType"]
    with pytest.raises(hostbill.errors.NotFoundError):
        items[0].result()


@pytest.mark.parametrize("ordered", [True, False])
def test_calls_may_come_slowly_and_hold_nobody_up(world: hostbill.World, ordered: bool) -> None:
    seen: list[int] = []

    async def slowly() -> AsyncIterator[Any]:
        while not seen:
            yield "account.balance"
            await asyncio.sleep(0.02)
        yield Call("domains.get", {"domain_id": 412}, tag="last")

    async def main() -> None:
        async with client_of(world) as client:
            async for item in client.batch(slowly(), ordered=ordered):
                assert item.ok
                seen.append(item.index)
                if item.tag == "last":
                    assert item.data.id == 412

    run(main())
    assert sorted(seen) == list(range(len(seen)))


def test_a_million_calls_need_no_more_than_a_window(world: hostbill.World) -> None:
    made = 0

    def endless() -> Iterator[str]:
        nonlocal made
        while True:
            made += 1
            yield "account.balance"

    async def main() -> None:
        async with client_of(world) as client, contextlib.aclosing(client.batch(endless(), in_flight=8)) as batch:
            count = 0
            async for item in batch:
                assert item.ok
                count += 1
                assert made <= count + 4 * 8 + 1
                if count == 200:
                    break

    run(main())


def test_no_more_are_under_way_than_wanted() -> None:
    async def main() -> None:
        with SilentServer() as server:
            client = AsyncClient(portal="coloup", base_url=server.url, username="u", password="p")
            batch = client.batch((["account.balance"] * 50), in_flight=3)
            waiting = asyncio.ensure_future(batch.__anext__())
            while len(server._connections) < 3:
                await asyncio.sleep(0.005)
            client.close()
            assert isinstance((await waiting).error, hostbill.errors.CancelledError)
            await batch.aclose()
            assert len(server._connections) == 3

    run(main())


def test_leaving_stops_what_is_under_way(world: hostbill.World) -> None:
    world.control("fault", operation="account.balance", times=50, fault={"kind": "delay", "ms": 20_000})

    async def main() -> None:
        async with client_of(world) as client:
            calls = [("domains.get", {"domain_id": 412}), *(["account.balance"] * 20)]
            async with contextlib.aclosing(client.batch(calls)) as batch:
                async for item in batch:
                    assert item.data.id == 412
                    break
            assert (await client.domains.get(412)).id == 412

    run(main())


class GoneServer(SilentServer):
    """`gone` is set when a client has closed its connection."""

    def __init__(self) -> None:
        self.gone = threading.Event()
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        super().serve(connection)
        self.gone.set()


def test_leaving_does_not_wait_for_the_source_to_stop_the_calls() -> None:
    stopped: list[bool] = []

    async def main() -> None:
        with GoneServer() as server:

            async def reluctant() -> AsyncIterator[str]:
                yield "account.balance"
                try:
                    await asyncio.sleep(LIMIT)
                finally:
                    stopped.append(await asyncio.to_thread(server.gone.wait, 10))

            config: dict[str, Any] = {"portal": "coloup", "base_url": server.url, "username": "u", "password": "p"}
            async with AsyncClient(**config) as client:
                task = asyncio.ensure_future(items_of(client.batch(reluctant())))
                await asyncio.to_thread(server.received.wait, 10)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    run(main())
    assert stopped == [True]


def test_cancelling_the_task_stops_what_is_under_way_and_the_ledger_knows(
    world: hostbill.World, tmp_path: Path
) -> None:
    world.control("fault", operation="tickets.create", times=2, fault={"kind": "delay", "ms": 20_000})
    path = tmp_path / "ledger"

    async def main() -> None:
        async with client_of(world) as client:
            task = asyncio.ensure_future(items_of(client.batch([ticket("a"), ticket("b")], ledger=path)))
            while world.control("faults")["faults"][0]["fired"] < 2:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            again = await items_of(client.batch([ticket("a"), ticket("b"), ticket("c")], ledger=path))
            assert [type(item.error).__name__ for item in again] == ["OutcomeUnknownError"] * 2 + ["NoneType"]
            assert again[2].ok and not again[2].from_ledger

    run(main())


def test_a_second_run_does_only_the_rest(world: hostbill.World, tmp_path: Path) -> None:
    path = tmp_path / "ledger"

    async def main() -> None:
        async with client_of(world) as client:
            first = await items_of(client.batch([ticket("a"), ticket("b")], ledger=path))
            second = await items_of(client.batch([ticket("a"), ticket("b"), ticket("c")], ledger=path))
            assert [item.from_ledger for item in first + second] == [False, False, True, True, False]
            assert second[0].data == first[0].data

    run(main())
    assert world.ledger()["tickets.create"] == 3


def test_a_mistake_is_told_before_anything_is_sent(world: hostbill.World) -> None:
    async def main() -> None:
        async with client_of(world) as client:
            for wrong in ("account.balance", {"a": 1}, None, 7):
                with pytest.raises(hostbill.UsageError, match="iterable of calls"):
                    client.batch(wrong)  # type: ignore[arg-type]
            with pytest.raises(hostbill.UsageError, match="in_flight"):
                client.batch([], in_flight=0)
            with pytest.raises(hostbill.UsageError, match=r"domains\.get"):
                client.map("domains.gte", [1])
            assert await items_of(client.batch([])) == []

    run(main())


def test_map_names_what_stands_in_the_path(world: hostbill.World) -> None:
    reports: list[dict[str, Any]] = []

    async def main() -> None:
        async with client_of(world) as client:
            items = await items_of(client.map("domains.get", [412, 770, 1], on_progress=reports.append))
            assert [item.data.id for item in items[:2]] == [412, 770]
            assert isinstance(items[2].error, hostbill.errors.NotFoundError)
            named = await items_of(client.map("domains.get", domain_id=[412]))
            assert named[0].data.id == 412

    run(main())
    assert [(report["done"], report["errors"], report["total"]) for report in reports] == [
        (1, 0, 3),
        (2, 0, 3),
        (3, 1, 3),
    ]


def test_a_source_that_fails_ends_the_batch(world: hostbill.World) -> None:
    async def broken() -> AsyncIterator[Any]:
        yield "account.balance"
        raise ValueError("no more")

    async def main() -> None:
        async with client_of(world) as client:
            with pytest.raises(ValueError, match="no more"):
                await items_of(client.batch(broken()))

    run(main())


def test_with_a_rate_limit_all_get_their_turn(world: hostbill.World) -> None:
    async def main() -> None:
        limit = {"per_second": 200, "burst": 1}
        async with client_of(world, rate_limit=limit, timeout=5) as client:
            items = await items_of(client.batch(["account.balance"] * 30))
            assert all(item.ok for item in items)

    run(main())
