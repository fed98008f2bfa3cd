#!/usr/bin/env python3
"""Checks api/results and api/shapes and prints every fault.

    python3 tools/check_results.py [--documents FOLDER]

Every operation has one result, every example is valid by the schema that its shape gives, and secrets are invented. With the folder of the
published documents, their sample answers are read too, and each must be what api/results says. Exit status 1 where
anything is wrong. Needs the jsonschema package.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

sys.path.insert(0, str(Path(__file__).resolve().parent))
import documents
import samples
from samples import Schema
from shapes import BadShape, Shapes

API = Path(__file__).resolve().parent.parent / "api"

# --- formats ----------------------------------------------------------------

PATTERNS = {
    "id": r"\S+",
    "count": r"-?\d+",
    "money": r"-?\d+(\.\d+)?",
    "decimal": r"-?\d+(\.\d+)?",
    "flag": r"(?i)0|1|true|false|on|off|yes|no",
    "portal-date": r"\d{4}-\d\d-\d\d",
    "portal-datetime": r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d|T\d\d:\d\d:\d\d[+-]\d\d:\d\d)",
    "base64": r"[A-Za-z0-9+/\s]+={0,2}",
    "host-name": r"[\w-]+(\.[\w-]+)*",
}


def format_checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, pattern in PATTERNS.items():
        checker.checks(name)(lambda value, pattern=pattern: _text_is(value, pattern))
    checker.checks("ip", raises=ValueError)(_is_address)
    return checker


def _text_is(value: object, pattern: str) -> bool:
    return not isinstance(value, str) or value == "" or re.fullmatch(pattern, value) is not None


def _is_address(value: object) -> bool:
    return not isinstance(value, str) or value == "" or bool(ipaddress.ip_address(value))


# --- api/ -------------------------------------------------------------------


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def secret_texts(value: Any, secrets: set[str], name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for member, deeper in value.items():
            yield from secret_texts(deeper, secrets, member)
    elif isinstance(value, list):
        for deeper in value:
            yield from secret_texts(deeper, secrets, name)
    elif isinstance(value, str) and name in secrets:
        yield value


class Results:
    """api/results and api/operations, and what is wrong with them."""

    def __init__(self, api: Path) -> None:
        self.faults: list[str] = []
        self.results: dict[str, dict[str, Any]] = {}
        self.formats = format_checker()
        self.operations = {
            row["id"]: row
            for path in sorted((api / "operations").glob("*.json"))
            for row in read_json(path)["operations"]
        }
        self._read_files(api)

    def _read_files(self, api: Path) -> None:
        for kind in ("results", "shapes"):
            validator = Draft202012Validator(read_json(api / "schema" / f"{kind}.schema.json"))
            for path in sorted((api / kind).glob("*.json")):
                content = read_json(path)
                for error in validator.iter_errors(content):
                    self.faults.append(f"api/{kind}/{path.name}: {error.json_path}: {error.message[:200]}")
                for name in content.get("results", {}):
                    if name.partition(".")[0] != path.stem:
                        self.faults.append(f"{name}: does not belong in {path.name}")
        if self.faults:
            return
        try:
            shaped = Shapes(api)
        except BadShape as problem:
            self.faults.append(str(problem))
            return
        self.faults += shaped.mistakes()
        if self.faults:
            return
        for name, answer in shaped.answers.items():
            self.results[name] = {
                "source": answer.source,
                "schema": shaped.sent_schema(name),
                "example": answer.example,
                "secrets": set(shaped.secrets(name)),
            }

    def check(self) -> None:
        self.faults += [f"{name}: no result" for name in sorted(set(self.operations) - set(self.results))]
        self.faults += [f"{name}: no such operation" for name in sorted(set(self.results) - set(self.operations))]
        for name, result in self.results.items():
            self.faults += [
                f"{name}: example: {fault}" for fault in self.differences(result["example"], result["schema"])
            ]
            self._check_secrets(name, result)

    def _check_secrets(self, name: str, result: dict[str, Any]) -> None:
        for text in secret_texts(result["example"], result["secrets"]):
            if text and "example" not in text:
                self.faults.append(f"{name}: example: a secret should read example-..., not {text!r}")

    def differences(self, answer: Any, schema: Schema) -> Iterator[str]:
        """What the schema has against an answer, and which members it does not know."""
        for error in Draft202012Validator(schema, format_checker=self.formats).iter_errors(answer):
            yield f"{error.json_path}: {error.message[:200]}"
        yield from unknown_members(answer, [schema], "$")


def unknown_members(answer: Any, schemas: list[Schema], path: str) -> Iterator[str]:
    if isinstance(answer, list):
        for i, item in enumerate(answer):
            yield from unknown_members(
                item, [deeper for schema in schemas for deeper in samples.items(schema)], f"{path}[{i}]"
            )
    elif isinstance(answer, dict) and {} not in schemas:
        for name, item in answer.items():
            deeper = [option for schema in schemas for option in samples.members(schema, name)]
            deeper = deeper or [option for schema in schemas for option in samples.values(schema)]
            if not deeper:
                yield f"{path}: the schema does not know {name!r}"
            else:
                yield from unknown_members(item, deeper, f"{path}.{name}")


# --- the documents ----------------------------------------------------------


def read_sample(text: str, schema: Schema, counts: Counter[str]) -> Any:
    try:
        answer = samples.read(text)
    except samples.Unreadable:
        answer = samples.rebuild(text, schema)
        counts["rebuilt"] += 1
    counts["checked"] += 1
    return answer


def check_samples(results: Results, folder: Path) -> str:
    """Compares the documents' sample answers; returns what was done in one line."""
    ids = {(row["method"], row["document_path"]): name for name, row in results.operations.items()}
    counts: Counter[str] = Counter()
    shown: set[str] = set()
    for portal in documents.PORTALS:
        for operation in documents.read(portal, folder):
            name = ids.get((operation.method, operation.path))
            if name not in results.results:
                continue  # Reported already, or tools/check_documents.py does.
            text = samples.strip_fence(operation.answer_text)
            if not text:
                counts["none"] += 1
            elif text.lstrip("{\n ").startswith('"error"'):
                counts["refusals"] += 1
            else:
                shown.add(name)
                schema = results.results[name]["schema"]
                try:
                    faults = list(results.differences(read_sample(text, schema, counts), schema))
                except samples.Unreadable as problem:
                    counts["unreadable"] += 1
                    faults = [f"could not be repaired: {problem}"]
                results.faults += [f"{name}: {portal}'s sample: {fault}" for fault in faults]
    for name, result in results.results.items():
        if (result["source"] == "documented") != (name in shown):
            who = "a document" if name in shown else "no document"
            results.faults.append(f"{name}: source is {result['source']}, but {who} shows an answer")
    return (
        f"samples: {counts['checked']} repaired and checked, {counts['rebuilt']} of which had lost their brackets; "
        f"{counts['refusals']} show a refusal only, {counts['unreadable']} could not be repaired; "
        f"{counts['none']} operations of a portal show none"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Checks api/results.")
    parser.add_argument("--documents", type=Path, metavar="FOLDER", help="compare with the published documents too")
    arguments = parser.parse_args()
    results = Results(API)
    summary = ""
    if not results.faults:
        results.check()
        if arguments.documents:
            summary = "; " + check_samples(results, arguments.documents)
    for fault in results.faults:
        print(fault)
    sources = Counter(result["source"] for result in results.results.values())
    told = ", ".join(f"{count} {source}" for source, count in sorted(sources.items()))
    print(f"results: {len(results.results)} ({told}), {len(results.faults)} faults{summary}")
    return 1 if results.faults else 0


if __name__ == "__main__":
    sys.exit(main())
