"""Objects: which operations belong to the things that answers hold, as api/objects.json says, in one parsed form."""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalogue import Catalogue, Operation

# What every model has as a dictionary, and beyond it; and what every list has.
MODEL_NAMES = {name for name in dir(dict) if not name.startswith("_")} | {"raw", "to_dict"}
LIST_NAMES = {name for name in dir(list) if not name.startswith("_")}


@dataclass
class Method:
    name: str  # within its group
    group: str  # empty where it is the object's own
    operations: list[str]  # of several the first whose ids are known
    without: list[str]


@dataclass
class Thing:
    """Something that answers hold, in one shape or in several."""

    shapes: list[str]
    ids: dict[str, str]
    parents: list[str]
    methods: list[Method]

    @property
    def known(self) -> list[str]:
        """The parameters that nobody need give."""
        return [*self.ids, *(name for name in self.parents if name not in self.ids)]

    @property
    def groups(self) -> dict[str, list[Method]]:
        names = dict.fromkeys(method.group for method in self.methods if method.group)
        return {name: [method for method in self.methods if method.group == name] for name in names}


def load(api: Path) -> list[Thing]:
    document = json.loads((api / "objects.json").read_text(encoding="utf-8"))
    return [
        Thing(
            shapes=row["shapes"],
            ids=row.get("ids", {}),
            parents=row.get("parents", []),
            methods=[_method(name, target) for name, target in row["methods"].items()],
        )
        for row in document["objects"]
    ]


def _method(name: str, target: Any) -> Method:
    group, _, own = name.rpartition(".")
    row = target if isinstance(target, dict) else {"operation": target, "without": []}
    operations = row["operation"] if isinstance(row["operation"], list) else [row["operation"]]
    return Method(own, group, operations, row["without"])


def mistakes(model: Catalogue) -> Iterator[str]:
    """What JSON Schema cannot say of objects."""
    by_id: dict[str, Operation] = {op.id: op for op in [*model.operations, *model.compositions]}
    seen: set[str] = set()
    for thing in model.objects:
        where = thing.shapes[0]
        for name in thing.shapes:
            if name not in model.shapes.shapes:
                yield f"{where}: no shape is called {name}"
                return
            if name in seen:
                yield f"{name}: stands twice"
            seen.add(name)
        shapes = [model.shapes.shapes[name] for name in thing.shapes]
        fields = {item.name: item for shape in shapes for item in shape.fields}
        yield from (f"{where}: {name} is no field" for name in thing.ids.values() if name not in fields)
        used: set[str] = set()
        for method in thing.methods:
            full = f"{where}.{method.group}.{method.name}".replace("..", ".")
            if keyword.iskeyword(method.name):
                yield f"{full}: is a keyword"
            if not method.group and method.name in MODEL_NAMES | set(fields) | set(thing.groups):
                yield f"{full}: the name is taken"
            if method.group in fields:
                type_ = fields[method.group].type
                if type_.kind != "list" or not type_.item or type_.item.kind != "object":
                    yield f"{full}: {method.group} is no list of objects"
                if method.name in LIST_NAMES:
                    yield f"{full}: the name is taken"
            for name in method.operations:
                op = by_id.get(name)
                if op is None:
                    yield f"{full}: unknown operation {name}"
                    continue
                params = {param.name for param in op.params}
                used |= params
                if thing.known and not params & set(thing.known):
                    yield f"{full}: {name} takes nothing that is known here"
                yield from (f"{full}: {name} has no parameter {extra}" for extra in set(method.without) - params)
        yield from (f"{where}: no method wants {name}" for name in thing.known if name not in used)
        told = {
            param.name
            for op in model.operations
            if set(thing.shapes) & model.shapes.reached(op.id)
            for param in op.params
        }
        told |= {name for other in model.objects for name in other.known if set(thing.shapes) & _held(model, other)}
        yield from (f"{where}: no answer tells {name}" for name in thing.parents if name not in told)


def _held(model: Catalogue, thing: Thing) -> set[str]:
    """The shapes inside a thing's."""
    return {
        name
        for shape in thing.shapes
        if shape in model.shapes.shapes
        for item in model.shapes.shapes[shape].fields
        for name in model.shapes.inside(item.type)
    }
