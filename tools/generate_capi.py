"""Generates what the C ABI takes from api/: the status enum in capi/hostbill.h, the list of exported symbols and the
linker's version script. Fails when the header does not declare exactly the functions of api/functions.json.
"""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCES = "api/errors.json and api/functions.json"
BEGIN = "/* Generated from api/errors.json and api/functions.json by tools/generate_capi.py: begin */\n"
END = "/* end */\n"
COLUMNS = 120


def load(name: str) -> Any:
    return json.loads((ROOT / "api" / name).read_text(encoding="utf-8"))


def declarations(functions: dict[str, Any], errors: dict[str, Any]) -> str:
    """The part of hostbill.h between the markers."""
    lines = [
        "/* The version of this ABI: the number in the library's soname. */",
        f"#define HOSTBILL_ABI_VERSION {functions['abi_version']}",
        "",
        "enum hostbill_status {",
        "    HOSTBILL_OK = 0,",
    ]
    for row in errors["errors"]:
        lines += [f"    {line}" for line in comment(row["meaning"])]
        lines.append(f"    HOSTBILL_ERROR_{row['class'].upper()} = {row['status']},")
    lines[-1] = lines[-1].rstrip(",")  # C89 knows no comma there
    return "\n".join([*lines, "};", ""])


def comment(text: str) -> list[str]:
    if len(text) <= COLUMNS - len("    /*  */"):
        return [f"/* {text} */"]
    return ["/*", *(f" * {line}" for line in textwrap.wrap(text, COLUMNS - len("     * "))), " */"]


def prototype(function: dict[str, Any]) -> str:
    """As the header has to declare it, blanks aside."""

    def joined(kind: str, name: str) -> str:
        return f"{kind}{name}" if kind.endswith("*") else f"{kind} {name}"

    params = ", ".join(joined(p["type"], p["name"]) for p in function["params"]) or "void"
    return f"{joined(function['returns'], function['name'])}({params})"


def check_header(header: str, functions: dict[str, Any]) -> None:
    declared = [" ".join(text.split()) for text in re.findall(r"^HOSTBILL_API ([^;]*);", header, re.MULTILINE)]
    expected = [prototype(function) for function in functions["functions"]]
    if sorted(declared) != sorted(expected):
        only = [f"only in hostbill.h: {text}" for text in sorted(set(declared) - set(expected))]
        missing = [f"only in functions.json: {text}" for text in sorted(set(expected) - set(declared))]
        raise SystemExit("\n".join([*only, *missing]) or "a function is declared twice")


def outputs() -> dict[str, str]:
    """Path -> text of every file that is generated here."""
    functions, errors = load("functions.json"), load("errors.json")
    header = (ROOT / "capi/hostbill.h").read_text(encoding="utf-8")
    check_header(header, functions)
    before, rest = header.split(BEGIN)
    after = rest.split(END, 1)[1]
    names = sorted(function["name"] for function in functions["functions"])
    note = f"# Generated from {SOURCES} by tools/generate_capi.py.\n"
    symbols = "".join(f"        {name};\n" for name in names)
    return {
        "capi/hostbill.h": before + BEGIN + declarations(functions, errors) + END + after,
        "capi/symbols.txt": "".join(f"{name}\n" for name in names),
        "capi/symbols.map": f"{note}{{\n    global:\n{symbols}    local:\n        *;\n}};\n",
    }


def main() -> None:
    for path, text in outputs().items():
        (ROOT / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
