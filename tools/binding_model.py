"""What every language's client is generated from: the tree of groups, the arguments of each method, and the facts that
its documentation states, in neutral words. A language's generator adds its own names, types and comment syntax.

    model = catalogue.load()
    for node in binding_model.tree(model).walk():
        for operation in node.operations:
            doc = binding_model.documentation(operation, model)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from catalogue import ROOT, Catalogue, Operation, Param

EFFECTS = {
    "read": "reads and changes nothing",
    "idempotent": "may be repeated: twice does the same as once",
    "unsafe": "acts every time it is called",
    "auth": "concerns the session, which the client looks after by itself",
}

# What examples show for a parameter of that name, or for that of one operation.
EXAMPLES: dict[str, Any] = {
    "domain": "example.com",
    "email": "user@example.com",
    "hostname": "server.example.com",
    "ip": "192.0.2.10",
    "ip_address": "192.0.2.10",
    "ipaddress": "192.0.2.10",
    "items": [{"type": "product", "product_id": 1, "cycle": "m"}],
    "nameservers": ["ns1.example.com", "ns2.example.com"],
    "ns1": "192.0.2.53",
    "priority": 0,
    "subject": "A question",
    "body": "How do I ...?",
    "name": "www",
    "type": "A",
    "content": "192.0.2.10",
    "username": "user@example.com",
    "years": 1,
    "label": "web",
    "max_total": "10.00",
    "records": [{"name": "www", "type": "A", "content": "192.0.2.10"}],
    "zone": "example.com",
    "dns.apply.mode": "add",  # The others delete what is not given.
    "dns.plan.mode": "add",
    "dns.import_zone_file.text": "www 3600 IN A 192.0.2.10",
    "services.rdns.update.ipaddress": {"192.0.2.10": "server.example.com"},
    "sms.send.text": "The backup is done.",
    "sms.send.to": "+15550100",
}

# Where none is required because there is a choice, or because a state stands for them: what examples give all the same.
CHOSEN: dict[str, tuple[str, ...]] = {
    "certificates.wait": ("service_id",),
    "dns.apply": ("zone", "records", "mode"),
    "dns.plan": ("mode",),
    "dns.records.wait": ("domain_id", "type", "name"),
    "domains.wait": ("domain_id",),
    "invoices.wait": ("invoice_id",),
    "orders.wait": ("service_id",),
    "servers.tasks.wait": ("server_id", "task_id"),
    "services.diagnostics.wait": ("service_id",),
    "services.reinstall.wait": ("service_id",),
    "services.rescue.wait": ("service_id",),
    "services.wait": ("service_id",),
    "vms.wait": ("service_id", "vm_id"),
}


@dataclass
class Argument:
    """A parameter of a method: all rows of one name, which may differ between portals."""

    name: str
    rows: list[Param]
    operation: Operation

    @property
    def in_path(self) -> bool:
        return self.rows[0].place == "path"

    @property
    def portals(self) -> list[str]:
        return [name for row in self.rows for name in row.portals]

    @property
    def required(self) -> bool:
        """On every portal that has the operation; otherwise the core checks it for the portal at hand."""
        return all(row.required for row in self.rows) and set(self.portals) == set(self.operation.portals)

    @property
    def sensitive(self) -> bool:
        return any(row.sensitive for row in self.rows)

    @property
    def kinds(self) -> list[str]:
        """The forms it may take: integer, number, boolean, object, any, string, numeric (text or whole number),
        array:integer and so on; more than one where portals differ."""
        return list(dict.fromkeys(kind for row in self.rows for kind in _kinds(row)))

    @property
    def words(self) -> str:
        """The kinds as people say them."""
        return " or ".join(dict.fromkeys(_words(row) for row in self.rows))

    @property
    def enum(self) -> list[Any]:
        """The values it may have, if every portal has a fixed set of texts; else none."""
        if not all(row.enum and row.type == "string" for row in self.rows):
            return []
        return list(dict.fromkeys(value for row in self.rows for value in row.enum))

    @property
    def sentences(self) -> list[str]:
        """What it means, its limits and what differs between portals."""
        secret = ["A secret; never shown."] if self.sensitive else []
        return [*dict.fromkeys(row.summary for row in self.rows), *_differences(self), *secret]

    @property
    def fields(self) -> list[Argument]:
        """The members of an object, or of the objects in a list."""
        names = dict.fromkeys(inner.name for row in self.rows for inner in row.fields)
        return [
            Argument(name, [inner for row in self.rows for inner in row.fields if inner.name == name], self.operation)
            for name in names
        ]

    @property
    def example(self) -> Any:
        """A value for examples; None where none would tell anything."""
        row = self.rows[0]
        own = EXAMPLES.get(f"{self.operation.id}.{self.name}")
        if own is not None:
            return own
        if row.enum and row.type == "string":
            return row.enum[0]
        if row.type == "integer" or row.numeric:
            return max(1, row.minimum or 1)
        if row.type == "boolean":
            return True
        return EXAMPLES.get(self.name)

    @property
    def in_example(self) -> bool:
        """Whether an example of the call gives it, beside those of the path."""
        return self.required or self.name in CHOSEN.get(self.operation.id, ())


@dataclass
class Node:
    """A group of operations: `domains`, `domains.dns_records`."""

    path: tuple[str, ...]
    operations: list[Operation] = field(default_factory=list)
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def class_name(self) -> str:
        return "".join(word.capitalize() for part in self.path for word in part.split("_"))

    def walk(self) -> list[Node]:
        """Inner groups first, so that every class stands before its use."""
        return [node for child in self.children.values() for node in child.walk()] + [self]


def tree(model: Catalogue) -> Node:
    """The root, whose own operations hang from the client itself."""
    root = Node(())
    for operation in [*model.operations, *model.compositions]:
        node = root
        for part in filter(None, operation.group.split(".")):
            node = node.children.setdefault(part, Node((*node.path, part)))
        node.operations.append(operation)
    return root


def arguments(operation: Operation) -> list[Argument]:
    """Path parameters in the path's order, then the required ones, then the others."""
    by_name: dict[str, Argument] = {}
    for row in operation.params:
        by_name.setdefault(row.name, Argument(row.name, [], operation)).rows.append(row)
    return sorted(by_name.values(), key=lambda argument: (not argument.in_path, not argument.required))


@dataclass
class Documentation:
    """What there is to say of an operation, without the syntax of any language."""

    summary: str
    request: str  # "GET /domain/{domain_id}"; empty for a composition
    effect: str  # one or more sentences
    portals: list[str]
    source: str  # the documents it comes from; empty for a composition
    arguments: list[Argument]
    secrets: list[str]  # fields of the answer that are secret
    errors: list[tuple[str, str]]  # error class, when it comes


def documentation(operation: Operation, model: Catalogue) -> Documentation:
    effect = f"{operation.effect}; {EFFECTS[operation.effect]}."
    if operation.money:
        effect += " It can cost money."
    if operation.destructive:
        effect += " It can destroy data or end a service."
    documents = {portal.id: portal.document for portal in model.portals}
    source = (
        f"({operation.source}): {'; '.join(documents[name] for name in operation.portals)}." if operation.path else ""
    )
    return Documentation(
        summary=operation.summary,
        request=f"{operation.method} {operation.path}" if operation.path else "",
        effect=effect,
        portals=list(operation.portals),
        source=source,
        arguments=arguments(operation),
        secrets=operation.secrets,
        errors=_errors(operation, len(documents)),
    )


def composed_name(operation: Operation) -> str:
    """The type of what a composition makes of answers, where that is an object; all that wait give the same."""
    if operation.id.endswith(".wait"):
        return "Waited"
    return "".join(camel(part, upper=True) for part in operation.id.split(".")) + "Result"


def version() -> str:
    """The version of the library and of every package."""
    found = re.search(r"project\(hostbill VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))
    if not found:
        raise ValueError("CMakeLists.txt names no version")
    return found.group(1)


def objects(model: Catalogue) -> dict[str, dict[str, Any]]:
    """Which parameters are objects, for languages that write an empty object and an empty list alike: by operation id
    and by method and path. True: an object; a mapping: an object, and those of its members that hold objects; a list
    of one: a list of such."""
    out: dict[str, dict[str, Any]] = {}
    for operation in [*model.operations, *model.compositions]:
        found = _objects(arguments(operation))
        if found:
            out[operation.id] = found
            if operation.path:
                out[f"{operation.method} {operation.path}"] = found
    return out


def _objects(args: list[Argument]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for argument in args:
        if "object" in argument.kinds:
            found[argument.name] = _objects(argument.fields) or True
        elif "array:object" in argument.kinds:
            found[argument.name] = [_objects(argument.fields) or True]
    return found


def camel(name: str, upper: bool = False) -> str:
    """`dns_records` as dnsRecords or DnsRecords."""
    words = name.split("_")
    head = words[0].capitalize() if upper else words[0]
    return head + "".join(word.capitalize() for word in words[1:])


def listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]


def _errors(operation: Operation, portals: int) -> list[tuple[str, str]]:
    out = []
    if len(operation.portals) < portals:
        out.append(("unsupported", "on the other portals"))
    if operation.effect != "read":
        out.append(("read_only", "if the client is read-only"))
    if any(param.place == "path" for param in operation.params):
        out.append(("not_found", "if the account has no such thing"))
    if any(param.place != "path" for param in operation.params):
        out.append(("validation", "if the portal refuses a value"))
    if operation.effect == "unsafe":
        out.append(("outcome_unknown", "if it may have happened, but no answer came back"))
    return out


_WORDS = {
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "object": "object",
    "any": "any value",
    "string": "text",
}


def _kinds(row: Param) -> list[str]:
    if row.type == "array":
        return [f"array:{row.items}"]
    kind = "numeric" if row.type == "string" and row.numeric else row.type
    return [kind, "array:any"] if row.or_array else [kind]


def _words(row: Param) -> str:
    if row.type == "array":
        words = "list" if row.items == "any" else f"list of {_WORDS[row.items]}s"
    else:
        words = _WORDS[row.type]
    return words + (" or integer" if row.numeric else "") + (" or list" if row.or_array else "")


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _limits(row: Param) -> list[str]:
    limits = []
    if row.enum:
        limits.append("one of " + ", ".join(_quoted(value) for value in row.enum))
    if row.pattern:
        limits.append(
            f"file names ending in {row.pattern}" if row.pattern_kind == "extensions" else f"matching {row.pattern}"
        )
    if row.minimum is not None:
        limits.append(f"at least {row.minimum}")
    if row.maximum is not None:
        limits.append(f"at most {row.maximum}")
    if row.max_length:
        limits.append(f"at most {row.max_length} characters")
    return limits


def _differences(argument: Argument) -> list[str]:
    """What holds on some portals only, a sentence each."""
    out = []
    for row in argument.rows:
        limits = _limits(row)
        if row.required and not argument.required:
            limits.insert(0, "required")
        if limits:
            where = "" if len(row.portals) == len(argument.portals) else f" on {listed(row.portals)}"
            out.append(f"{'; '.join(limits)}{where}".strip())
    if set(argument.portals) != set(argument.operation.portals):
        out.append(f"only on {listed(argument.portals)}")
    return [sentence[0].upper() + sentence[1:] + "." for sentence in out]
