"""What batches have done, kept where it outlives them, so that a second run does not do it again."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from . import _redis
from .errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Self  # In typing from Python 3.11 on.

    from ._batch import BatchItem


class Store(Protocol):
    """Texts by key, kept by a file or a server. Any thread may use one, and any number of processes the same."""

    def salt(self) -> bytes:
        """Random bytes, the same for all who use it."""

    def add(self, key: str, record: str) -> str | None:
        """Keeps a record that outlives this process from now on; else, if there is one already, gives that one."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, record: str, soon: bool) -> None:
        """Replaces a record; `soon`: it need not outlive this process before flush()."""

    def change(self, key: str, there: str, record: str | None) -> bool:
        """Puts a record, or with None nothing, in the place of one that has to be there; False: another one is."""

    def records(self) -> Iterator[tuple[str, str]]: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Entry:
    """A call as a ledger has it.

    Attributes:
        state: ``"done"``; or ``"begun"``, sent perhaps and never heard of; or ``"unknown"``, sent and the answer lost.
        operation: The operation's id.
        begun: When it began, in seconds since 1970.
        owner: Which run it was, and the call's place there.
        key: The caller's own key for the call, if any.
        answer: The answer's document, if it is kept.
        number: What the ledger itself calls it.
    """

    state: str
    operation: str
    begun: float
    owner: str
    key: str | None
    answer: str | None
    number: str

    @property
    def run(self) -> str:
        return self.owner.partition(":")[0]


class Ledger:
    """What batches have done. A call that is done is not made again: its answer comes from here.

    >>> with Ledger("domains.ledger") as ledger:
    ...     for item in client.batch(calls, ledger=ledger):
    ...         print(item.call, item.data)

    Of an operation that acts, a note is made before it is sent. Where a run ended before the answer came, the next one
    does not send it again: the item's error is an OutcomeUnknownError, whose ``reconcile`` finds out, and ``settle``
    writes down what it found.

    Calls are told apart by portal, account, operation, parameters and the call's own ``key``, all of them hashed: of
    parameters and accounts nothing is kept. Answers are; those that hold secrets only if asked.

    Args:
        where: The path of an SQLite file, which is made private to the user; or ``"redis://..."`` or
            ``"rediss://..."``, or ``"$NAME"``, an environment variable with one of these, for several machines.
        account: Whose calls they are, where the client has no user name but a token that changes.
        secrets: Keep answers that hold secrets, such as passwords, too.
        name: In Redis: which of several ledgers.

    Raises:
        UsageError: the file may be read by others, or Redis is not there.
    """

    def __init__(
        self, where: str | os.PathLike[str], *, account: str | None = None, secrets: bool = False, name: str = "ledger"
    ) -> None:
        self._where = os.fspath(where)
        if self._where and not _redis.is_redis(self._where):
            # The same file in each process, wherever that works; and a file, should it be called as SQLite calls its memory.
            self._where = os.path.abspath(self._where)
        self._account = account
        self._secrets = secrets
        self._name = name
        self._store = self._open()
        self._salt = self._store.salt()

    def _open(self) -> Store:
        if _redis.is_redis(self._where):
            from ._ledger_redis import RedisStore

            return RedisStore(self._where, self._name)
        from ._ledger_file import FileStore

        return FileStore(self._where)

    # -- for those who look after it ------------------------------------------

    def unsettled(self) -> list[Entry]:
        """Calls of which nobody knows whether they took effect, oldest first; those of a run in progress, too."""
        found = (entry for entry in self.entries() if entry.state != "done")
        return sorted(found, key=lambda entry: entry.begun)

    def entries(self) -> Iterator[Entry]:
        """All there is."""
        self._store.flush()
        for number, record in self._store.records():
            yield _entry(number, record)

    def settle(self, which: BatchItem | Entry, verdict: str) -> None:
        """Writes down what became of a call whose outcome was unknown.

        >>> ledger.settle(item, client.reconcile(**item.error.reconcile)["verdict"])

        Args:
            which: The item of a batch, or an entry of unsettled().
            verdict: ``"happened"``: it is not made again, and there is no answer to give. ``"did_not_happen"``: the next
                run makes it. ``"ambiguous"``: it stays as it is.
        """
        if verdict not in ("happened", "did_not_happen", "ambiguous"):
            raise UsageError("verdict: must be happened, did_not_happen or ambiguous")
        number, owner = (which.number, which.owner) if isinstance(which, Entry) else (which.ledger_number, which._owner)
        entry = None if number is None else self.find(number)
        if number is None or entry is None:
            raise UsageError("this call is not in the ledger")
        if entry.state == "done" or verdict == "ambiguous":
            return
        record = None
        if verdict == "happened":
            record = _record("done", entry.operation, entry.begun, entry.owner, entry.key)
        if not self._change(number, owner, record):
            raise UsageError("another run has begun this call since; what was found says nothing of that")

    def flush(self) -> None:
        """Makes sure that what was done so far is kept."""
        self._store.flush()

    def close(self) -> None:
        """Keeps what was done so far, and lets go of the file. May be repeated."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<hostbill.Ledger {_redis.shown(self._where) if _redis.is_redis(self._where) else self._where}>"

    def __reduce__(self) -> Any:
        self._store.flush()
        if _redis.is_redis(self._where) and _redis.has_password(self._where):
            raise UsageError(
                "a ledger whose URL has a password does not travel; give ledger='$NAME', the environment variable"
            )
        return _opened, (self._where, self._account, self._secrets, self._name)

    # -- for batches -----------------------------------------------------------

    def number(self, scope: tuple[str, ...], operation: str, params: Any, key: str | None) -> str:
        """What the ledger calls a call. `scope`: portal, address and account; `params`: in one form."""
        scope = (*scope[:-1], self._account or scope[-1])
        text = json.dumps([scope, operation, params, key], sort_keys=True, separators=(",", ":"), default=str)
        return hmac.new(self._salt, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def find(self, number: str) -> Entry | None:
        record = self._store.get(number)
        return None if record is None else _entry(number, record)

    def begin(self, number: str, operation: str, owner: str, key: str | None) -> Entry | None:
        """Notes that a call will be sent, of those who try together for one alone; the others get what is there."""
        there = self._store.add(number, _record("begun", operation, time.time(), owner, key))
        return None if there is None else _entry(number, there)

    def done(self, number: str, operation: str, owner: str, key: str | None, answer: str | None, soon: bool) -> None:
        """Notes that a call was answered; `answer`: its document."""
        self._store.put(number, _record("done", operation, time.time(), owner, key, answer), soon)

    def lost(self, number: str, operation: str, begun: float, owner: str, key: str | None) -> None:
        """Notes that the answer to a call was lost."""
        self._change(number, owner, _record("unknown", operation, begun, owner, key))

    def undo(self, number: str, owner: str) -> None:
        """Nothing came of a call that had begun."""
        self._change(number, owner, None)

    def _change(self, number: str, owner: str | None, record: str | None) -> bool:
        """Puts a record, or with None nothing, in the place of that owner's. False: it is not there any more. What one
        run finds out is no reason to forget what another has begun since."""
        there = self._store.get(number)
        return there is not None and _entry(number, there).owner == owner and self._store.change(number, there, record)

    @property
    def keeps_secrets(self) -> bool:
        return self._secrets


def _opened(where: str, account: str | None, secrets: bool, name: str) -> Ledger:
    return Ledger(where, account=account, secrets=secrets, name=name)


def _record(state: str, operation: str, begun: float, owner: str, key: str | None, answer: str | None = None) -> str:
    # The answer stays the text that it is.
    about = json.dumps({"state": state, "operation": operation, "begun": begun, "owner": owner, "key": key})
    return about if answer is None else f'{about[:-1]}, "answer": {json.dumps(answer)}}}'


def _entry(number: str, record: str) -> Entry:
    about = json.loads(record)
    return Entry(
        about["state"], about["operation"], about["begun"], about["owner"], about["key"], about.get("answer"), number
    )
