"""Loads api/ into one expanded form that every generator and check works from.

Expanding means: parameter sets are included, defaults filled in, and a parameter
that differs between portals becomes several rows for disjoint sets of portals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import objects
from objects import Thing
from shapes import Shapes

ROOT = Path(__file__).resolve().parent.parent
API = ROOT / "api"
PORTAL_ORDER = ("coloup", "generic", "time4vps", "elsecloud", "internetport")


@dataclass
class Param:
    name: str
    place: str
    type: str
    summary: str
    portals: tuple[str, ...]
    wire: str = ""
    items: str = "any"
    required: bool = False
    required_source: str = "documented"
    sensitive: bool = False
    numeric: bool = False
    or_array: bool = False
    boolean_form: str = "native"
    enum: list[Any] = field(default_factory=list)
    pattern: str = ""
    pattern_kind: str = "regex"
    minimum: int | None = None
    maximum: int | None = None
    max_length: int = 0
    aliases: list[str] = field(default_factory=list)
    fields: list[Param] = field(default_factory=list)
    source: str = "documented"

    @property
    def names(self) -> set[str]:
        return {self.name, self.wire, *self.aliases}


@dataclass
class Operation:
    id: str
    method: str
    path: str
    document_path: str
    summary: str
    effect: str
    source: str
    money: bool
    destructive: bool
    anonymous: bool
    secrets: list[str]
    portals: tuple[str, ...]
    params: list[Param]
    result: dict[str, Any]

    @property
    def group(self) -> str:
        return self.id.rpartition(".")[0]

    def params_on(self, portal: str) -> list[Param]:
        return [param for param in self.params if portal in param.portals]


@dataclass
class Composition(Operation):
    """An operation that is made of others."""

    timeout: int  # seconds; 0: the client's
    reads_in_dry_run: bool
    needs: list[str | list[str]]
    steps: list[dict[str, str]]  # {"operation", "as": "read" where it changes nothing here}


@dataclass
class Portal:
    id: str
    title: str
    base_url: str
    auth: list[str]
    body: str
    document: str
    operations: list[str]


@dataclass
class Setting:
    """Something that a client, a call or a sandbox may be told."""

    name: str
    type: str
    summary: str
    required: bool = False
    secret: bool = False
    or_object: bool = False
    abi_only: bool = False
    enum: list[str] = field(default_factory=list)
    fields: list[Setting] = field(default_factory=list)


@dataclass
class Catalogue:
    shapes: Shapes  # what operations answer
    operations: list[Operation]  # sorted by id
    portals: list[Portal]  # in PORTAL_ORDER
    errors: list[dict[str, Any]]
    compositions: list[Composition]  # sorted by id
    reconcile: list[dict[str, Any]]  # rules, sorted by operation
    waiters: list[dict[str, Any]]  # sorted by id; each is a composition too
    objects: list[Thing]  # what answers hold, with the operations that belong to it
    settings: dict[str, list[Setting]]  # of "client", "options" and "sandbox", as the languages show them
    abi_settings: dict[str, list[Setting]]  # with those that the C ABI alone knows

    def operation(self, name: str) -> Operation:
        return next(op for op in self.operations if op.id == name)

    def portal(self, name: str) -> Portal:
        return next(portal for portal in self.portals if portal.id == name)


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def load(api: Path = API) -> Catalogue:
    portals = [_portal(read_json(api / "portals" / f"{name}.json")) for name in PORTAL_ORDER]
    sets = read_json(api / "parameter_sets.json")["parameter_sets"]
    answers = Shapes(api)
    results = {name: _result(answers, name) for name in answers.answers}
    operations = []
    for path in sorted((api / "operations").glob("*.json")):
        for row in read_json(path)["operations"]:
            where = tuple(portal.id for portal in portals if row["id"] in portal.operations)
            operations.append(_operation(row, where, sets, results))
            if row["id"] in answers.answers:
                operations[-1].secrets = answers.secrets(row["id"])
    operations.sort(key=lambda op: op.id)
    settings = {
        name: [_setting(row) for row in rows]
        for name, rows in read_json(api / "settings.json").items()
        if name != "$schema"
    }
    compositions = [_composition(row, portals, sets) for row in _composition_rows(api)]
    return Catalogue(
        shapes=answers,
        operations=operations,
        portals=portals,
        errors=read_json(api / "errors.json")["errors"],
        compositions=sorted(compositions, key=lambda op: op.id),
        reconcile=sorted(read_json(api / "reconcile.json")["rules"], key=lambda rule: rule["operation"]),
        waiters=_waiters(api),
        objects=objects.load(api),
        settings={name: [row for row in rows if not row.abi_only] for name, rows in settings.items()},
        abi_settings=settings,
    )


def _setting(row: dict[str, Any]) -> Setting:
    return Setting(**{**row, "fields": [_setting(inner) for inner in row.get("fields", [])]})


def _composition_rows(api: Path) -> list[dict[str, Any]]:
    rows = [row for path in sorted((api / "compositions").glob("*.json")) for row in read_json(path)["compositions"]]
    return rows + [_waiter_composition(row) for row in _waiters(api)]


def _waiters(api: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_json(api / "waiters.json")["waiters"]
    return sorted(rows, key=lambda row: str(row["id"]))


# What every waiter takes and gives.
_WAITER_PARAMS = [
    {
        "name": "state",
        "in": "body",
        "type": "object",
        "summary": "Where an earlier wait stopped, from its error, its progress or its answer; the others need not be "
        "given then.",
    },
    {
        "name": "interval",
        "in": "body",
        "type": "number",
        "summary": "Seconds between the first polls, instead of the waiter's own; it grows.",
    },
    {
        "name": "max_polls",
        "in": "body",
        "type": "integer",
        "minimum": 1,
        "summary": "Poll so often at most, the first time at once, and answer with done false and a state.",
    },
]
_WAITER_RESULT = {
    "type": "object",
    "required": ["done", "polls", "waited_ms"],
    "properties": {
        "done": {"type": "boolean"},
        "polls": {"description": "How often it was asked, earlier waits included", "type": "integer"},
        "waited_ms": {"type": "integer"},
        "result": {"description": "What the last poll showed, when it is done"},
        "values": {"description": "What became known on the way, such as a service_id", "type": "object"},
        "skipped": {"description": "What was left out, and why", "type": "array", "items": {"type": "object"}},
        "state": {"description": "To go on from, when it is not done", "type": "object"},
        "next_in_ms": {"description": "When to ask again, when it is not done", "type": "integer"},
        "progress": {"description": "How far it is, when it is not done", "type": "object"},
    },
}


def _waiter_composition(row: dict[str, Any]) -> dict[str, Any]:
    links = row["links"]
    always = [link["operation"] for link in links if not {"where", "unless", "optional"} & link.keys()]
    return {
        "id": row["id"],
        "summary": row["summary"],
        "effect": "read",
        "source": row["source"],
        "timeout": row["timeout"],
        "secrets": row.get("secrets", []),
        "needs": row.get("needs", always),
        "steps": list(dict.fromkeys(link["operation"] for link in links)),
        "params": row["params"] + _WAITER_PARAMS,
        "result": _WAITER_RESULT,
    }


def _composition(row: dict[str, Any], portals: list[Portal], sets: dict[str, Any]) -> Composition:
    """A composition has no request of its own. It is on the portals that have what it needs."""
    where = tuple(
        portal.id
        for portal in portals
        if all(
            any(name in portal.operations for name in ([need] if isinstance(need, str) else need))
            for need in row.get("needs", [])
        )
    )
    plain = {**row, "method": "", "path": "", "document_path": ""}
    operation = _operation(plain, where, sets, {row["id"]: {"source": "design", "schema": row["result"]}})
    steps = [{"operation": step} if isinstance(step, str) else step for step in row.get("steps", [])]
    return Composition(
        **vars(operation),
        timeout=row.get("timeout", 0),
        reads_in_dry_run=row.get("dry_run") == "reads",
        needs=row.get("needs", []),
        steps=steps,
    )


def _portal(row: dict[str, Any]) -> Portal:
    return Portal(
        row["portal"], row["title"], row["base_url"], row["auth"], row["body"], row["document"], row["operations"]
    )


def _operation(
    row: dict[str, Any], portals: tuple[str, ...], sets: dict[str, Any], results: dict[str, Any]
) -> Operation:
    rows = list(row["params"])
    for name in row.get("include", []):
        rows += sets[name]
    params = [param for item in rows for param in _expand(item, portals, sets)]
    return Operation(
        id=row["id"],
        method=row["method"],
        path=row["path"],
        document_path=row["document_path"],
        summary=row["summary"],
        effect=row["effect"],
        source=row["source"],
        money=row.get("money", False),
        destructive=row.get("destructive", False),
        anonymous=row.get("anonymous", False),
        secrets=row.get("secrets", []),
        portals=portals,
        params=params,
        result=results.get(row["id"], {}),
    )


def _expand(row: dict[str, Any], portals: tuple[str, ...], sets: dict[str, Any]) -> list[Param]:
    """One row of api/ as rows for disjoint sets of portals; none where no portal has it."""
    here = tuple(portal for portal in portals if portal in row.get("portals", portals))
    overrides = row.get("overrides", {})
    plain = tuple(portal for portal in here if portal not in overrides)
    variants: list[tuple[tuple[str, ...], dict[str, Any]]] = [(plain, {})] if plain else []
    for portal in here:
        if portal not in overrides:
            continue
        change = overrides[portal]
        same = next((i for i, (_, known) in enumerate(variants) if known == change), None)
        if same is None:
            variants.append(((portal,), change))
        else:
            variants[same] = ((*variants[same][0], portal), change)
    return [_param({**row, **change}, where, sets) for where, change in variants]


def _param(row: dict[str, Any], portals: tuple[str, ...], sets: dict[str, Any]) -> Param:
    fields = row.get("fields", [])
    if isinstance(fields, str):
        fields = sets[fields]
    return Param(
        name=row["name"],
        place=row["in"],
        type=row["type"],
        summary=row["summary"],
        portals=portals,
        wire=row.get("wire", row["name"]),
        items=row.get("items", "any"),
        required=row.get("required", False),
        required_source=row.get("required_source", "documented"),
        sensitive=row.get("sensitive", False),
        numeric=row.get("numeric", False),
        or_array=row.get("or_array", False),
        boolean_form=row.get("boolean_form", "native"),
        enum=row.get("enum", []),
        pattern=row.get("pattern", ""),
        pattern_kind=row.get("pattern_kind", "regex"),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        max_length=row.get("max_length", 0),
        aliases=row.get("aliases", []),
        fields=[param for item in fields for param in _expand(item, portals, sets)],
        source=row.get("source", "documented"),
    )


def _result(answers: Shapes, name: str) -> dict[str, Any]:
    """What the catalogue says of an answer."""
    answer = answers.answers[name]
    return {
        "source": answer.source,
        "type": str(answer.type),
        "schema": answers.result_schema(name),
        "raw": {"schema": answers.sent_schema(name), "example": answer.example},
    }


def load_internal(api: Path = API) -> list[Operation]:
    """Steps of our own on the way to an answer, such as the second half of a login: on every portal, for no caller."""
    rows = [row for path in sorted((api / "internal").glob("*.json")) for row in read_json(path)["operations"]]
    return [_operation(row, PORTAL_ORDER, {}, {}) for row in rows]
