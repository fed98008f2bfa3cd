"""The sandbox's quirks, from api/quirks.json: a table for C++, and the tables of docs/sandbox-quirks.md."""

from __future__ import annotations

from collections.abc import Callable

import catalogue
from catalogue import ROOT

MARKER = "<!-- quirks: from api/quirks.json -->"
END = "<!-- end of quirks -->"
STAGES = {
    "answer": "In answers",
    "refusal": "In refusals",
    "login": "At the login",
    "request": "In what requests may be",
}


def quirk_table(notice: str, text: Callable[[str], str]) -> str:
    rows = catalogue.read_json(catalogue.API / "quirks.json")["quirks"]
    lines = [
        notice,
        "// clang-format off",
        "#pragma once",
        "",
        '#include "sandbox/quirks/quirk.hpp"',
        "",
        "namespace hostbill::sandbox {",
        "",
        "enum class Quirk : std::uint8_t {",
        *(f"    {row['name']}," for row in rows),
        "};",
        "",
        "inline constexpr QuirkRow quirk_rows[] = {",
    ]
    for row in rows:
        value = "QuirkValue::" + row.get("value", "none")
        hostile = "Mix::steady" if row.get("steady") else "Mix::each" if row["hostile"] else "Mix::never"
        lines.append(f"    {{{text(row['name'])}, {value}, {hostile}, {text(row['source'])}, {text(row['summary'])}}},")
    return "\n".join([*lines, "};", "", "} // namespace hostbill::sandbox", ""])


def quirk_documentation() -> str:
    rows = catalogue.read_json(catalogue.API / "quirks.json")["quirks"]
    lines = [MARKER]
    for stage, title in STAGES.items():
        lines += ["", f"**{title}**", "", "| quirk | hostile | known | |", "|---|---|---|---|"]
        for row in rows:
            if row["stage"] == stage:
                value = f" (a value: {row['value']})" if "value" in row else ""
                hostile = "yes" if row["hostile"] else ""
                lines.append(f"| `{row['name']}`{value} | {hostile} | {row['source']} | {row['summary']} |")
    return "\n".join([*lines, "", END])


def main(notice: str, text: Callable[[str], str]) -> None:
    folder = ROOT / "sandbox" / "generated"
    folder.mkdir(exist_ok=True)
    (folder / "quirk_table.hpp").write_text(quirk_table(notice, text), encoding="utf-8")
    path = ROOT / "docs" / "sandbox-quirks.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(MARKER)
    path.write_text(before + quirk_documentation() + rest.partition(END)[2], encoding="utf-8")
