"""Shapes: what operations answer, as api/shapes and api/results say, in one parsed form.

A type is written as a short text: the name of a kind (`id`, `money`, `date`) or of a shape (`Invoice`); `[T]` is a
list, `{T}` a map by name, and a question mark behind it says that there may be none (null). A question mark behind a
field's name says that the field may be missing. docs/results.md tells what each kind is.

Two JSON Schemas come of it: of the answer as the portal sends it, and of the answer as the library gives it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

# Kind: what portals send for it, the format of that, and what comes of it.
KINDS: dict[str, tuple[list[str], str, Schema]] = {
    "any": ([], "", {}),
    "text": (["string"], "", {"type": "string"}),
    "state": (["string"], "", {"type": "string"}),
    "email": (["string"], "", {"type": "string", "format": "email"}),
    "url": (["string"], "", {"type": "string", "format": "uri"}),
    "hostname": (["string"], "host-name", {"type": "string", "format": "hostname"}),
    "ip": (["string"], "ip", {"type": "string"}),
    "base64": (["string"], "base64", {"type": "string", "contentEncoding": "base64"}),
    "content": (["string", "array"], "", {"type": ["string", "array"], "items": {"type": "string"}}),
    "message": (["string", "array"], "", {"type": "string"}),
    "secret": (["string"], "secret", {"type": "string", "format": "password"}),
    "id": (["string", "integer"], "id", {"type": "integer"}),
    "ref": (["string", "integer"], "id", {"type": ["integer", "string"]}),
    "integer": (["string", "integer"], "count", {"type": "integer"}),
    "money": (["string", "number"], "money", {"type": "string", "format": "decimal"}),
    "decimal": (["string", "number"], "decimal", {"type": "string", "format": "decimal"}),
    "flag": (["string", "integer", "boolean"], "flag", {"type": "boolean"}),
    "date": (["string"], "portal-date", {"type": "string", "format": "date"}),
    "datetime": (["string"], "portal-datetime", {"type": "string", "format": "date-time-local"}),
}

# What a list or a map that is no list's element may be sent as.
LIST_TYPES = ["array", "object"]
MAP_TYPES = ["object", "array"]

_TYPE = re.compile(r"(?P<name>[a-z0-9]+|[A-Z][A-Za-z0-9]+)(?P<nullable>\??)")


class BadShape(ValueError):
    """api/shapes or api/results says something that cannot be."""


@dataclass(frozen=True)
class Type:
    kind: str  # of KINDS, or "object", "list", "map"
    shape: str = ""  # of an object
    item: Type | None = None  # of a list or a map
    nullable: bool = False

    def __str__(self) -> str:
        inner = {"list": f"[{self.item}]", "map": f"{{{self.item}}}", "object": self.shape}.get(self.kind, self.kind)
        return inner + ("?" if self.nullable else "")


def parse_type(text: str) -> Type:
    bare = text.removesuffix("?")
    for kind, opening, closing in (("list", "[", "]"), ("map", "{", "}")):
        if bare.startswith(opening) and bare.endswith(closing):
            return Type(kind, item=parse_type(bare[1:-1]), nullable=bare != text)
    match = _TYPE.fullmatch(text)
    if not match:
        raise BadShape(f"{text!r} is no type")
    name, nullable = match["name"], match["nullable"] == "?"
    if name in KINDS:
        return Type(name, nullable=nullable)
    if name[0].islower():
        raise BadShape(f"{text!r}: no kind is called {name}")
    return Type("object", shape=name, nullable=nullable)


@dataclass
class Field:
    name: str
    type: Type
    optional: bool = False
    summary: str = ""
    sent: list[str] = field(default_factory=list)  # JSON types, where they are not what the kind says
    one: bool = False  # a list that may be sent as its only element
    values: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)


@dataclass
class Shape:
    name: str
    summary: str
    fields: list[Field]
    key: str = ""  # what takes the name under which a map has an element
    scalar: str = ""  # what takes an element that is no object
    rest: Type | None = None  # of the members that are not named
    derived: bool = False  # made by the library, sent by nobody
    credentials: list[dict[str, str]] = field(default_factory=list)

    def field(self, name: str) -> Field:
        return next(item for item in self.fields if item.name == name)


@dataclass
class Answer:
    operation: str
    source: str
    type: Type
    unwrap: list[str]
    adopt: list[str]
    beside: list[Field]
    one: bool
    in_list: bool
    when_empty: dict[str, Any] | None
    summary: str
    example: Any


class Shapes:
    """api/shapes and api/results."""

    def __init__(self, api: Path) -> None:
        self.shapes: dict[str, Shape] = {}
        self.answers: dict[str, Answer] = {}
        for path in sorted((api / "shapes").glob("*.json")):
            for name, row in json.loads(path.read_text(encoding="utf-8"))["shapes"].items():
                if name in self.shapes:
                    raise BadShape(f"{name} stands twice")
                self.shapes[name] = _shape(name, row)
        for path in sorted((api / "results").glob("*.json")):
            for name, row in json.loads(path.read_text(encoding="utf-8"))["results"].items():
                if name in self.answers:
                    raise BadShape(f"{name} has two results")
                self.answers[name] = _answer(name, row)

    # --- as the portal sends it ---

    def sent_schema(self, operation: str) -> Schema:
        """JSON Schema of what the portal sends."""
        answer = self.answers[operation]
        inner = self._sent(answer.type, [], answer.one)
        if answer.summary:
            inner["description"] = answer.summary
        wrapped = [self._wrapped(answer, name) for name in answer.unwrap]
        if answer.in_list:
            return {"anyOf": [wrapped[0], {"type": "array", "items": wrapped[0]}]}
        if len(wrapped) > 1:
            return {"anyOf": [*wrapped, inner], "description": "Wrapped or not, as the portal's module has it."}
        return wrapped[0] if wrapped else inner

    def _wrapped(self, answer: Answer, name: str) -> Schema:
        # A plural beside a singular is a map of things by id that holds the one asked for.
        as_list = answer.type.kind == "object" and name != answer.unwrap[0]
        type_ = Type("list", item=answer.type) if as_list else answer.type
        properties = {name: self._sent(type_, [], answer.one, without=answer.adopt)}
        required = [name]
        if answer.adopt:
            shape = self.shapes[answer.type.shape]
            for adopted in answer.adopt:
                properties[adopted] = self._sent_field(shape.field(adopted))
                required.append(adopted)
        for item in answer.beside:
            properties[item.name] = self._sent_field(item)
            if not item.optional:
                required.append(item.name)
        return {
            "type": "object",
            "required": required,
            "properties": {
                **properties,
                "success": self._sent(Type("flag"), []),
                "info": self._sent(Type("list", item=Type("message")), []),
            },
        }

    def _sent_field(self, item: Field) -> Schema:
        schema = self._sent(item.type, item.sent, item.one)
        if item.summary:
            schema["description"] = item.summary
        return schema

    def _sent(self, type_: Type, sent: list[str], one: bool = False, without: list[str] | None = None) -> Schema:
        schema: Schema = {}
        if type_.kind == "object":
            schema = self._sent_object(self.shapes[type_.shape], without or [])
            if not schema.get("required") and not without:
                schema["type"] = ["object", "array"]  # PHP writes an object without members as a list.
        elif type_.item and type_.kind == "list":
            empty = type_.item.kind in ("hostname", "ip")  # Portals fill up lists with empty ones.
            item = self._sent(replace(type_.item, nullable=True) if empty else type_.item, [])
            if type_.item.kind == "object" and self.shapes[type_.item.shape].scalar and not one:
                item["type"] = ["object", "string"]  # A name by id says enough.
            if str(type_.item) == "message":
                schema = {"type": "array", "items": item}
            elif one and type_.item.kind == "object":
                return {"anyOf": [item, {"type": "array", "items": item}]}
            else:
                schema = {"type": LIST_TYPES, "items": item, "additionalProperties": item}
        elif type_.item:
            schema = {"type": MAP_TYPES, "additionalProperties": self._sent(type_.item, [])}
        else:
            types, format_, _ = KINDS[type_.kind]
            schema = {"type": types} if types else {}
            if format_:
                schema["format"] = format_
        types = sent or schema.get("type", [])
        types = [types] if isinstance(types, str) else list(types)
        if type_.nullable and types and "null" not in types:
            types.append("null")
        if types:
            schema["type"] = types[0] if len(types) == 1 else types
        return {key: value for key, value in schema.items() if value != {} or key != "items"}

    def _sent_object(self, shape: Shape, without: list[str]) -> Schema:
        properties: Schema = {}
        required = []
        for item in shape.fields:
            if item.name in without:
                continue
            for name in (item.name, *item.aliases):
                properties[name] = self._sent_field(item)
            if not item.optional and not item.aliases:
                required.append(item.name)
        schema: Schema = {"type": "object", "description": shape.summary}
        if required:
            schema["required"] = required
        schema["properties"] = properties
        if shape.rest:
            schema["additionalProperties"] = self._sent(shape.rest, [])
        return schema

    # --- as the library gives it ---

    def result_schema(self, operation: str) -> Schema:
        """JSON Schema of what the library gives; `#/$defs/..` are `definitions()`."""
        answer = self.answers[operation]
        schema = self._given(answer.type)
        if answer.summary:
            schema["description"] = answer.summary
        return schema

    def definitions(self) -> dict[str, Schema]:
        """JSON Schemas of the named shapes."""
        return {name: self._given_object(shape) for name, shape in sorted(self.shapes.items())}

    def _given(self, type_: Type, anything: bool = False) -> Schema:
        if type_.kind == "object":
            reference: Schema = {"$ref": f"#/$defs/{type_.shape}"}
            return {"anyOf": [reference, {"type": "null"}]} if type_.nullable else reference
        if type_.item:
            member = "items" if type_.kind == "list" else "additionalProperties"
            return {"type": "array" if type_.kind == "list" else "object", member: self._given(type_.item)}
        schema = {**KINDS[type_.kind][2], "x-type": type_.kind}
        if anything:
            schema = {"x-type": type_.kind}
        if type_.nullable and "type" in schema:
            types = schema["type"]
            schema["type"] = [*([types] if isinstance(types, str) else types), "null"]
        if type_.kind == "secret":
            schema["x-secret"] = True
        return schema

    def _given_object(self, shape: Shape) -> Schema:
        properties: Schema = {}
        for item in shape.fields:
            schema = self._given(item.type, "object" in item.sent and item.type.kind == "secret")
            if item.summary:
                schema["description"] = item.summary
            if item.values:
                schema["x-values"] = item.values
            if item.aliases:
                schema["x-sent-as"] = item.aliases
            properties[item.name] = schema
        if shape.credentials:
            properties["credentials"] = {
                "type": "array",
                "items": {"$ref": "#/$defs/Credential"},
                "description": "What of it lets somebody in.",
                "x-secret": True,
            }
        required = [item.name for item in shape.fields if not item.optional]
        schema = {"type": "object", "title": shape.name, "description": shape.summary}
        if required:
            schema["required"] = required
        schema["properties"] = properties
        if shape.key:
            schema["x-key"] = shape.key
        if shape.rest:
            schema["additionalProperties"] = self._given(shape.rest)
        return schema

    # --- what follows from it ---

    def secrets(self, operation: str) -> list[str]:
        """The names of the fields of an answer that hold secrets."""
        found: set[str] = set()
        self._collect_secrets(self.answers[operation].type, found, set())
        return sorted(found)

    def _collect_secrets(self, type_: Type, found: set[str], seen: set[str]) -> None:
        while type_.item:
            type_ = type_.item
        if type_.kind != "object" or type_.shape in seen:
            return
        seen.add(type_.shape)
        shape = self.shapes[type_.shape]
        if shape.credentials:
            found.add("credentials")
        for item in shape.fields:
            if item.type.kind == "secret":
                found.add(item.name)
                found.update(item.aliases)
            self._collect_secrets(item.type, found, seen)

    def reached(self, operation: str) -> set[str]:
        """The shapes that an answer may hold."""
        return self.inside(self.answers[operation].type) if operation in self.answers else set()

    def inside(self, type_: Type) -> set[str]:
        while type_.item:
            type_ = type_.item
        if type_.shape not in self.shapes:
            return set()
        held = (self.inside(item.type) for item in self.shapes[type_.shape].fields)
        return {type_.shape}.union(*held)

    def mistakes(self) -> list[str]:
        """What JSON Schema cannot say of shapes."""
        lines: list[str] = []
        used = {"Credential"}
        for answer in self.answers.values():
            used |= self._reach(answer.type, f"{answer.operation}", (), lines)
            for item in answer.beside:
                used |= self._reach(item.type, answer.operation, (), lines)
            for name in answer.when_empty or {}:
                if name not in [item.name for item in self.shapes[answer.type.shape].fields]:
                    lines.append(f"{answer.operation}: when_empty: {name} is no field")
            if answer.adopt and not (answer.unwrap and answer.type.kind == "object"):
                lines.append(f"{answer.operation}: only an object that is unwrapped can adopt")
        for shape in self.shapes.values():
            names = [name for item in shape.fields for name in (item.name, *item.aliases)]
            lines += [f"{shape.name}: {name} stands twice" for name in sorted({n for n in names if names.count(n) > 1})]
            for what in ("key", "scalar"):
                name = getattr(shape, what)
                if name and name not in names:
                    lines.append(f"{shape.name}: its {what} {name} is no field")
            for row in shape.credentials:
                for what, name in row.items():
                    if what != "bare_contains" and name not in names:
                        lines.append(f"{shape.name}: credentials: {name} is no field")
            for item in shape.fields:
                if item.values and item.type.kind != "state":
                    lines.append(f"{shape.name}.{item.name}: only a state has values")
        return lines + [f"{name}: nothing uses it" for name in sorted(set(self.shapes) - used)]

    def _reach(self, type_: Type, where: str, above: tuple[str, ...], lines: list[str]) -> set[str]:
        while type_.item:
            type_ = type_.item
        if type_.kind != "object":
            return set()
        if type_.shape not in self.shapes:
            lines.append(f"{where}: no shape is called {type_.shape}")
            return set()
        if type_.shape in above:
            lines.append(f"{type_.shape}: holds itself")
            return set()
        used = {type_.shape}
        for item in self.shapes[type_.shape].fields:
            used |= self._reach(item.type, f"{type_.shape}.{item.name}", (*above, type_.shape), lines)
        return used


def _shape(name: str, row: dict[str, Any]) -> Shape:
    return Shape(
        name=name,
        summary=row["summary"],
        fields=[_field(key, value) for key, value in row["fields"].items()],
        key=row.get("key", ""),
        scalar=row.get("scalar", ""),
        rest=parse_type(row["rest"]) if "rest" in row else None,
        derived=row.get("derived", False),
        credentials=row.get("credentials", []),
    )


def _field(name: str, row: str | dict[str, Any]) -> Field:
    detail: dict[str, Any] = {"type": row} if isinstance(row, str) else row
    return Field(
        name=name.removesuffix("?"),
        type=parse_type(detail["type"]),
        optional=name.endswith("?"),
        summary=detail.get("summary", ""),
        sent=detail.get("sent", []),
        one=detail.get("or_one", False),
        values=detail.get("values", []),
        aliases=detail.get("from", []),
    )


def _answer(name: str, row: dict[str, Any]) -> Answer:
    unwrap = row.get("unwrap", [])
    return Answer(
        operation=name,
        source=row["source"],
        type=parse_type(row["answer"]),
        unwrap=[unwrap] if isinstance(unwrap, str) else unwrap,
        adopt=row.get("adopt", []),
        beside=[_field(key, value) for key, value in row.get("beside", {}).items()],
        one=row.get("or_one", False),
        in_list=row.get("in_list", False),
        when_empty=row.get("when_empty"),
        summary=row.get("summary", ""),
        example=row["example"],
    )
