"""Reads the five published portal documents into one form.

Two kinds exist: a Swagger 2.0 file (with raw control characters and an empty
method key), and the text of a documentation page, in a plain and in a
pipe-separated layout. Both lose things on the way (brackets, e-mail names,
titles), so reading is by landmarks, never by position.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

PORTALS = {
    "coloup": "coloup.txt",
    "generic": "unnamed-jwt.txt",
    "time4vps": "time4vps.swagger.json",
    "elsecloud": "elsecloud.txt",
    "internetport": "internetport.txt",
}

TYPES = ("string", "int", "integer", "array", "number", "bool", "boolean", "string[]", "int[]", "string|int")


@dataclass
class Parameter:
    """One name that a document shows for an operation, and all it says of it."""

    name: str
    type: str | None = None
    description: str = ""
    enum: list[str] = field(default_factory=list)
    pattern: str | None = None
    required: bool = False
    in_table: bool = False
    in_sample: bool = False


@dataclass
class Operation:
    method: str
    path: str  # as printed, "/domain/@id/dns"
    section: str = ""
    title: str = ""
    parameters: dict[str, Parameter] = field(default_factory=dict)
    nested: dict[str, set[str]] = field(default_factory=dict)  # names inside a parameter's sample value
    answer_text: str = ""
    before: list[str] = field(default_factory=list)  # lines above the request: title, code samples, sample answer

    def parameter(self, name: str) -> Parameter:
        return self.parameters.setdefault(name, Parameter(name))

    @property
    def placeholders(self) -> list[str]:
        return re.findall(r"@(\w+)", self.path)


def read(portal: str, folder: Path) -> list[Operation]:
    """All operations of one portal's document, in the document's order."""
    text = (folder / PORTALS[portal]).read_text(encoding="utf-8", errors="replace")
    if PORTALS[portal].endswith(".json"):
        return _read_swagger(text)
    return _read_text(text)


# --- text pages -----------------------------------------------------------

_PIPE_ROW = re.compile(r"^(\S+) \| (%s) \|$" % "|".join(map(re.escape, TYPES)))
_PLAIN_ROW = re.compile(r"^([a-z0-9_@\[\]-]+) (%s)$" % "|".join(map(re.escape, TYPES)))
# A row broken in two: the name alone, then "type description".
_BROKEN_ROW = re.compile(r"^(%s) ([A-Zi].*)$" % "|".join(map(re.escape, TYPES)))
_NAME = re.compile(r"^[a-z0-9_]+$")
_LOST_EMAIL_ROW = re.compile(r"^(string) \|$")
_REQUEST = re.compile(r"^(GET|POST|PUT|DELETE|PATCH) (/\S*)$")


def _read_text(text: str) -> list[Operation]:
    lines = [line.strip() for line in text.split("\n")]
    marks = []
    for i, line in enumerate(lines):
        if line == "HTTP Request":
            j = next(k for k in range(i + 1, len(lines)) if lines[k])
            match = _REQUEST.match(lines[j])
            if match:
                marks.append((i, j, match))
    operations = []
    for n, (start, request, match) in enumerate(marks):
        before = lines[marks[n - 1][1] + 1 if n else 0 : start]
        after = lines[request + 1 : marks[n + 1][0] if n + 1 < len(marks) else len(lines)]
        operation = Operation(match[1], match[2], before=before)
        _read_sample(operation, before)
        _read_table(operation, after)
        _read_heading(operation, before)
        operations.append(operation)
    return operations


def _code_start(line: str) -> bool:
    return line.startswith(("POST_DATA", "curl ", '\\"'))


def _read_heading(operation: Operation, before: list[str]) -> None:
    code = next((i for i, line in enumerate(before) if _code_start(line)), len(before))
    words = [line for line in before[:code] if line]
    operation.title = words[-2] if len(words) > 1 else (words[-1] if words else "")


def _read_sample(operation: Operation, before: list[str]) -> None:
    """The payload as the shell sample shows it: `-d name=value` or `\\"name\\": value` lines."""
    shell = []
    for line in before:
        if line.startswith(("use Guzzle", "$resp", "$data", "payload", "//We")):
            break
        shell.append(line)
    answer = next((i for i, line in enumerate(before) if line.startswith("Example Response")), None)
    if answer is not None:
        operation.answer_text = "\n".join(before[answer + 1 :])
    for name in re.findall(r'^-d ([\w\[\]]+)="', "\n".join(shell), re.M):
        operation.parameter(name.removesuffix("[key]")).in_sample = True
    _read_json_sample(operation, shell)


_SAMPLE_LINE = re.compile(r'^\\"(\w+)\\": ?(.*?),?$')


def _read_json_sample(operation: Operation, shell: list[str]) -> None:
    """Names of a JSON payload line by line, since one document lost its closing brackets.

    A name whose value opens a bracket is the parent of the names after it until
    the bracket closes; where closing brackets are lost, a name that the table
    lists comes back to the top (see _read_table).
    """
    parent, depth = "", 0
    for line in shell:
        if match := _SAMPLE_LINE.match(line):
            name, value = match.groups()
            if parent:
                operation.nested[parent].add(name)
            else:
                operation.parameter(name).in_sample = True
            if value in ("{", "[") and not parent:
                parent, depth = name, 0
                operation.nested[parent] = set()
        if parent:
            depth += line.count("{") + line.count("[") - line.count("}") - line.count("]")
            if depth <= 0:
                parent = ""


def _next_words(lines: list[str], i: int) -> str:
    return next((line for line in lines[i + 1 :] if line), "")


def _read_table(operation: Operation, after: list[str]) -> None:
    rows: list[tuple[str, str, list[str]]] = []
    started = False
    i = 0
    while i < len(after):
        line = after[i]
        if line.startswith(("Query Parameters", "Parameter | Type", "Parameter Type")):
            started = True
        elif started and _code_start(line):
            break
        elif started and (m := _PIPE_ROW.match(line) or _PLAIN_ROW.match(line)):
            rows.append((m[1], m[2], []))
        elif (
            started and _LOST_EMAIL_ROW.match(line) and i + 1 < len(after) and after[i + 1].startswith("Email Address")
        ):
            rows.append(("email", "string", []))
        elif started and _NAME.match(line) and (m := _BROKEN_ROW.match(_next_words(after, i))):
            rows.append((line, m[1], [m[2]]))
        elif rows and line:
            rows[-1][2].append(line)
        i += 1
    for name, kind, description in rows:
        for inner in operation.nested.values():
            # One document lost the brackets that end a nested sample.
            if name in inner and name not in operation.parameters:
                inner.discard(name)
        parameter = operation.parameter(name)
        parameter.in_table = True
        parameter.type = kind
        for line in description:
            if line.startswith("Value pattern:"):
                parameter.pattern = line.removeprefix("Value pattern:").strip()
            elif line.startswith("Available values:"):
                rest = line.removeprefix("Available values:").strip().rstrip(".")
                parameter.enum = [value.strip() for value in rest.split(",") if value.strip()]
        parameter.description = description[0].rstrip("| ").strip() if description else ""


# --- Swagger ----------------------------------------------------------------


def _read_swagger(text: str) -> list[Operation]:
    document = json.loads(text, strict=False)
    operations = []
    for path, methods in document["paths"].items():
        for method, row in methods.items():
            # The one row with an empty method key is a GET.
            operation = Operation((method or "get").upper(), re.sub(r"\{(\w+)\}", r"@\1", path))
            operation.section = (row.get("tags") or [""])[0]
            operation.title = row.get("summary", "")
            operation.answer_text = row.get("responses", {}).get("200", {}).get("description", "")
            for item in row.get("parameters", []):
                parameter = operation.parameter(item["name"].lstrip("@"))
                parameter.in_table = True
                parameter.type = item.get("type")
                parameter.description = item.get("description", "")
                parameter.enum = [str(value) for value in item.get("enum", [])]
                parameter.pattern = item.get("pattern")
                parameter.required = bool(item.get("required"))
            operations.append(operation)
    return operations
