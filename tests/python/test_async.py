"""AsyncClient under asyncio, from outside: against a sandbox, and against servers that never answer."""

from __future__ import annotations

import asyncio
import gc
import inspect
import os
import pickle
import signal
import subprocess
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from typing import Any

import hostbill
import pytest
import uvloop
from conftest import CATALOGUES, method
from hostbill import AsyncClient, _core, models
from servers import HeldServer, RecordingServer, Reply, SilentServer, TogetherServer

LIMIT = 60  # seconds after which a test that hangs has failed


def run(main: Awaitable[Any]) -> Any:
    async def limited() -> Any:
        return await asyncio.wait_for(main, LIMIT)

    return asyncio.run(limited())


def to_nowhere(server: SilentServer, **config: Any) -> AsyncClient:
    return AsyncClient(portal="time4vps", base_url=server.url, username="u", password="p", timeout=LIMIT, **config)


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Every test gives back its clients and their descriptors."""
    gc.collect()
    clients, descriptors = _core.live_objects(), open_descriptors()
    yield
    gc.collect()
    assert _core.live_objects() == clients
    assert open_descriptors() <= descriptors


def open_descriptors() -> int:
    """Of those that a client or a loop has. Connections of the sandbox, which is in this process, come and go."""
    kinds = [
        os.readlink(f"/proc/self/fd/{fd}")
        for fd in os.listdir("/proc/self/fd")
        if os.path.lexists(f"/proc/self/fd/{fd}")
    ]
    return sum("eventfd" in kind or "eventpoll" in kind for kind in kinds)


# -- answers --------------------------------------------------------------------


def test_calls_give_what_client_gives(plain_sandbox_of: Any) -> None:
    sandbox = plain_sandbox_of("time4vps")  # What is raw has the same form twice.

    async def main() -> None:
        async with sandbox.async_client() as client:
            services = await client.services.list()
            assert services == expected and type(services[0]) is models.Service
            assert await client.call("services.list") == await client.call("GET /service") == expected
            whole = await client.answers.services.list()
            assert type(whole) is hostbill.Answer and whole.data == expected
            assert whole.meta["operation"] == "services.list" and whole.info == []
            assert (await client.answers.call("services.list")).data == expected
            assert await client.with_options(raw=True).services.list() == raw
            tagged = await client.with_options(tag="mine").answers.account.balance()
            assert tagged.meta["tag"] == "mine"
            request = await client.servers.reboot(1, options={"dry_run": True})
            assert type(request) is dict and request["method"] == "POST"

    with sandbox.client() as client:
        expected, raw = client.services.list(), client.with_options(raw=True).services.list()
    run(main())
    assert "servers.reboot" not in sandbox.ledger()


def test_operations_of_models_are_to_be_awaited(sandbox_of: Any) -> None:
    async def main() -> None:
        async with sandbox_of("generic").async_client() as client:
            unpaid: Any = next(row for row in await client.invoices.list() if row.status == "Unpaid")
            assert (await unpaid.pay_from_credit()).applied == unpaid.total
            assert (await unpaid.refresh()).status is models.InvoiceStatus.PAID

    run(main())


def test_it_has_every_method_of_client() -> None:
    with SilentServer() as server:
        client = to_nowhere(server)
        for catalogue in CATALOGUES.values():
            for row in catalogue["operations"] + catalogue["compositions"]:
                assert callable(method(client, row["id"])) and callable(method(client.answers, row["id"]))
    theirs = {name for name in vars(hostbill.Client) if not name.startswith("_")}
    # Many calls are asyncio's own business: gather, TaskGroup.
    assert theirs - {"batch", "map"} <= set(dir(AsyncClient))


def test_calling_without_awaiting_sends_nothing(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            call = client.servers.reboot(sandbox.ids["server_id"])
            assert inspect.iscoroutine(call)
            call.close()

    run(main())
    assert "servers.reboot" not in sandbox.ledger()


def test_pages_are_followed() -> None:
    async def main(url: str) -> list[Any]:
        async with AsyncClient(portal="coloup", base_url=url, username="u", password="p") as client:
            return [item["id"] async for item in client.pages("domains.list")]

    with RecordingServer(Reply(body=b'{"domains": [{"id": 1}, {"id": 2}]}')) as server:
        assert run(main(server.url)) == [1, 2]
        assert len(server.requests) == 1


def test_500_calls_at_once(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            services = await client.services.list()
            wanted = [services[i % len(services)].id for i in range(500)]
            found = await asyncio.gather(*(client.services.get(service_id) for service_id in wanted))
            assert [service.id for service in found] == wanted

    run(main())


@pytest.mark.parametrize("in_flight", [1, 3, 8])
def test_more_calls_than_may_be_in_flight(sandbox: hostbill.Sandbox, in_flight: int) -> None:
    async def main() -> None:
        async with sandbox.async_client(in_flight=in_flight) as client:
            answers = await asyncio.gather(*(client.account.balance() for _ in range(50)))
            assert len({repr(answer) for answer in answers}) == 1

    run(main())


def test_a_burst_uses_the_connections_of_the_one_before() -> None:
    async def main(server: TogetherServer) -> None:
        async with AsyncClient(portal="coloup", base_url=server.url, auth="none") as client:
            for _ in range(5):
                await asyncio.gather(*(client.account.get() for _ in range(24)))

    with TogetherServer(24) as server:
        run(main(server))
    assert len(server.requests) == 5 * 24 and server.connections == 24


def test_answers_come_as_they_are_ready(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            calls = [client.services.list() for _ in range(20)]
            for next_one in asyncio.as_completed(calls):
                assert len(await next_one) > 0

    run(main())


# -- failures -------------------------------------------------------------------


def test_failures_are_the_same_exceptions(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            with pytest.raises(hostbill.NotFoundError) as missing:
                await client.services.get(987654)
            assert missing.value.operation == "services.get" and missing.value.portal_errors
            assert pickle.loads(pickle.dumps(missing.value)).__dict__ == missing.value.__dict__
            with pytest.raises(hostbill.UsageError, match=r"servers\.reboot"):
                await client.call("servers.rebot")
            with pytest.raises(hostbill.UsageError, match="text, not"):
                await client.call(5)  # type: ignore[arg-type]
            with pytest.raises(hostbill.UsageError, match="timeout"):
                await client.with_options(timout=1).services.list()  # type: ignore[arg-type]
            with pytest.raises(hostbill.UsageError):
                await client.call("servers.rename", {"server_id": 1, "hostname": object()})
            with pytest.raises(hostbill.UsageError, match="given twice"):
                await client.call("services.get", {"service_id": 1}, service_id=1)
            results = await asyncio.gather(
                client.services.get(1), client.services.list(), client.domains.list(), return_exceptions=True
            )
            assert [type(result) for result in results] == [hostbill.NotFoundError, list, hostbill.UnsupportedError]

    run(main())


def test_wrong_configuration_is_client_s() -> None:
    with pytest.raises(hostbill.UsageError) as caught:
        AsyncClient(portal="time4vps", usrname="x")  # type: ignore[arg-type]
    assert caught.value.fields[0]["nearest"] == "username"


def test_a_timeout_of_the_call() -> None:
    async def main(server: SilentServer) -> None:
        async with to_nowhere(server) as client:
            with pytest.raises(hostbill.TimeoutError):
                await client.account.get(options={"timeout": 0.2})
            with pytest.raises(hostbill.OutcomeUnknownError) as unknown:
                await client.servers.reboot(1, options={"timeout": 0.2})
            assert unknown.value.reconcile["operation"] == "servers.reboot"

    with SilentServer() as server:
        run(main(server))


# -- cancelling -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("account.get", hostbill.CancelledError), ("servers.reboot", hostbill.OutcomeUnknownError)],
)
def test_cancelling_a_task_stops_its_call(operation: str, expected: type[Exception]) -> None:
    async def main(server: SilentServer) -> BaseException | None:
        async with to_nowhere(server) as client:
            params = {"server_id": 1} if operation == "servers.reboot" else {}
            task = asyncio.create_task(client.call(operation, params))
            await until(server.received.is_set)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as cancelled:
                await task
            return cancelled.value.__cause__

    with SilentServer() as server:
        assert type(run(main(server))) is expected


def test_a_timeout_of_asyncio_says_what_is_unknown() -> None:
    async def main(server: SilentServer) -> BaseException:
        async with to_nowhere(server) as client:
            with pytest.raises(asyncio.TimeoutError) as late:
                await asyncio.wait_for(client.servers.reboot(1), 1)
            return late.value

    def causes(failure: BaseException | None) -> Iterator[type[BaseException]]:
        while failure is not None:
            yield type(failure)
            failure = failure.__cause__ or failure.__context__

    with SilentServer() as server:
        assert hostbill.OutcomeUnknownError in causes(run(main(server)))


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
@pytest.mark.parametrize("order", ["cancelled, landed", "landed, cancelled"])
def test_cancelling_in_the_turn_of_the_loop_in_which_the_answer_lands(order: str, status: str) -> None:
    async def main(server: HeldServer) -> BaseException | None:
        loop = asyncio.get_running_loop()
        async with AsyncClient(portal="time4vps", base_url=server.url, username="u", password="p") as client:
            task = asyncio.create_task(client.call("servers.reboot", {"server_id": 1}))
            await until(lambda: bool(server.requests))
            server.go.set()
            assert server.sent.wait(LIMIT)  # The answer is there, and the loop has not looked.
            await asyncio.sleep(0)
            assert not task.done()
            if order == "cancelled, landed":
                task.cancel()
            else:
                loop.call_soon(task.cancel)
            done, _ = await asyncio.wait([task], timeout=LIMIT)
            assert done, "its task waits for what has come already"
            with pytest.raises(asyncio.CancelledError) as cancelled:
                task.result()
            return cancelled.value.__cause__

    with HeldServer(Reply(status=status, body=b'{"task_id": 5}')) as server:
        cause = run(main(server))
        assert type(cause) is (type(None) if status.startswith("200") else hostbill.OutcomeUnknownError)
        assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b"1e9999999999999999999", b"[1e-9999999999999999999]", b"9" * 5000])
def test_numbers_that_python_cannot_hold_end_a_call_too(body: bytes) -> None:
    async def main(server: RecordingServer) -> Any:
        async with AsyncClient(portal="time4vps", base_url=server.url, username="u", password="p") as client:
            return [await client.call("account.get", options={"raw": raw, "max_attempts": 1}) for raw in (True, False)]

    for text in (body, b"[" * 100 + body + b"]" * 100):  # The second is for Python's own reader.
        with RecordingServer(Reply(body=b'{"client": ' + text + b"}")) as server:
            raw, data = run(main(server))
            assert "client" in raw
            with hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p") as client:
                assert client.call("account.get", options={"raw": True}) == raw
                assert client.call("account.get") == data


def test_others_go_on_when_one_is_cancelled(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            tasks = [asyncio.create_task(client.services.list()) for _ in range(200)]
            await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(result, (list, asyncio.CancelledError)) for result in results[::2])
            assert all(type(result) is list for result in results[1::2])

    run(main())


def test_cancelling_before_it_has_begun_sends_nothing(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            task = asyncio.create_task(client.servers.reboot(sandbox.ids["server_id"]))
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    run(main())
    assert "servers.reboot" not in sandbox.ledger()


def test_cancelling_twice(sandbox: hostbill.Sandbox) -> None:
    async def main(server: SilentServer) -> None:
        async with to_nowhere(server) as client:
            task = asyncio.create_task(client.account.get())
            await until(server.received.is_set)
            task.cancel()
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        async with sandbox.async_client() as other:
            assert await other.account.get()

    with SilentServer() as server:
        run(main(server))


# -- waiting --------------------------------------------------------------------


def test_waits_tell_how_far_they_are(sandbox: hostbill.Sandbox) -> None:
    seen: list[dict[str, Any]] = []

    async def main() -> dict[str, Any]:
        async with sandbox.async_client() as client:
            task = await client.servers.reboot(sandbox.ids["server_id"])
            done: dict[str, Any] = await client.servers.tasks.wait(
                server_id=sandbox.ids["server_id"], task_id=task.task_id, interval=0.05, on_progress=seen.append
            )
            return done

    assert run(main())["done"] is True
    assert seen and seen[-1]["operation"] == "servers.tasks.get"


def test_what_on_progress_raises_ends_the_wait(sandbox: hostbill.Sandbox) -> None:
    class Enough(Exception):
        pass

    def enough(progress: dict[str, Any]) -> None:
        raise Enough

    async def main() -> None:
        async with sandbox.async_client() as client:
            task = await client.servers.reboot(sandbox.ids["server_id"])
            with pytest.raises(Enough) as caught:
                await client.servers.tasks.wait(
                    server_id=sandbox.ids["server_id"], task_id=task.task_id, interval=0.05, on_progress=enough
                )
            assert isinstance(caught.value.__cause__, hostbill.CancelledError)

    sandbox.control("reset")
    run(main())


# -- life -------------------------------------------------------------------------


def test_closing_stops_what_is_running() -> None:
    async def main(server: SilentServer) -> None:
        client = to_nowhere(server)
        calls = [asyncio.create_task(client.account.get()) for _ in range(3)]
        calls.append(asyncio.create_task(client.servers.reboot(1)))
        await until(server.received.is_set)
        await client.aclose()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert {type(result) for result in results} <= {hostbill.CancelledError, hostbill.OutcomeUnknownError}
        assert client.closed
        await client.aclose()
        with pytest.raises(hostbill.UsageError, match="closed"):
            await client.account.get()

    with SilentServer() as server:
        run(main(server))


def test_closing_from_another_thread() -> None:
    async def main(server: SilentServer) -> None:
        client = to_nowhere(server)
        call = asyncio.create_task(client.account.get())
        await until(server.received.is_set)
        await asyncio.get_running_loop().run_in_executor(None, client.close)
        with pytest.raises(hostbill.CancelledError):
            await call
        await client.aclose()

    with SilentServer() as server:
        run(main(server))


def test_a_client_belongs_to_one_loop(sandbox: hostbill.Sandbox) -> None:
    client = sandbox.async_client()

    async def use() -> None:
        await client.account.get()

    run(use())
    with pytest.raises(hostbill.UsageError, match="another event loop"):
        run(use())
    run(client.aclose())
    assert client.closed


def test_several_clients_on_a_loop_and_several_loops(sandbox: hostbill.Sandbox) -> None:
    import threading

    async def main() -> None:
        async with sandbox.async_client() as one, sandbox.async_client() as other:
            for found in await asyncio.gather(*(client.services.list() for client in (one, other) * 10)):
                assert found
            done.append(1)

    done: list[int] = []
    threads = [threading.Thread(target=run, args=(main(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 3


def test_a_dropped_client_leaves_its_loop(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        for _ in range(5):
            client = sandbox.async_client()
            with pytest.raises(hostbill.NotFoundError):
                await client.services.get(987654)
            del client
            await asyncio.sleep(0)  # The loop itself holds what it has just handed out.
            gc.collect()
            assert _core.live_objects() == before
        async with sandbox.async_client() as client:  # Perhaps with the same descriptor.
            assert await client.account.get()

    before = _core.live_objects()
    run(main())


def test_a_loop_that_ends_early(sandbox: hostbill.Sandbox) -> None:
    async def main(server: SilentServer) -> None:
        client = to_nowhere(server)
        calls.append(asyncio.create_task(client.account.get()))
        await until(server.received.is_set)  # asyncio.run cancels the task.

    calls: list[Any] = []
    with SilentServer() as server:
        run(main(server))
    assert calls[0].cancelled()


def test_a_forked_child_uses_it_on_a_loop_of_its_own(sandbox: hostbill.Sandbox) -> None:
    async def balance(client: AsyncClient) -> Any:
        return await client.account.balance()

    async def main() -> None:
        async with sandbox.async_client() as client:
            expected = await client.account.balance()
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if asyncio.run(balance(client)) == expected else 2
                finally:
                    os._exit(code)
            _, status = await asyncio.get_running_loop().run_in_executor(None, os.waitpid, child, 0)
            assert os.waitstatus_to_exitcode(status) == 0
            assert await client.account.balance() == expected

    run(main())


def test_ctrl_c_ends_a_program() -> None:
    program = """
        import asyncio, signal, sys, hostbill
        signal.signal(signal.SIGINT, signal.default_int_handler)

        async def main():
            async with hostbill.AsyncClient(
                portal="time4vps", base_url=sys.argv[1], username="u", password="p", timeout=120
            ) as client:
                try:
                    await client.servers.reboot(1)
                except asyncio.CancelledError as cancelled:
                    print(type(cancelled.__cause__).__name__, flush=True)
                    raise

        try:
            asyncio.run(main())
        except KeyboardInterrupt:
            print("stopped")
    """
    with SilentServer() as server:
        child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), server.url], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.received.wait(30)
            child.send_signal(signal.SIGINT)
            output, _ = child.communicate(timeout=30)
        finally:
            child.kill()
            child.wait()
    assert output.split() == ["OutcomeUnknownError", "stopped"]


def test_under_uvloop(sandbox: hostbill.Sandbox) -> None:
    async def main() -> None:
        async with sandbox.async_client() as client:
            found = await asyncio.gather(*(client.invoices.list() for _ in range(50)))
            assert type(found[0][0].total) is Decimal

    loop = uvloop.new_event_loop()
    try:
        loop.run_until_complete(asyncio.wait_for(main(), LIMIT))
    finally:
        loop.close()


def test_secrets_are_not_shown(sandbox: hostbill.Sandbox) -> None:
    client = sandbox.async_client()
    assert sandbox.password not in repr(client) + repr(client.answers) + repr(client.servers)
    assert "time4vps" in repr(client)
