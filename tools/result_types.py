"""What operations and compositions answer, as the named types that typed languages make of it: those of api/shapes, and
those that the results of compositions describe in JSON Schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from catalogue import Catalogue
from shapes import Field, Schema, Shape, Type

# What stands in several results or has a plain name of its own, by where it stands: the first place is enough.
NAMES = {
    "certificates.wait": "Waited",
    "dns.apply": "DnsApplied",
    "dns.apply.done": "DnsChange",
    "dns.apply.done.record": "DnsPlannedRecord",
    "dns.apply.differs": "DnsDifference",
    "dns.import_zone_file": "DnsPlan",
    "dns.import_zone_file.update": "DnsUpdate",
    "dns.export_zone_file": "DnsZoneFile",
    "dns.zones.find": "FoundZone",
    "money.balance": "MoneyBalance",
    "money.renewals": "Renewals",
    "money.renewals.renewals": "Renewal",
    "money.renewals.totals": "RenewalTotal",
    "orders.place": "PlacedOrder",
    "reconcile": "Reconciled",
    "reconcile.evidence": "Evidence",
    "services.upgrade.estimate": "UpgradeEstimate",
    "services.upgrade.place": "PlacedUpgrade",
}
WORDS = {"string": "text", "integer": "integer", "boolean": "flag", "number": "decimal"}
FORMATS = {"decimal": "money", "date": "date", "date-time-local": "datetime"}


@dataclass
class ResultTypes:
    """The named types, sorted, and what each operation and composition answers."""

    shapes: dict[str, Shape]
    answers: dict[str, Type]

    def states(self) -> dict[str, tuple[str, list[str]]]:
        """Open sets of texts: by the name of the type, where it stands and the values that are known."""
        return {
            state_name(shape, field): (f"{shape.name}'s {field.name}", field.values)
            for shape in self.shapes.values()
            for field in shape.fields
            if field.values
        }


def result_types(model: Catalogue) -> ResultTypes:
    types = ResultTypes({name: _with_credentials(shape) for name, shape in model.shapes.shapes.items()}, {})
    for name, answer in model.shapes.answers.items():
        types.answers[name] = answer.type
    known: dict[str, str] = {}
    for composition in model.compositions:
        schema = composition.result["schema"]
        summary = f"What {composition.id} tells."
        if composition.id.endswith(".wait"):
            summary = "What came of waiting."
        types.answers[composition.id] = _type(schema, composition.id, summary, types, known)
    types.shapes = dict(sorted(types.shapes.items()))
    return types


def state_name(shape: Shape, field: Field) -> str:
    """The name of the type of a state, in the words of the shape: InvoiceStatus."""
    words = "".join(word.capitalize() for word in field.name.split("_"))
    return words if words.startswith(shape.name) else shape.name + words


def words(name: str) -> str:
    """`firstItemId` and `serverID` as first_item_id and server_id."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def constant(value: str) -> str:
    """`Client-Reply` as client_reply."""
    return re.sub(r"[^a-z0-9]+", "_", words(value)).strip("_")


def _with_credentials(shape: Shape) -> Shape:
    if not shape.credentials:
        return shape
    listed = Field(
        "credentials", Type("list", item=Type("object", shape="Credential")), True, "What of it lets somebody in."
    )
    return replace(shape, fields=[*shape.fields, listed])


def _type(schema: Schema, where: str, summary: str, types: ResultTypes, known: dict[str, str]) -> Type:
    if "$ref" in schema:
        return Type("object", shape=schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        real = [one for one in schema["anyOf"] if one != {"type": "null"}]
        if len(real) != 1:
            return Type("any")
        return replace(_type(real[0], where, summary, types, known), nullable=len(real) < len(schema["anyOf"]))
    if "enum" in schema:
        return Type("state", nullable=None in schema["enum"])
    given = schema.get("type", [])
    kinds = [given] if isinstance(given, str) else list(given)
    nullable = "null" in kinds
    kinds = [kind for kind in kinds if kind != "null"]
    if len(kinds) != 1:
        return Type("any")
    if kinds == ["array"]:
        item = _type(schema.get("items", {}), where, schema.get("description", summary), types, known)
        return Type("list", item=item, nullable=nullable)
    if kinds == ["object"]:
        if "properties" not in schema:
            return Type("map", item=Type("any"), nullable=nullable)
        return Type("object", shape=_shape(schema, where, summary, types, known), nullable=nullable)
    return Type(FORMATS.get(schema.get("format", ""), WORDS[kinds[0]]), nullable=nullable)


def _shape(schema: Schema, where: str, summary: str, types: ResultTypes, known: dict[str, str]) -> str:
    form = repr({key: value for key, value in schema.items() if key != "description"})
    if form in known:
        return known[form]
    name = NAMES.get(where) or "".join(word.capitalize() for word in re.split(r"[._]", where))
    if name in types.shapes:
        raise ValueError(f"{where}: there is a type {name} already")
    known[form] = name
    shape = Shape(name, schema.get("description", summary), [], derived=True)
    types.shapes[name] = shape
    for field, inner in schema["properties"].items():
        text = inner.get("description", "")
        kind = _type(inner, f"{where}.{field}", text or f"A part of {name}: {field}.", types, known)
        values = [value for value in inner.get("enum", []) if value is not None]
        optional = field not in schema.get("required", [])
        shape.fields.append(Field(field, kind, optional, _sentence(text), values=values))
    return name


def _sentence(text: str) -> str:
    return text if not text or text.endswith(".") else text + "."
