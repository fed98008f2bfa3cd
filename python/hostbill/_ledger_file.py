"""A ledger's records in an SQLite file."""

from __future__ import annotations

import os
import secrets
import sqlite3
import stat
import threading
import time
import weakref
from collections.abc import Iterator

from .errors import UsageError

# How many records, and how many seconds, an answer that can be had again may be lost for.
_MOST_KEPT_BACK = 200
_LONGEST_KEPT_BACK = 1.0
# Another process writes for milliseconds.
_PATIENCE_S = 60


class FileStore:
    """Several processes may have the same file open, on a file system that has locks."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._waiting: dict[str, str] = {}
        self._flushed = time.monotonic()
        self._process = 0
        self._connection: sqlite3.Connection | None = None
        _stores.add(self)
        with self._lock, self._guard():
            self._connect()

    def salt(self) -> bytes:
        with self._lock, self._guard():
            connection = self._connect()
            connection.execute("INSERT OR IGNORE INTO about VALUES ('salt', ?)", (secrets.token_hex(32),))
            (found,) = connection.execute("SELECT value FROM about WHERE name = 'salt'").fetchone()
            return bytes.fromhex(found)

    def add(self, key: str, record: str) -> str | None:
        while True:
            with self._lock, self._guard():
                connection = self._connect()
                if key in self._waiting:
                    return self._waiting[key]
                if connection.execute("INSERT OR IGNORE INTO calls VALUES (?, ?)", (key, record)).rowcount == 1:
                    return None
            there = self.get(key)
            if there is not None:  # Else another process has just removed it.
                return there

    def get(self, key: str) -> str | None:
        with self._lock, self._guard():
            connection = self._connect()
            if key in self._waiting:
                return self._waiting[key]
            row = connection.execute("SELECT record FROM calls WHERE key = ?", (key,)).fetchone()
            return None if row is None else str(row[0])

    def put(self, key: str, record: str, soon: bool) -> None:
        with self._lock, self._guard():
            self._connect()
            self._waiting[key] = record
            late = time.monotonic() - self._flushed > _LONGEST_KEPT_BACK
            if not soon or late or len(self._waiting) >= _MOST_KEPT_BACK:
                self._write()

    def change(self, key: str, there: str, record: str | None) -> bool:
        with self._lock, self._guard():
            connection = self._connect()
            self._write()
            if record is None:
                done = connection.execute("DELETE FROM calls WHERE key = ? AND record = ?", (key, there))
            else:
                done = connection.execute(
                    "UPDATE calls SET record = ? WHERE key = ? AND record = ?", (record, key, there)
                )
            return done.rowcount == 1

    def records(self) -> Iterator[tuple[str, str]]:
        last = ""
        while True:  # In portions, so that nobody is locked out while the caller looks at them.
            with self._lock, self._guard():
                rows = (
                    self._connect()
                    .execute("SELECT key, record FROM calls WHERE key > ? ORDER BY key LIMIT 500", (last,))
                    .fetchall()
                )
            if not rows:
                return
            yield from rows
            last = rows[-1][0]

    def flush(self) -> None:
        with self._lock, self._guard():
            if self._connection is not None and self._process == os.getpid():
                self._write()

    def close(self) -> None:
        with self._lock:
            self.flush()
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None

    def _write(self) -> None:
        self._flushed = time.monotonic()
        if not self._waiting or self._connection is None:
            return
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("INSERT OR REPLACE INTO calls VALUES (?, ?)", list(self._waiting.items()))
            self._connection.execute("COMMIT")
        except BaseException:
            # Ctrl-C comes out of a statement that was carried out: after the first there is something to take back, after
            # the last there is not.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._waiting.clear()

    def _connect(self) -> sqlite3.Connection:
        """The connection; after a fork, one of the child's own."""
        if self._connection is None or self._process != os.getpid():
            if self._connection is not None:
                _inherited.append(self._connection)  # To close it would let go of the parent's locks.
                self._waiting = {}
            self._connection = None
            if self._process:  # It was there; an empty one in its place would let everything be done again.
                _check(self._path)
            else:
                _make_private(self._path)
            connection = sqlite3.connect(self._path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
            # A note that an operation is about to be sent has to be there after the machine has crashed, too.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL)")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS calls (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID"
            )
            self._connection, self._process = connection, os.getpid()
        return self._connection

    def _guard(self) -> _Guard:
        return _Guard(self._path)


_inherited: list[sqlite3.Connection] = []
_stores: weakref.WeakSet[FileStore] = weakref.WeakSet()
_forking = threading.Lock()
_held: list[FileStore] = []


def _before_fork() -> None:
    # No other thread is within SQLite then, where what it holds would stay locked in the child for ever.
    _forking.acquire()
    _held[:] = _stores
    for store in _held:
        store._lock.acquire()


def _after_fork() -> None:
    for store in _held:
        store._lock.release()
    _held.clear()
    _forking.release()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)


class _Guard:
    """SQLite's complaints in our words."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, problem: BaseException | None, traceback: object) -> None:
        if isinstance(problem, sqlite3.Error):
            raise UsageError(f"the ledger {self._path}: {problem}") from None


def _make_private(path: str) -> None:
    """Makes the file where there is none, and looks who may read it where there is one."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        pass  # To open and close it would let go of the locks that another ledger of this process has on it.
    except OSError as problem:
        raise UsageError(f"the ledger {path}: {problem.strerror}") from None
    _check(path)


def _check(path: str) -> None:
    try:
        about = os.lstat(path)
    except OSError as problem:
        raise UsageError(f"the ledger {path}: {problem.strerror}") from None
    if not stat.S_ISREG(about.st_mode):
        raise UsageError(f"the ledger {path} is no file")
    if about.st_uid != os.geteuid():
        raise UsageError(f"the ledger {path} belongs to somebody else")
    if about.st_mode & 0o077:
        raise UsageError(f"the ledger {path} is open to others: chmod 600 {path}")
