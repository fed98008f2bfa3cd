"""One limit on how fast a portal is asked, for any number of processes and machines."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

from . import _redis
from .errors import UsageError

# A bucket that fills by Redis' own clock. Its rate halves where the portal discards requests, at most once for those that
# were on their way together, and grows again by a twentieth with each that it takes: as a client's own limit does.
# KEYS: the bucket. ARGV: per second, burst, wanted, adaptive, taken since, discarded since, seconds since the latest of
# those was sent. Answers: how many may go now, and milliseconds until there is one more.
_SCRIPT = """
local full, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local row = redis.call('HMGET', KEYS[1], 'slots', 'filled', 'rate', 'slowed')
local slots, filled = tonumber(row[1] or burst), tonumber(row[2] or now)
local rate, slowed = math.min(tonumber(row[3] or full), full), tonumber(row[4] or 0)
if now < filled then filled = now end
slots = math.min(burst, slots + (now - filled) * rate)
if ARGV[4] == '1' then
    rate = math.min(full, rate + tonumber(ARGV[5]) * full / 20)
    if tonumber(ARGV[6]) > 0 and now - tonumber(ARGV[7]) > slowed then
        rate, slots, slowed = math.max(rate / 2, full / 16), 0, now
    end
else
    rate = full
end
local granted = math.min(wanted, math.floor(slots + 0.000001))
if granted < 0 then granted = 0 end
slots = slots - granted
local wait = 0
if granted < wanted then wait = math.ceil((1 - slots) / rate * 1000) end
redis.call('HSET', KEYS[1], 'slots', string.format('%.9f', slots), 'filled', string.format('%.6f', now),
           'rate', string.format('%.9f', rate), 'slowed', string.format('%.6f', slowed))
redis.call('PEXPIRE', KEYS[1], math.max(60000, math.ceil(burst / rate * 2000)))
return {granted, wait}
"""
_SCRIPT_NAME = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


class SharedLimit:
    """A limit that everybody keeps who names the same Redis server and portal: every request, repeated ones and logins
    included, waits for its turn there.

    >>> limit = SharedLimit("redis://127.0.0.1:6379/0", per_second=5)
    >>> client = Client.from_profile("work", rate_limit=limit)

    Args:
        shared: ``"redis://..."``, ``"rediss://..."`` or ``"unix://..."``; or ``"$NAME"``, an environment variable that
            holds one, in each process that of its own.
        per_second: Requests per second in the long run. All have to say the same.
        burst: Requests that may go at once after a pause; per_second, at least 1, if not given.
        adaptive: Halve the rate when the portal finds requests too many, for all.
        name: What is limited, if not the portal's address.

    Raises:
        UsageError: a number is wrong. That Redis is not there is said when a client is made.
    """

    def __init__(
        self,
        shared: str,
        *,
        per_second: float,
        burst: float | None = None,
        adaptive: bool = False,
        name: str | None = None,
    ) -> None:
        if not isinstance(shared, str) or not (shared.startswith("$") or "://" in shared):
            raise UsageError("rate_limit.shared: must be the URL of a Redis server, redis://..., or $NAME")
        self._where = shared
        self.per_second = _number("per_second", per_second, 0.001)
        self._burst = float(int(_number("burst", max(1.0, self.per_second) if burst is None else burst, 1)))
        self._adaptive = adaptive
        self._name = name
        self._connection: Any = None
        self._process = 0

    def connect(self) -> None:
        """Makes sure that the server is there."""
        if self._process != os.getpid():
            self._connection = _redis.connect(self._where, "the shared rate limit")
            self._process = os.getpid()

    def take(self, wanted: int, portal: str, taken: int = 0, discarded: int = 0, ago: float = 0.0) -> tuple[int, float]:
        """How many requests to a portal, of so many, may be sent at once, and seconds until there may be one more.

        Args:
            wanted: How many there are.
            portal: Its address.
            taken: How many earlier ones the portal took, and of which nobody has heard yet.
            discarded: How many it found too many.
            ago: Seconds since the latest of these was sent.
        """
        self.connect()
        arguments = (self.per_second, self._burst, wanted, int(self._adaptive), taken, discarded, ago)
        try:
            granted, wait = self._run(f"hostbill:limit:{self._name or portal}", arguments)
        except UsageError:
            raise
        except Exception as problem:
            raise UsageError(f"the shared rate limit: {_redis.reason(problem)}") from None
        return int(granted), int(wait) / 1000

    def _run(self, key: str, arguments: tuple[Any, ...]) -> Any:
        import redis

        try:
            return self._connection.evalsha(_SCRIPT_NAME, 1, key, *arguments)
        except redis.exceptions.NoScriptError:
            return self._connection.eval(_SCRIPT, 1, key, *arguments)

    def __repr__(self) -> str:
        return f"<hostbill.SharedLimit {_redis.shown(self._where)} per_second={self.per_second:g}>"

    def __reduce__(self) -> Any:
        if _redis.has_password(self._where):
            raise UsageError(
                "a limit whose URL has a password does not travel; give shared='$NAME', the environment variable"
            )
        return _made, (self._where, self.per_second, self._burst, self._adaptive, self._name)


def _made(where: str, per_second: float, burst: float, adaptive: bool, name: str | None) -> SharedLimit:
    return SharedLimit(where, per_second=per_second, burst=burst, adaptive=adaptive, name=name)


def shared_limit(given: Any) -> SharedLimit | None:
    """What a configuration says: a SharedLimit, or a mapping with what makes one. None: a client's own limit."""
    if isinstance(given, SharedLimit):
        given.connect()
        return given
    if not isinstance(given, Mapping) or "shared" not in given:
        return None
    if unknown := sorted(map(str, set(given) - _NAMES)):
        raise UsageError(f"rate_limit: unknown {', '.join(unknown)}; there are {', '.join(sorted(_NAMES))}")
    if "per_second" not in given:
        raise UsageError("rate_limit.per_second: is required")
    made = SharedLimit(**given)
    made.connect()
    return made


_NAMES = {"shared", "per_second", "burst", "adaptive", "name"}


def _number(name: str, value: Any, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= 1_000_000:
        raise UsageError(f"rate_limit.{name}: must be a number of at least {least:g}")
    return float(value)
