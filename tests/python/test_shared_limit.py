"""One rate for everybody: real Redis, real requests."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hostbill
import pytest
from hostbill import Ledger, SharedLimit, UsageError
from redis_server import RedisServer
from servers import RecordingServer, Reply


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with RedisServer() as found:
        yield found


@pytest.fixture
def redis(server: RedisServer) -> RedisServer:
    server.connection.flushall()
    return server


class TimingServer(RecordingServer):
    """Notes when each request came."""

    def __init__(self, *replies: Reply) -> None:
        self.times: list[float] = []
        self._replies = list(replies)
        super().__init__(
            Reply(body=b'{"success":true,"details":{"currency":"EUR","acc_balance":"1.00","acc_credit":"0.00"}}')
        )
        self._usual = self.reply

    def serve(self, connection: object) -> None:
        outer = self

        class Noting(list):  # type: ignore[type-arg]
            def append(self, request: object) -> None:
                outer.times.append(time.monotonic())
                outer.reply = outer._replies.pop(0) if outer._replies else outer._usual
                super().append(request)

        if not isinstance(self.requests, Noting):
            self.requests = Noting(self.requests)
        super().serve(connection)  # type: ignore[arg-type]


def never_above(times: list[float], per_second: float, burst: float) -> None:
    """No stretch of time has more requests than the limit allows; on the way here some may have been overtaken."""
    on_the_way = 0.2
    times = sorted(times)
    for first in range(len(times)):
        for last in range(first, len(times)):
            allowed = burst + per_second * (times[last] - times[first] + on_the_way)
            assert last - first + 1 <= allowed


def client_of(server: RecordingServer, **config: object) -> hostbill.Client:
    return hostbill.Client(
        portal="coloup",
        base_url=server.url,
        username="u",
        password="p",
        auth="basic",
        **config,  # type: ignore[arg-type]
    )


def test_every_call_waits_for_its_turn(redis: RedisServer) -> None:
    limit = {"shared": redis.url, "per_second": 40, "burst": 5}
    with TimingServer() as portal, client_of(portal, rate_limit=limit) as client:
        began = time.monotonic()
        for _ in range(15):
            client.account.balance()
        assert all(item.ok for item in client.batch(["account.balance"] * 30))
        assert len(portal.times) == 45
        assert time.monotonic() - began > (45 - 5) / 40 * 0.95
        never_above(portal.times, 40, 5)


def test_many_keep_to_one_limit(redis: RedisServer) -> None:
    with TimingServer() as portal:

        def run() -> None:
            limit = SharedLimit(redis.url, per_second=50, burst=4)
            with client_of(portal, rate_limit=limit) as client:
                assert all(item.ok for item in client.batch(["account.balance"] * 20))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(portal.times) == 80
        never_above(portal.times, 50, 4)


def test_what_is_sent_again_counts(redis: RedisServer) -> None:
    broken = Reply(status="503 Service Unavailable", body=b'{"error":["later"]}')
    limit = {"shared": redis.url, "per_second": 20, "burst": 1}
    with (
        TimingServer(*[broken] * 8) as portal,
        client_of(portal, rate_limit=limit, retry={"max_attempts": 10}) as client,
    ):
        items = list(client.batch(["account.balance"] * 10))
        assert all(item.ok for item in items)
        assert len(portal.times) == 18
        never_above(portal.times, 20, 1)


def test_logins_and_what_is_made_of_others_count(redis: RedisServer) -> None:
    limit = {"shared": redis.url, "per_second": 10, "burst": 1}
    with hostbill.Sandbox("coloup", quirks={}) as box, box.client(auth="jwt", rate_limit=limit) as client:
        began = time.monotonic()
        client.money.renewals()
        assert client.account.get()
        took = time.monotonic() - began
        sent = len(box.journal())
        assert sent >= 4  # The login among them.
        assert took > (sent - 1) / 10 * 0.95


def test_what_acts_is_not_sent_again(redis: RedisServer) -> None:
    limit = SharedLimit(redis.url, per_second=100)
    broken = Reply(status="503 Service Unavailable", body=b'{"error":["later"]}')
    ticket = ("tickets.create", {"subject": "s", "body": "b"})
    with TimingServer(broken) as portal, client_of(portal, rate_limit=limit) as client:
        (item,) = client.batch([ticket])
        assert isinstance(item.error, hostbill.OutcomeUnknownError)
        assert len(portal.times) == 1


def test_all_slow_down_together(redis: RedisServer) -> None:
    discarded = Reply(status="429 Too Many Requests", body=b"{}", headers={"Retry-After": "0"})
    limit = {"shared": redis.url, "per_second": 200, "burst": 1, "adaptive": True, "name": "them"}

    def rate() -> float:
        return float(redis.connection.hget("hostbill:limit:them", "rate"))

    with (
        TimingServer(*[discarded] * 3) as portal,
        client_of(portal, rate_limit=limit, retry={"max_attempts": 10}) as client,
    ):
        assert client.account.balance()
        assert rate() < 200
        # Everybody else is slower now, and gets faster again with what the portal takes.
        other = SharedLimit(redis.url, per_second=200, burst=1, adaptive=True, name="them")
        with client_of(portal, rate_limit=other) as faster:
            assert all(item.ok for item in faster.batch(["account.balance"] * 60))
        assert rate() == 200


def test_a_call_can_be_stopped_while_it_waits(redis: RedisServer) -> None:
    limit = {"shared": redis.url, "per_second": 0.001, "burst": 1}
    with TimingServer() as portal, client_of(portal, rate_limit=limit) as client:
        client.account.balance()
        began = time.monotonic()
        with pytest.raises(hostbill.TimeoutError, match="rate limit"):
            client.account.balance(options={"timeout": 0.3})
        threading.Timer(0.3, client.close).start()
        with pytest.raises(hostbill.CancelledError):
            client.account.balance()
        assert time.monotonic() - began < 20
        assert len(portal.times) == 1


def test_without_redis_nothing_is_sent() -> None:
    with TimingServer() as portal:
        for url in ("redis://127.0.0.1:1/0", "unix:///nowhere/socket", "redis://:pass-word@127.0.0.1:1"):
            with pytest.raises(UsageError, match="Redis cannot be reached") as caught:
                client_of(portal, rate_limit={"shared": url, "per_second": 5})
            assert "pass-word" not in str(caught.value)
        assert portal.times == []


def test_redis_that_goes_away_lets_calls_fail_that_were_not_sent(tmp_path: Path) -> None:
    with RedisServer() as redis:
        limit = {"shared": redis.url, "per_second": 1000}
        ticket = ("tickets.create", {"subject": "s", "body": "b"})
        with (
            TimingServer() as portal,
            client_of(portal, rate_limit=limit) as client,
            Ledger(tmp_path / "ledger") as ledger,
        ):
            assert client.account.balance()
            redis.stop()
            with pytest.raises(hostbill.NetworkError, match="shares with others") as caught:
                client.account.balance()
            assert caught.value.attempts == 0 and caught.value.retryable
            items = list(client.batch([ticket, "account.balance"], ledger=ledger))
            assert [type(item.error) for item in items] == [hostbill.NetworkError] * 2
            assert list(ledger.entries()) == []  # It is known that nothing was sent.
            assert len(portal.times) == 1


def test_clients_come_and_go(redis: RedisServer) -> None:
    limit = SharedLimit(redis.url, per_second=1000)

    def waiting() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if thread.name == "hostbill-limit"}

    with TimingServer() as portal:
        others = waiting()  # Those of clients of before, which may be about to end.
        client = client_of(portal, rate_limit=limit)
        view = client.with_options(timeout=5)
        (its_own,) = waiting() - others
        del client
        assert view.account.balance()
        del view
        gc.collect()
        its_own.join(30)
        assert not its_own.is_alive()


def test_a_program_ends_with_such_a_client(redis: RedisServer) -> None:
    program = """
        import os, sys, hostbill
        client = hostbill.Client(portal="coloup", base_url=sys.argv[1], username="u", password="p", auth="basic",
                                 rate_limit={"shared": sys.argv[2], "per_second": 1000})
        print(client.account.balance().currency, flush=True)
        child = os.fork()
        if child == 0:
            print(client.account.balance().currency, flush=True)  # Its own thread brings its turns.
            os._exit(0)
        os.waitpid(child, 0)
        print(sum(item.ok for item in client.batch(["account.balance"] * 20)), flush=True)
    """
    with TimingServer() as portal:
        # From 3.12 on Python warns of any fork beside other threads.
        command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(program)]
        arguments = [portal.url, redis.url]
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "EUR\nEUR\n20\n", "")


def test_a_profile_may_have_the_limit(redis: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with TimingServer() as portal:
        limit = {"shared": "$MY_REDIS", "per_second": 0.001, "burst": 2}
        work = {"portal": "coloup", "base_url": portal.url, "username": "u", "password": "p", "auth": "basic"}
        path = tmp_path / "profiles.json"
        path.write_text(json.dumps({"work": {**work, "rate_limit": limit, "timeout": 1}}))
        path.chmod(0o600)
        monkeypatch.setenv("HOSTBILL_PROFILES", str(path))
        monkeypatch.setenv("MY_REDIS", redis.url)
        with hostbill.Client.from_profile("work") as client, pickle.loads(pickle.dumps(client)) as other:
            assert client.account.balance() and other.account.balance()
            with pytest.raises(hostbill.TimeoutError):
                client.account.balance()
        assert len(portal.times) == 2


@pytest.mark.parametrize("url", ["unix://:pass-word@{}", "unix://{}?db=0&password=pass-word"])
def test_a_password_does_not_travel(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with RedisServer(password="pass-word") as redis:
        redis.url = url.format(redis.url.partition("@")[2])
        with hostbill.Ledger(redis.url) as ledger:
            assert "pass-word" not in repr(ledger)
            with pytest.raises(UsageError, match="environment variable"):
                pickle.dumps(ledger)
        limit = SharedLimit(redis.url, per_second=5)
        assert limit.take(1, "portal")[0] == 1
        assert "pass-word" not in repr(limit)
        client = hostbill.Client(portal="coloup", auth="none", rate_limit={"shared": redis.url, "per_second": 5})
        for travels in (client, client.portable(with_credentials=True)):
            with pytest.raises(UsageError, match="environment variable"):
                pickle.dumps(travels)
        with pytest.raises(UsageError, match="environment variable") as caught:
            pickle.dumps(limit)
        assert "pass-word" not in str(caught.value)
        monkeypatch.setenv("MY_REDIS", redis.url)
        limit = SharedLimit("$MY_REDIS", per_second=5)
        text = pickle.dumps(limit)
        assert b"pass-word" not in text
        assert pickle.loads(text).take(1, "portal")[0] == 1
        monkeypatch.setenv("MY_REDIS", redis.url.replace("pass-word", "wrong-word"))
        with pytest.raises(UsageError, match="does not accept the password") as caught:
            pickle.loads(text).take(1, "portal")
        assert "wrong-word" not in str(caught.value)
        monkeypatch.delenv("MY_REDIS")
        with pytest.raises(UsageError, match="MY_REDIS"):
            pickle.loads(text).take(1, "portal")


@pytest.mark.parametrize(
    "numbers", [{"per_second": 0}, {"per_second": "5"}, {"per_second": 5, "burst": 0}, {"per_second": True}]
)
def test_wrong_numbers_are_refused(numbers: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="rate_limit"):
        SharedLimit("redis://127.0.0.1", **numbers)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="rate_limit"):
        hostbill.Client(portal="coloup", auth="none", rate_limit={"shared": "redis://127.0.0.1", **numbers})


@pytest.mark.parametrize(
    "limit", [{"shared": "redis://127.0.0.1"}, {"shared": 7, "per_second": 5}, {"shared": "x", "per_second": 5}, 7]
)
def test_a_wrong_limit_is_refused(limit: object) -> None:
    with pytest.raises(UsageError, match="rate_limit"):
        hostbill.Client(portal="coloup", auth="none", rate_limit=limit)  # type: ignore[arg-type]


def test_the_bucket_is_exact(redis: RedisServer) -> None:
    limit = SharedLimit(redis.url, per_second=0.001, burst=7)
    assert limit.take(5, "a")[0] == 5
    granted, wait = limit.take(5, "a")
    assert granted == 2 and 990 < wait <= 1000
    assert limit.take(5, "b")[0] == 5  # Another portal.
    assert SharedLimit(redis.url, per_second=0.001, burst=7).take(1, "a")[0] == 0


def test_asyncio_waits_for_its_turns_too(redis: RedisServer) -> None:
    async def ask(url: str) -> None:
        limit = {"shared": redis.url, "per_second": 40, "burst": 1}
        async with hostbill.AsyncClient(
            portal="coloup", base_url=url, username="u", password="p", auth="basic", rate_limit=limit
        ) as client:
            await asyncio.gather(*(client.account.balance() for _ in range(20)))

    with TimingServer() as portal:
        asyncio.run(ask(portal.url))
        assert len(portal.times) == 20
        never_above(portal.times, 40, 1)
