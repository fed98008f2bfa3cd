#!/usr/bin/env python3
"""Checks api/: every file against its schema, and what a schema cannot say. Prints each mistake; exit status 1 on any."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import catalogue
import generate_control
import objects
from catalogue import API, Catalogue, Operation, Param
from jsonschema import Draft202012Validator
from referencing import Registry, Resource


def schema_mistakes(api: Path) -> Iterator[str]:
    schemas = {path.name: catalogue.read_json(path) for path in sorted((api / "schema").glob("*.json"))}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    for path in sorted(api.rglob("*.json")):
        if path.parent.name == "schema":
            continue
        document = catalogue.read_json(path)
        where = path.relative_to(api)
        name = Path(document.get("$schema", "")).name
        if name not in schemas:
            yield f"{where}: names no schema of api/schema"
            continue
        for error in Draft202012Validator(schemas[name], registry=registry).iter_errors(document):
            yield f"{where}: {error.json_path}: {error.message[:200]}"


def repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def param_mistakes(params: list[Param], portal: str) -> Iterator[str]:
    here = [param for param in params if portal in param.portals]
    for name in repeated([name for param in here for name in param.names]):
        yield f"{name} means two parameters on {portal}"
    for param in here:
        if param.type in ("array", "object") and param.place == "path":
            yield f"{param.name}: a path cannot hold an {param.type}"
        if param.numeric and param.type != "string":
            yield f"{param.name}: numeric is for texts"
        if param.boolean_form != "native" and param.type != "boolean":
            yield f"{param.name}: boolean_form is for booleans"
        if param.pattern and param.pattern_kind == "regex":
            try:
                re.compile(param.pattern)
            except re.error as error:
                yield f"{param.name}: pattern: {error}"
        yield from (f"{param.name}: {line}" for line in param_mistakes(param.fields, portal))


def operation_mistakes(op: Operation) -> Iterator[str]:
    if not op.portals:
        yield "no portal has it"
    if not op.result:
        yield "no result in api/results"
    path_names = re.findall(r"\{(\w+)\}", op.path)
    for portal in op.portals:
        given = [param.name for param in op.params_on(portal) if param.place == "path"]
        if sorted(given) != sorted(path_names):
            yield f"path parameters {given} do not match {op.path} on {portal}"
        yield from param_mistakes(op.params, portal)
    if re.sub(r"\{\w+\}", "@", op.path) != re.sub(r"@\w+", "@", op.document_path):
        yield "path and document_path differ in more than placeholders"
    if op.method == "GET" and op.effect == "unsafe":
        yield "a GET that is unsafe"
    if op.method == "DELETE" and not (op.effect == "unsafe" and op.destructive):
        yield "a DELETE is unsafe and destructive"
    if op.money and op.effect != "unsafe":
        yield "what spends money is unsafe"


def catalogue_mistakes(model: Catalogue) -> Iterator[str]:
    ids = [op.id for op in model.operations]
    routes = [f"{op.method} {re.sub(r'{[^}]*}', '{}', op.path)}" for op in model.operations]
    for name in repeated(ids) + repeated(routes):
        yield f"{name}: stands twice"
    yield from model.shapes.mistakes()
    yield from (f"{name}: a result without operation" for name in sorted(set(model.shapes.answers) - set(ids)))
    groups = {op.group for op in model.operations}
    for op in model.operations:
        if op.id in groups:
            yield f"{op.id}: is both an operation and a group"
        yield from (f"{op.id}: {line}" for line in dict.fromkeys(operation_mistakes(op)))
    for portal in model.portals:
        for name in portal.operations:
            if name not in ids:
                yield f"{portal.id}: unknown operation {name}"
    for name in repeated([str(row["status"]) for row in model.errors]) + repeated(
        [row["class"] for row in model.errors]
    ):
        yield f"errors: {name} stands twice"


def reconcile_mistakes(model: Catalogue) -> Iterator[str]:
    by_id = {op.id: op for op in [*model.operations, *model.compositions]}
    unsafe = {op.id for op in by_id.values() if op.effect == "unsafe"}
    ruled = [rule["operation"] for rule in model.reconcile]
    yield from (f"{name}: stands twice" for name in repeated(ruled))
    yield from (f"{name}: unsafe, but no rule can settle it" for name in sorted(unsafe - set(ruled)))
    yield from (f"{name}: has a rule, but is no unsafe operation" for name in sorted(set(ruled) - unsafe))
    for rule in model.reconcile:
        op = by_id.get(rule["operation"])
        if op is None:
            continue  # Said already: a rule for what is no unsafe operation.
        for step in rule["tests"]:
            read = by_id.get(step.get("read", ""))
            if "read" in step and (read is None or read.effect != "read"):
                yield f"{op.id}: {step['read']} is no read"
            for portal in set(op.portals) - set(read.portals if read else op.portals):
                yield f"{op.id}: {portal} has it without {step['read']}"
            names = {param.name for param in op.params}
            for row in step.get("match", []) + step.get("untouched", []):
                if row.get("param", op.params[0].name if op.params else "") not in names:
                    yield f"{op.id}: matches by {row['param']}, which is no parameter"
            needed = {param.name for param in read.params if param.place == "path"} if read else set()
            if not needed <= names | ({"task_id"} if step["test"] == "task" else set()):
                yield f"{op.id}: cannot fill {sorted(needed - names)} of {step['read']}"


EFFECTS = ("read", "idempotent", "unsafe")  # from harmless to not


def composition_mistakes(model: Catalogue) -> Iterator[str]:
    by_id = {op.id: op for op in model.operations}
    yield from (f"{name}: stands twice" for name in repeated([*by_id, *(row.id for row in model.compositions)]))
    groups = {row.group for row in [*model.operations, *model.compositions]}
    for row in model.compositions:
        if row.id in groups:
            yield f"{row.id}: is both an operation and a group"
        if not row.portals:
            yield f"{row.id}: no portal has what it needs"
        for portal in row.portals:
            yield from (f"{row.id}: {line}" for line in param_mistakes(row.params, portal))
        needed = [name for need in row.needs for name in ([need] if isinstance(need, str) else need)]
        for name in [*needed, *(step["operation"] for step in row.steps)]:
            if name not in by_id:
                yield f"{row.id}: unknown operation {name}"
        called = [(by_id[step["operation"]], step) for step in row.steps if step["operation"] in by_id]
        worst = max((EFFECTS.index(step.get("as", op.effect)) for op, step in called), default=0)
        if EFFECTS.index(row.effect) != worst:
            yield f"{row.id}: its steps are {EFFECTS[worst]}, and it says {row.effect}"
        if row.money != any(op.money and "as" not in step for op, step in called):
            yield f"{row.id}: money differs from its steps'"
        if row.destructive != any(op.destructive and "as" not in step for op, step in called):
            yield f"{row.id}: destructive differs from its steps'"


def waiter_mistakes(model: Catalogue) -> Iterator[str]:
    by_id = {op.id: op for op in model.operations}
    for row in model.waiters:
        known = {param["name"] for param in row["params"]}
        if row["interval"] > row["max_interval"]:
            yield f"{row['id']}: its interval shrinks"
        for link in row["links"]:
            op = by_id.get(link["operation"])
            if op is None or op.effect != "read":
                yield f"{row['id']}: {link['operation']} is no read"
                continue
            if set(link["params"]) != {param.name for param in op.params if param.place == "path"}:
                yield f"{row['id']}: {op.id} is not called with its path's parameters"
            used = {*link["params"].values(), *(match["param"] for match in link.get("match", []) if "param" in match)}
            used |= {link[key] for key in ("where", "unless") if key in link}
            kept = {name for other in row["links"] for name in other.get("keep", {})}
            if not used <= known | kept:
                yield f"{row['id']}: nothing gives {sorted(used - known - kept)}"
            secret = set(link.get("shows", [])) & set(op.secrets)
            if secret:
                yield f"{row['id']}: shows {sorted(secret)}, which are secret"
            for condition in link.get("done", []):
                if "param" in condition and condition["default"] not in row.get("words", {}):
                    yield f"{row['id']}: has no words for {condition['default']}"


def main() -> int:
    api = Path(sys.argv[1]) if len(sys.argv) > 1 else API
    mistakes = list(schema_mistakes(api))
    if not mistakes:
        model = catalogue.load(api)
        mistakes = [
            *catalogue_mistakes(model),
            *(f"compositions: {line}" for line in composition_mistakes(model)),
            *(f"waiters: {line}" for line in waiter_mistakes(model)),
            *(f"reconcile: {line}" for line in reconcile_mistakes(model)),
            *(f"objects: {line}" for line in objects.mistakes(model)),
            *(f"control: {line}" for line in generate_control.mistakes(api)),
        ]
    for line in mistakes:
        print(line)
    print(f"api: {len(mistakes)} mistakes", file=sys.stderr)
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
