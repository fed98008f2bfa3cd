"""Writes the tables of shapes that the core works with."""

from __future__ import annotations

import json
from collections.abc import Callable

from shapes import Field, Shape, Shapes, Type

# Kinds that the core treats alike.
_KINDS = {
    "state": "text",
    "email": "text",
    "url": "text",
    "hostname": "text",
    "ip": "text",
    "base64": "text",
    "money": "decimal",
}


class ShapeTables:
    """Collects arrays; equal ones are written once. Every row comes behind what it points to."""

    def __init__(self, model: Shapes, text: Callable[[str], str]) -> None:
        self.model = model
        self.text = text
        self.lines: list[str] = []
        self.known: dict[str, str] = {}
        self.written: set[str] = set()

    def _row(self, kind: str, prefix: str, value: str) -> str:
        if value not in self.known:
            self.known[value] = f"{prefix}_{len(self.known)}"
            self.lines.append(f"constexpr {kind} {self.known[value]}{value};")
        return self.known[value]

    def strings(self, values: list[str]) -> str:
        if not values:
            return "{}"
        return self._row("std::string_view", "names", f"[] = {{{', '.join(map(self.text, values))}}}")

    def type(self, row: Type) -> str:
        kind = _KINDS.get(row.kind, row.kind)
        parts = [f".kind = ShapeKind::{kind}", f".nullable = {str(row.nullable).lower()}"]
        if row.kind == "object":
            self.shape(self.model.shapes[row.shape])
            parts.append(f".shape = &shape_{row.shape}")
        if row.item:
            parts.append(f".item = &{self._row('ShapeType', 'type', f' = {self.type(row.item)}')}")
        return "{" + ", ".join(parts) + "}"

    def fields(self, rows: list[Field]) -> str:
        if not rows:
            return "{}"
        named = [(sent, item) for item in rows for sent in (item.name, *item.aliases)]
        named.sort(key=lambda pair: (len(pair[0]), pair[0]))
        body = ", ".join(
            f"{{{self.text(sent)}, {self.text(item.name)}, {self.type(item.type)}}}" for sent, item in named
        )
        return self._row("ShapeField", "fields", f"[] = {{{body}}}")

    def shape(self, row: Shape) -> None:
        if row.name in self.written:
            return
        self.written.add(row.name)
        keys = ("username", "password", "shared_key", "text", "bare", "bare_contains")
        sources = [
            "{" + ", ".join(f".{key} = {self.text(source.get(key, ''))}" for key in keys) + "}"
            for source in row.credentials
        ]
        credentials = self._row("CredentialSource", "sources", f"[] = {{{', '.join(sources)}}}") if sources else "{}"
        rest = "nullptr"
        if row.rest:
            rest = "&" + self._row("ShapeType", "type", f" = {self.type(row.rest)}")
        content = any(item.type.kind == "content" for item in row.fields)
        fields = self.fields(row.fields)
        self.lines.append(
            f"constexpr Shape shape_{row.name} = {{.name = {self.text(row.name)}, .fields = {fields}, "
            f".key = {self.text(row.key)}, .scalar = {self.text(row.scalar)}, .rest = {rest}, "
            f".credentials = {credentials}, .has_content = {str(content).lower()}}};"
        )


def shape_data(model: Shapes, notice: str, text: Callable[[str], str]) -> str:
    tables = ShapeTables(model, text)
    rows = []
    for name, answer in sorted(model.answers.items()):
        when_empty = f", .when_empty = {text(json.dumps(answer.when_empty))}" if answer.when_empty else ""
        rows.append(
            f"{{.operation = {text(name)}, .type = {tables.type(answer.type)}, "
            f".unwrap = {tables.strings(answer.unwrap)}, .adopt = {tables.strings(answer.adopt)}, "
            f".beside = {tables.fields(answer.beside)}{when_empty}}},"
        )
    return "\n".join(
        [
            notice,
            "// clang-format off",
            '#include "core/answer/shape.hpp"',
            "",
            "namespace hostbill {",
            "namespace {",
            *tables.lines,
            "constexpr AnswerShape all_answers[] = {",
            *rows,
            "};",
            "} // namespace",
            "",
            "std::span<const AnswerShape> answer_shapes() { return all_answers; }",
            "} // namespace hostbill",
            "",
        ]
    )
