"""The client: calls, answers, options, life."""

from __future__ import annotations

import gc
import os
import threading
import time
import weakref

import hostbill
import pytest
from servers import RecordingServer, SilentServer


def test_three_ways_to_make_a_call(client: hostbill.Client, sandbox: hostbill.Sandbox) -> None:
    server_id = sandbox.ids["server_id"]
    by_method = client.servers.get(server_id)
    assert client.call("servers.get", {"server_id": server_id}) == by_method
    assert client.call("servers.get", server_id=server_id) == by_method
    assert client.call("GET /server/{server_id}", {"server_id": server_id}) == by_method


def test_a_parameter_given_twice_is_refused(client: hostbill.Client) -> None:
    with pytest.raises(hostbill.UsageError, match="server_id"):
        client.call("servers.get", {"server_id": 1}, server_id=1)


def test_answers_hold_everything(client: hostbill.Client) -> None:
    answer = client.answers.account.balance()
    assert answer.data == client.account.balance()
    assert answer.meta["operation"] == "account.balance"
    assert answer.meta["http_status"] == 200
    assert client.answers.call("account.balance").data == answer.data


def test_options_for_one_call_and_for_many(client: hostbill.Client) -> None:
    tagged = client.with_options(tag="mine")
    assert tagged.answers.account.balance().meta["tag"] == "mine"
    assert tagged.answers.account.balance(options={"tag": "other"}).meta["tag"] == "other"
    assert "tag" not in client.answers.account.balance().meta
    with pytest.raises(hostbill.UsageError) as caught:
        tagged.call("nonsense")
    assert caught.value.tag == "mine"


def test_a_dry_run_sends_nothing_and_masks_secrets(sandbox: hostbill.Sandbox) -> None:
    before = len(sandbox.journal())
    with sandbox.client() as client:
        request = client.servers.reboot(1, options={"dry_run": True})
    assert request["method"] == "POST"
    assert request["url"] == f"{sandbox.url}/server/1/reboot"
    assert sandbox.password not in str(request)
    assert len(sandbox.journal()) == before


def test_extra_parameters_are_sent_along() -> None:
    with (
        RecordingServer() as server,
        hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p") as client,
    ):
        client.servers.rename(1, hostname="a.example.com", options={"extra": {"undocumented": "x"}})
    assert server.requests[0].body == b'{"hostname":"a.example.com","undocumented":"x"}'


def test_closing(sandbox: hostbill.Sandbox) -> None:
    with sandbox.client() as client:
        client.account.get()
        view = client.with_options(timeout=5)
        assert not client.closed
    assert client.closed and view.closed
    client.close()
    for closed in (client, view):
        with pytest.raises(hostbill.UsageError):
            closed.account.get()


def test_closing_stops_a_call_in_another_thread() -> None:
    with SilentServer() as server:
        client = hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p", timeout=60)
        failures: list[BaseException] = []

        def wait() -> None:
            try:
                client.account.get()
            except hostbill.HostbillError as error:
                failures.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        assert server.received.wait(10)
        client.close()
        thread.join(10)
        assert not thread.is_alive()
        assert [type(error) for error in failures] == [hostbill.CancelledError]


def test_a_client_is_freed_when_nobody_has_it(sandbox: hostbill.Sandbox) -> None:
    class Noted(hostbill.Client):  # With slots alone a client could not be watched.
        pass

    gc.disable()
    try:
        client = Noted(portal="time4vps", base_url=sandbox.url, username="u", password="p")
        groups = (client.servers, client.answers.servers)
        watch = weakref.ref(client)
        del client, groups
        assert watch() is None
    finally:
        gc.enable()


def test_secrets_are_not_shown(sandbox: hostbill.Sandbox) -> None:
    with sandbox.client() as client, sandbox.client(token="t0ken-of-mine") as bearer:
        for thing in (client, client.answers, client.servers, bearer, sandbox):
            text = repr(thing) + str(thing)
            assert sandbox.password not in text
            assert "t0ken-of-mine" not in text
        assert "time4vps" in repr(client)


def test_a_client_that_was_refused_can_be_shown() -> None:
    """By whatever prints a traceback with its variables."""
    client = hostbill.Client.__new__(hostbill.Client)
    with pytest.raises(hostbill.UsageError):
        client.__init__(portal="nowhere", password="s3cret")  # type: ignore[misc]
    assert "not made" in repr(client)
    assert "s3cret" not in repr(client)


def test_other_threads_run_while_a_call_waits() -> None:
    with (
        SilentServer() as server,
        hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p", timeout=0.5) as client,
    ):
        ticks = 0
        done = threading.Event()

        def tick() -> None:
            nonlocal ticks
            while not done.wait(0.005):
                ticks += 1

        thread = threading.Thread(target=tick)
        thread.start()
        started = time.monotonic()
        with pytest.raises(hostbill.TimeoutError):
            client.account.get()
        waited = time.monotonic() - started
        done.set()
        thread.join()
        assert waited >= 0.4
        assert ticks >= 10


def test_many_threads_share_a_client(client: hostbill.Client) -> None:
    expected = client.account.balance()
    found: list[object] = []

    def work() -> None:
        for _ in range(5):
            found.append(client.account.balance())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 40


def test_a_forked_child_goes_on_with_the_client(client: hostbill.Client) -> None:
    expected = client.account.balance()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if client.account.balance() == expected else 2
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert client.account.balance() == expected
