"""The sandbox's control API, from api/control.json: a table for C++, an OpenAPI document that the sandbox serves, and the
table of docs/sandbox-control.md."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import catalogue
from catalogue import ROOT

BEGIN = "<!-- Generated from api/control.json by tools/generate.py: begin -->\n"
END = "<!-- end -->\n"
NAME_FORM = "1 to 40 of a-z, 0-9, _ and -"
WORLD = {"name": "world", "type": "name", "summary": "Which world it is about; the main one without it."}
LOWEST, HIGHEST = -(2**53), 2**53

Row = dict[str, Any]


def commands(api: Path = catalogue.API) -> list[Row]:
    rows: list[Row] = catalogue.read_json(api / "control.json")["commands"]
    for row in rows:
        row["members"] += [WORLD] if row.get("world") else []
    return rows


def mistakes(api: Path) -> Iterator[str]:
    """What the schema cannot say."""
    rows = commands(api)
    names = [row["name"] for row in rows]
    yield from (f"{name}: stands twice" for name in sorted({name for name in names if names.count(name) > 1}))
    for row in rows:
        members = [member["name"] for member in row["members"]]
        for name in sorted({name for name in members if members.count(name) > 1} | set(members) & {"command"}):
            yield f"{row['name']}: {name} stands twice"
        for member in row["members"]:
            if {"minimum", "maximum"} & set(member) and member["type"] != "integer":
                yield f"{row['name']}: {member['name']}: bounds are for whole numbers"
            if "enum" in member and member["type"] != "text":
                yield f"{row['name']}: {member['name']}: enum is for texts"
        known = set(row["answer"].get("properties", {}))
        for name in sorted(set(row["answer"].get("required", [])) - known):
            yield f"{row['name']}: answers {name}, which is not described"


def expected(member: Row) -> str:
    if "expected" in member:
        return str(member["expected"])
    if "enum" in member:
        return ", ".join(member["enum"])
    if member["type"] == "integer":
        low, high = member.get("minimum"), member.get("maximum")
        return (
            f"{low} to {high}" if high is not None else "a whole number" + ("" if low is None else f", {low} or more")
        )
    texts = {"text": "text", "name": NAME_FORM, "flag": "true, false", "object": "an object"}
    return texts.get(member["type"], "a status such as 404, or a hundred such as 4xx")


def table(notice: str, text: Callable[[str], str]) -> str:
    lines = [notice, "// clang-format off", "#pragma once", "", '#include "sandbox/control/command.hpp"', ""]
    lines += ["namespace hostbill::sandbox {", ""]
    rows = commands()
    for row in rows:
        words = [member for member in row["members"] if "enum" in member]
        for member in words:
            values = ", ".join(text(word) for word in member["enum"])
            lines.append(f"inline constexpr std::string_view {row['name']}_{member['name']}_words[] = {{{values}}};")
        if not row["members"]:
            continue
        lines.append(f"inline constexpr ControlMember {row['name']}_members[] = {{")
        for member in row["members"]:
            parts = [
                f".name = {text(member['name'])}",
                f".type = ControlType::{member['type']}",
                f".required = {'true' if member.get('required') else 'false'}",
                f".minimum = {member.get('minimum', LOWEST)}",
                f".maximum = {member.get('maximum', HIGHEST)}",
                f".words = {row['name'] + '_' + member['name'] + '_words' if 'enum' in member else '{}'}",
                f".expected = {text(expected(member))}",
            ]
            lines.append(f"    {{{', '.join(parts)}}},")
        lines.append("};")
    lines += ["", "inline constexpr ControlCommand control_commands[] = {"]
    for row in rows:
        members = f"{row['name']}_members" if row["members"] else "{}"
        lines.append(f"    {{{text(row['name'])}, {members}}},")
    return "\n".join([*lines, "};", "", "} // namespace hostbill::sandbox", ""])


def member_schema(member: Row) -> Row:
    kinds: dict[str, Row] = {
        "text": {"type": "string"},
        "name": {"type": "string", "pattern": "^[a-z0-9_-]{1,40}$"},
        "flag": {"type": "boolean"},
        "integer": {"type": "integer"},
        "object": {"type": "object"},
        "status": {
            "oneOf": [
                {"type": "integer", "minimum": 0, "maximum": 599},
                {"type": "string", "pattern": "^([1-5][0-9]{2}|[1-5]xx|0)$"},
            ]
        },
    }
    schema = dict(kinds[member["type"]])
    schema |= {key: member[key] for key in ("minimum", "maximum", "enum", "default") if key in member}
    schema |= {"format": "password"} if member.get("secret") else {}
    return schema | {"description": member["summary"]}


def command_schema(row: Row, named: bool) -> Row:
    properties: Row = {"command": {"const": row["name"]}} if named else {}
    properties |= {member["name"]: member_schema(member) for member in row["members"]}
    required = ["command"] if named else []
    required += [member["name"] for member in row["members"] if member.get("required")]
    schema: Row = {"type": "object", "additionalProperties": False, "properties": properties}
    return schema | ({"required": required} if required else {})


def answers(schema: Row) -> Row:
    def answer(description: str, content: Row) -> Row:
        return {"description": description, "content": {"application/json": {"schema": content}}}

    error = {"$ref": "#/components/schemas/Error"}
    plain = {"$ref": "#/components/schemas/Refusal"}
    return {
        "200": answer("Done.", schema),
        "400": answer("A mistake in the command; nothing was changed.", error),
        "403": answer("X-Sandbox-Token is missing or wrong.", plain),
    }


def openapi() -> str:
    rows = commands()
    paths: Row = {
        "/_sandbox/control": {
            "post": {
                "operationId": "control",
                "summary": "Any command, by its name.",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {
                                "oneOf": [{"$ref": f"#/components/schemas/{row['name']}"} for row in rows],
                                "discriminator": {
                                    "propertyName": "command",
                                    "mapping": {row["name"]: f"#/components/schemas/{row['name']}" for row in rows},
                                },
                            }
                        }
                    },
                },
                "responses": answers({"type": "object"}),
            }
        },
    }
    for row in rows:
        content = {"application/json": {"schema": command_schema(row, named=False)}}
        needed = any(member.get("required") for member in row["members"])
        paths[f"/_sandbox/{row['name']}"] = {
            "post": {
                "operationId": row["name"],
                "summary": row["summary"],
                "requestBody": {"required": needed, "content": content},
                "responses": answers({"$ref": f"#/components/schemas/{row['name']}_answer"}),
            }
        }
    paths["/_sandbox/openapi.json"] = {
        "get": {
            "operationId": "openapi",
            "summary": "This document.",
            "security": [],
            "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {}}}}},
        }
    }
    text = {"type": "string"}
    field = {"field": text, "problem": text, "expected": text, "nearest": text}
    error = {"class": text, "status": {"type": "integer"}, "message": text}
    schemas: Row = {
        "Error": {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["class", "message"],
                    "properties": error
                    | {"fields": {"type": "array", "items": {"type": "object", "properties": field}}},
                }
            },
        },
        "Refusal": {
            "type": "object",
            "required": ["error"],
            "properties": {"error": {"type": "array", "items": text}},
        },
    }
    for row in rows:
        schemas[row["name"]] = command_schema(row, named=True)
        schemas[f"{row['name']}_answer"] = row["answer"]
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "hostbill sandbox: control",
            "version": "1",
            "description": "What the owner of a sandbox can ask of it, beside the portal's own API.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Sandbox-Token"}},
        },
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def documentation() -> str:
    lines = ["| command | members | |", "|---|---|---|"]
    for row in commands():
        members = [f"`{member['name']}`" + ("" if member.get("required") else "?") for member in row["members"]]
        lines.append(f"| `{row['name']}` | {', '.join(members)} | {row['summary']} |")
    lines.append("")
    for row in commands():
        own = [member for member in row["members"] if member is not WORLD]
        if own:
            lines += [f"**`{row['name']}`**", ""]
            lines += [f"- `{member['name']}` ({expected(member)}): {member['summary']}" for member in own]
            lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def main(notice: str, text: Callable[[str], str]) -> None:
    folder = ROOT / "sandbox" / "generated"
    folder.mkdir(exist_ok=True)
    (folder / "control_table.hpp").write_text(table(notice, text), encoding="utf-8")
    (folder / "control_openapi.json").write_text(openapi(), encoding="utf-8")
    page = ROOT / "docs" / "sandbox-control.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(before + BEGIN + documentation() + END + rest.split(END, 1)[1], encoding="utf-8")
