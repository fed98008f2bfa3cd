"""What a batch does with its ledger: looks calls up, notes them before they are sent, and what became of them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import _core
from ._batch import BatchItem
from ._documents import pretty, read
from ._dress import bound, dressed
from ._facts import Fact, facts
from .errors import InternalError, OutcomeUnknownError, UsageError

if TYPE_CHECKING:
    from ._async_client import AsyncClient
    from ._client import Client
    from ._ledger import Entry, Ledger


class Books:
    """Of one run. Workers of the same run have the same `run`."""

    def __init__(self, ledger: Ledger, client: Client | AsyncClient, run: str) -> None:
        self._ledger = ledger
        self._facts = facts(client._origin.portal)
        self._scope = client._origin.scope
        self._client = client
        self._options = client._options
        self._run = run
        self._begun: dict[int, float] = {}  # when, of the acting calls that are under way

    def knows(self, item: BatchItem) -> bool:
        """Whether the ledger settles it already; it then has its outcome."""
        fact = self._fact(item)
        if fact is None:
            return False
        try:
            number = self._number(item, fact)
        except (TypeError, ValueError, RecursionError) as problem:
            item.error = UsageError(f"{fact.id}: {problem}")
            return True
        entry = self._ledger.find(number)
        return entry is not None and self._settled(item, fact, entry)

    def begin(self, item: BatchItem) -> bool:
        """Notes a call that is about to be sent; False: it must not be sent, and has its outcome."""
        fact = self._fact(item)
        if fact is None or not fact.acts:
            return True
        now = time.time()
        item._owner = self._owner(item)
        there = self._ledger.begin(self._number(item, fact), fact.id, self._owner(item), item.call.key)
        if there is None:
            self._begun[item.index] = now
            return True
        return not self._settled(item, fact, there)

    def finish(self, item: BatchItem) -> None:
        """Notes what became of a call that was sent."""
        fact = self._fact(item)
        if fact is None:
            return
        number, key = self._number(item, fact), item.call.key
        begun = self._begun.get(item.index)
        if item.error is None:
            kept = self._ledger.keeps_secrets or not fact.secret
            if kept or fact.acts:
                answer = _text(item._whole, bool(self._asked(item).get("raw"))) if kept else None
                self._ledger.done(number, fact.id, self._owner(item), key, answer, soon=not fact.acts)
        elif begun is not None:
            if isinstance(item.error, (OutcomeUnknownError, InternalError)):
                if fact.made_of_others:  # What became of one step does not settle the whole.
                    item.error.reconcile = reconcile_with(fact, item, begun)
                self._ledger.lost(number, fact.id, begun, self._owner(item), key)
            else:
                self._ledger.undo(number, self._owner(item))  # It was refused, or never left.
        self._begun.pop(item.index, None)

    def close(self) -> None:
        """Nothing is under way any more."""
        self._ledger.flush()

    def _fact(self, item: BatchItem) -> Fact | None:
        """None: the ledger is not concerned."""
        return None if self._asked(item).get("dry_run") else self._facts.of(item.call.operation)

    def _asked(self, item: BatchItem) -> Mapping[str, Any]:
        """The options that hold for a call."""
        return {**self._options, **item.call.options} if item.call.options else self._options

    def _owner(self, item: BatchItem) -> str:
        return f"{self._run}:{item.index}"

    def _number(self, item: BatchItem, fact: Fact) -> str:
        if item.ledger_number is None:
            options = self._asked(item)
            # What changes the answer makes another call, but of what acts, which it would do twice.
            names = ("extra",) if fact.acts else ("raw", "extra")
            more = {name: options[name] for name in names if options.get(name)}
            params = [fact.canonical(item.call.params), more]
            item.ledger_number = self._ledger.number(self._scope, fact.id, params, item.call.key)
        return item.ledger_number

    def _settled(self, item: BatchItem, fact: Fact, entry: Entry) -> bool:
        """Takes the outcome from the ledger, where it has one that holds for this call."""
        if not fact.acts:
            # What is only read, or comes to the same, is done again where the answer is not there; and in this very run, as
            # it may be meant to undo, or to see, what came in between.
            if entry.state != "done" or entry.answer is None or entry.run == self._run:
                return False
        elif entry.run == self._run and entry.owner != self._owner(item):
            item.error = UsageError(
                f"{fact.id}: call {item.index} is the same as call {entry.owner.partition(':')[2]}; give each a key of its"
                " own, Call(.., key=..), for both to be made"
            )
            return True
        item.from_ledger = True
        item._owner = entry.owner
        if entry.state == "done":
            item._whole = self._whole(item, entry.answer)
        else:
            item.error = _lost(fact, item, entry, self._asked(item).get("tag"))
        return True

    def _whole(self, item: BatchItem, answer: str | None) -> Any:
        if answer is None:
            return None
        document = read(answer)
        data, meta = document["data"], document["meta"]
        raw = bool(self._asked(item).get("raw"))
        if raw != document.get("raw", raw):
            return None  # It is there in the other form only.
        if not raw:
            data = bound(dressed(meta.get("operation", ""), data), self._client, item.call.params)
        return data, document["info"], meta


def _lost(fact: Fact, item: BatchItem, entry: Entry, tag: Any) -> OutcomeUnknownError:
    why = "its answer was lost" if entry.state == "unknown" else "that run ended before an answer came"
    return OutcomeUnknownError(
        f"{fact.id} was begun by an earlier run and {why}; it is not sent again. client.reconcile(**error.reconcile) finds"
        " out what became of it, ledger.settle(item, verdict) notes that",
        {
            "operation": fact.id,
            "tag": tag,
            "reconcile": reconcile_with(fact, item, entry.begun),
        },
    )


def reconcile_with(fact: Fact, item: BatchItem, began: float) -> dict[str, Any]:
    """What finds out whether a call that began then took effect; without its secrets, as the core's."""
    params = {
        name: _masked(value)
        for name, value in item.call.params.items()
        if fact.aliases.get(name, name) not in fact.secrets
    }
    return {"operation": fact.id, "params": params, "since": int(began)}


def _masked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: "***" if _core.is_secret_name(str(name)) else _masked(part) for name, part in value.items()}
    return [_masked(part) for part in value] if isinstance(value, (list, tuple)) else value


def _text(whole: tuple[Any, Any, Any], raw: bool) -> str:
    """The answer as the C interface has it, and whether it is the portal's own."""
    data, info, meta = whole
    document = {"data": data, "info": info, "meta": meta, "raw": raw}
    try:
        return json.dumps(document, separators=(",", ":"))
    except TypeError:  # There are Decimals in it.
        return pretty(document)
