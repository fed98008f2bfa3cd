"""One rate for everybody: real Redis, real requests."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Iterator

import hostbill
import pytest
from hostbill import SharedLimit, UsageError
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


def test_a_batch_keeps_to_the_limit(redis: RedisServer) -> None:
    limit = {"shared": redis.url, "per_second": 40, "burst": 5}
    with TimingServer() as portal, client_of(portal) as client:
        began = time.monotonic()
        items = list(client.batch(["account.balance"] * 45, rate_limit=limit))
        assert all(item.ok for item in items)
        assert len(portal.times) == 45
        assert time.monotonic() - began > (45 - 5) / 40 * 0.95
        never_above(portal.times, 40, 5)


def test_many_keep_to_one_limit(redis: RedisServer) -> None:
    with TimingServer() as portal:

        def run() -> None:
            with client_of(portal) as client:
                limit = SharedLimit(redis.url, per_second=50, burst=4)
                assert all(item.ok for item in client.batch(["account.balance"] * 20, rate_limit=limit))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(portal.times) == 80
        never_above(portal.times, 50, 4)


def test_what_is_sent_again_counts(redis: RedisServer) -> None:
    broken = Reply(status="503 Service Unavailable", body=b'{"error":["later"]}')
    with TimingServer(*[broken] * 10) as portal, client_of(portal, retry={"max_attempts": 10}) as client:
        items = list(
            client.batch(["account.balance"] * 10, rate_limit={"shared": redis.url, "per_second": 20, "burst": 1})
        )
        assert all(item.ok for item in items)
        assert len(portal.times) == 20
        never_above(portal.times, 20, 1)


def test_what_acts_is_not_sent_again(redis: RedisServer) -> None:
    limit = SharedLimit(redis.url, per_second=100)
    broken = Reply(status="503 Service Unavailable", body=b'{"error":["later"]}')
    ticket = ("tickets.create", {"subject": "s", "body": "b"})
    with TimingServer(broken) as portal, client_of(portal) as client:
        (item,) = client.batch([ticket], rate_limit=limit)
        assert isinstance(item.error, hostbill.OutcomeUnknownError)
        assert len(portal.times) == 1
    discarded = Reply(status="429 Too Many Requests", body=b"{}")
    with TimingServer(*[discarded] * 5) as portal, client_of(portal) as client:
        (item,) = client.batch([ticket], rate_limit=limit)
        assert isinstance(item.error, hostbill.RateLimitedError)
        assert len(portal.times) == 2  # What the portal discarded may go once more.


def test_all_slow_down_together(redis: RedisServer) -> None:
    discarded = Reply(status="429 Too Many Requests", body=b"{}", headers={"Retry-After": "0"})
    limit = {"shared": redis.url, "per_second": 200, "burst": 1, "adaptive": True, "name": "them"}
    with TimingServer(*[discarded] * 3) as portal, client_of(portal, retry={"max_attempts": 10}) as client:
        assert all(item.ok for item in client.batch(["account.balance"] * 3, rate_limit=limit))
        rate = float(redis.connection.hget("hostbill:limit:them", "rate"))
        assert rate < 200
        # Everybody else is slower now, and gets faster again with what the portal takes.
        other = SharedLimit(redis.url, per_second=200, burst=1, adaptive=True, name="them")
        assert all(item.ok for item in client.batch(["account.balance"] * 40, rate_limit=other))
        assert float(redis.connection.hget("hostbill:limit:them", "rate")) == 200


def test_what_is_made_of_others_is_refused(redis: RedisServer) -> None:
    with TimingServer() as portal, client_of(portal) as client:
        (item,) = client.batch(["money.outstanding"], rate_limit={"shared": redis.url, "per_second": 5})
        assert isinstance(item.error, UsageError)
        assert portal.times == []


def test_without_redis_nothing_is_sent() -> None:
    with TimingServer() as portal, client_of(portal) as client:
        for url in ("redis://127.0.0.1:1/0", "unix:///nowhere/socket", "redis://:pass-word@127.0.0.1:1"):
            with pytest.raises(UsageError, match="Redis cannot be reached") as caught:
                client.batch(["account.balance"], rate_limit={"shared": url, "per_second": 5})
            assert "pass-word" not in str(caught.value)
        assert portal.times == []


def test_redis_that_goes_away_is_an_error_of_what_was_not_sent() -> None:
    with TimingServer() as portal, client_of(portal) as client, RedisServer() as redis:
        items = client.batch(
            ["account.balance"] * 20, rate_limit={"shared": redis.url, "per_second": 1000}, in_flight=1
        )
        assert next(items).ok
        sent = len(portal.times)
        redis.stop()
        rest = list(items)
        assert len(rest) == 19
        assert all(isinstance(item.error, UsageError) for item in rest[1:])
        assert len(portal.times) <= sent + 1


def test_a_password_does_not_travel(monkeypatch: pytest.MonkeyPatch) -> None:
    with RedisServer(password="pass-word") as redis:
        limit = SharedLimit(redis.url, per_second=5)
        assert limit.take(1, "portal")[0] == 1
        assert "pass-word" not in repr(limit)
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


def test_the_bucket_is_exact(redis: RedisServer) -> None:
    limit = SharedLimit(redis.url, per_second=0.001, burst=7)
    assert limit.take(5, "a")[0] == 5
    granted, wait, _ = limit.take(5, "a")
    assert granted == 2 and 990 < wait <= 1000
    assert limit.take(5, "b")[0] == 5  # Another portal.
    assert SharedLimit(redis.url, per_second=0.001, burst=7).take(1, "a")[0] == 0
