"""A ledger's records in Redis, for workers on several machines."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import _redis
from .errors import UsageError

# KEYS: the record's. ARGV: what has to be there, what takes its place, if anything. Answers whether it did, be it that it
# was asked before and the answer was lost: the client asks once more then.
_CHANGE = """
local there = redis.call('GET', KEYS[1])
if there == (ARGV[2] or false) then return 1 end
if there ~= ARGV[1] then return 0 end
if ARGV[2] then redis.call('SET', KEYS[1], ARGV[2]) else redis.call('DEL', KEYS[1]) end
return 1
"""


def _literally(text: str) -> str:
    """For a pattern."""
    return re.sub(r"([][*?^\\\\-])", r"\\\1", text)


class RedisStore:
    """As durable as the server: it should keep its data in a file (``appendonly yes``)."""

    def __init__(self, where: str, name: str) -> None:
        self._where = where
        self._prefix = f"hostbill:{name}:"
        self._process = 0
        self._connection: Any = None
        self._connect()

    def salt(self) -> bytes:
        with self._asking() as redis:
            redis.setnx(self._prefix + "salt", secrets.token_hex(32))
            return bytes.fromhex(redis.get(self._prefix + "salt"))

    def add(self, key: str, record: str) -> str | None:
        with self._asking() as redis:
            while not redis.set(self._key(key), record, nx=True):
                there = redis.get(self._key(key))
                if there == record:  # It had been kept, and the answer was lost: the client asked once more.
                    return None
                if there is not None:  # Else another process has just removed it.
                    return str(there)
            return None

    def get(self, key: str) -> str | None:
        with self._asking() as redis:
            found = redis.get(self._key(key))
            return None if found is None else str(found)

    def put(self, key: str, record: str, soon: bool) -> None:
        with self._asking() as redis:
            redis.set(self._key(key), record)

    def change(self, key: str, there: str, record: str | None) -> bool:
        arguments = (there,) if record is None else (there, record)
        with self._asking() as redis:
            return bool(redis.eval(_CHANGE, 1, self._key(key), *arguments))

    def records(self) -> Iterator[tuple[str, str]]:
        start = len(self._key(""))
        with self._asking() as redis:
            for key in redis.scan_iter(_literally(self._key("")) + "*", count=500):
                record = redis.get(key)
                if record is not None:
                    yield str(key)[start:], str(record)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        if self._process == os.getpid():
            self._connection.close()

    def _key(self, key: str) -> str:
        return f"{self._prefix}call:{key}"

    def _connect(self) -> Any:
        if self._process != os.getpid():
            self._connection, self._process = _redis.connect(self._where, "the ledger"), os.getpid()
        return self._connection

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        redis = self._connect()
        try:
            yield redis
        except UsageError:
            raise
        except Exception as problem:
            raise UsageError(f"the ledger: {_redis.reason(problem)}") from None
