#!/usr/bin/env python3
"""Compares api/ with the published documents and prints every difference.

    python3 tools/check_documents.py FOLDER

FOLDER holds the five documents (file names in tools/documents.py). Both
directions are checked: what a document shows must be in api/, and what api/
calls documented must be in a document. Exit status 1 where anything differs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import catalogue
import documents
from catalogue import Catalogue, Param, Portal

EXPECTED = {"coloup": 130, "generic": 71, "time4vps": 73, "elsecloud": 119, "internetport": 109}

# What a document's type may be called in api/. A document's "array" is PHP's: a list or a map. "string" and "int"
# change places between tables for the same value, so a numeric text stands for both; words for true and false too.
TYPES = {
    "string": {"string", "numeric", "words"},
    "int": {"integer", "numeric"},
    "integer": {"integer", "numeric"},
    "bool": {"boolean"},
    "boolean": {"boolean"},
    "number": {"number"},
    "array": {"array", "object"},
    "string[]": {"array"},
    "int[]": {"array"},
    "string|int": {"numeric"},
    None: {"string", "integer", "numeric", "boolean", "array", "object", "words"},
}


def kind(param: Param) -> str:
    if param.numeric:
        return "numeric"
    if param.type == "boolean" and param.boolean_form != "native":
        return "words"
    return param.type


def kinds(param: Param) -> set[str]:
    return {kind(param), param.type}


def find(params: list[Param], name: str) -> Param | None:
    return next((param for param in params if name in param.names), None)


def expected_place(operation: documents.Operation, name: str, param: Param) -> str:
    # A table may call a placeholder otherwise than the path does: record_id for @index, tld_id for @id.
    if name in operation.placeholders or (param.place == "path" and param.names & set(operation.placeholders)):
        return "path"
    # The Swagger document says query for what the portal reads from a body.
    return "query" if operation.method in ("GET", "DELETE") else "body"


def parameter_differences(operation: documents.Operation, shown: documents.Parameter, param: Param) -> Iterator[str]:
    if shown.in_table and not TYPES[shown.type] & kinds(param):
        yield f"{shown.name}: documented type {shown.type}, api/ has {param.type}"
    place = expected_place(operation, shown.name, param)
    if param.place != place:
        yield f"{shown.name}: belongs in the {place}, api/ has {param.place}"
    says_required = shown.required or "(required" in shown.description
    if says_required and not param.required:
        yield f"{shown.name}: documented as required, not so in api/"
    if param.required and param.place != "path":
        if re.search(r"\boptional\b", shown.description, re.I):
            yield f"{shown.name}: documented as optional, required in api/"
        if not says_required and param.required_source == "documented":
            yield f"{shown.name}: api/ says a document requires it; none does"
    if shown.enum and [str(value) for value in param.enum] != shown.enum:
        yield f"{shown.name}: documented values {shown.enum}, api/ has {param.enum}"
    if shown.pattern and param.pattern != shown.pattern:
        yield f"{shown.name}: documented pattern {shown.pattern}, api/ has {param.pattern or 'none'}"
    for inner in sorted(operation.nested.get(shown.name, ())):
        # Numbers are keys of a map, not names.
        if not inner.isdigit() and find(param.fields, inner) is None:
            yield f"{shown.name}[].{inner}: in the sample, not in api/"


def portal_differences(model: Catalogue, portal: Portal, folder: Path) -> Iterator[str]:
    shown = {(op.method, op.path): op for op in documents.read(portal.id, folder)}
    ours = {(op.method, op.document_path): op for op in model.operations if op.id in portal.operations}
    if len(shown) != EXPECTED[portal.id]:
        yield f"the document gives {len(shown)} operations, {EXPECTED[portal.id]} were expected"
    host = re.sub(r"^https://", "", portal.base_url).removesuffix("/api")
    if host not in (folder / documents.PORTALS[portal.id]).read_text(encoding="utf-8", errors="replace"):
        yield f"base URL {portal.base_url} is not in the document"
    for key in sorted(shown.keys() - ours.keys()):
        yield f"{' '.join(key)}: in the document, not in api/"
    for key in sorted(ours.keys() - shown.keys()):
        yield f"{' '.join(key)}: in api/, not in the document"
    for key in sorted(shown.keys() & ours.keys()):
        operation, row = shown[key], ours[key]
        params = [param for param in row.params_on(portal.id)]
        for parameter in operation.parameters.values():
            param = find(params, parameter.name)
            if param is None:
                yield f"{row.id}: parameter {parameter.name} is in the document, not in api/"
                continue
            for difference in parameter_differences(operation, parameter, param):
                yield f"{row.id}: {difference}"
        for placeholder in operation.placeholders:
            if find([param for param in params if param.place == "path"], placeholder) is None:
                yield f"{row.id}: placeholder @{placeholder} is no path parameter in api/"
        for param in params:
            named = param.names & (operation.parameters.keys() | set(operation.placeholders))
            if not named and param.source == "documented":
                yield f"{row.id}: parameter {param.name} is in api/ as documented, not in the document"


def main() -> int:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    model = catalogue.load()
    differences = [
        f"{portal.id}: {line}" for portal in model.portals for line in portal_differences(model, portal, folder)
    ]
    for line in differences:
        print(line)
    total = sum(len(portal.operations) for portal in model.portals)
    params = sum(len(op.params_on(portal)) for op in model.operations for portal in op.portals)
    print(
        f"{total} operations on {len(model.portals)} portals, {len(model.operations)} distinct, "
        f"{params} parameters: {len(differences)} differences",
        file=sys.stderr,
    )
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
