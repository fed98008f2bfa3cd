"""Reads the sample answers of the published documents, which are seldom valid JSON.

They hold comments, `(...)`, needless and missing commas, double braces and texts broken over lines. One document lost
every bracket that stood on a line of its own: there only the expected schema tells where a member belongs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]

_TOKEN = re.compile(
    r"""(?P<skip> \s+ | , | //[^\n]* | \(\.\.\.\) )
      | (?P<mark> [{}\[\]:] )
      | (?P<value> "(?:[^"\\]|\\.)*" | -?\d+(?:\.\d+)? | true | false | null )""",
    re.VERBOSE | re.DOTALL,
)


class Unreadable(ValueError):
    """The text cannot be understood as an answer."""


def strip_fence(text: str) -> str:
    """The text without the markdown around it; empty where it shows no answer at all."""
    text = text.strip().removeprefix("```json").removesuffix("```").strip()
    return "" if text == "`Success`" else text


def read(text: str) -> Any:
    """A sample whose brackets are all there."""
    tokens = _tokens(text)
    value, rest = _value(tokens, 0)
    if rest != len(tokens):
        raise Unreadable("there is more after the end")
    if isinstance(value, dict) and list(value) == [""]:
        return value[""]  # Double braces.
    return value


def _tokens(text: str) -> list[str]:
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise Unreadable(f"no JSON: {text[position : position + 20]!r}")
        if not match["skip"]:
            tokens.append(match[0])
        position = match.end()
    return tokens


def _value(tokens: list[str], i: int) -> tuple[Any, int]:
    try:
        if tokens[i] == "{":
            return _object(tokens, i + 1)
        if tokens[i] == "[":
            return _array(tokens, i + 1)
        return json.loads(tokens[i], strict=False), i + 1
    except (IndexError, json.JSONDecodeError):
        raise Unreadable("brackets do not match") from None


def _object(tokens: list[str], i: int) -> tuple[dict[str, Any], int]:
    members: dict[str, Any] = {}
    while tokens[i] != "}":
        if tokens[i] == "{":
            members[""], i = _object(tokens, i + 1)
        elif tokens[i].startswith('"') and tokens[i + 1] == ":":
            members[json.loads(tokens[i])], i = _value(tokens, i + 2)
        else:
            raise Unreadable(f"a member should begin at {tokens[i]}")
    return members, i + 1


def _array(tokens: list[str], i: int) -> tuple[list[Any], int]:
    items = []
    while tokens[i] != "]":
        item, i = _value(tokens, i)
        items.append(item)
    return items, i + 1


# --- schemas ----------------------------------------------------------------


def alternatives(schema: Schema) -> list[Schema]:
    """The schema and everything it allows instead of itself."""
    return [schema, *(deeper for option in schema.get("anyOf", []) for deeper in alternatives(option))]


def members(schema: Schema, name: str) -> list[Schema]:
    """What the schema says of the member of that name: more than one where alternatives differ."""
    return [option["properties"][name] for option in alternatives(schema) if name in option.get("properties", {})]


def values(schema: Schema) -> list[Schema]:
    """What the schema says of the values of a map."""
    return [option["additionalProperties"] for option in alternatives(schema) if "additionalProperties" in option]


def items(schema: Schema) -> list[Schema]:
    """What the schema says of the elements of a list."""
    return [option["items"] for option in alternatives(schema) if "items" in option]


# --- lost brackets ----------------------------------------------------------

_MEMBER = re.compile(r'^"(?P<name>[^"]*)"\s*:\s*(?P<value>.*)$', re.DOTALL)


@dataclass
class _Open:
    """An object or a list that has begun; without closing brackets it ends where the next line fits only outside."""

    value: dict[str, Any] | list[Any]
    schema: Schema


class _Rebuilder:
    def __init__(self, schema: Schema) -> None:
        self.root: dict[str, Any] = {}
        self.open = [_Open(self.root, schema)]

    def line(self, text: str) -> None:
        if match := _MEMBER.match(text):
            self._member(match["name"], match["value"])
        elif match := re.match(r'^("[^"]*")\s*,?\s*(//.*)?$', text):
            self._element(json.loads(match[1]))
        else:
            raise Unreadable(f"no member: {text[:40]!r}")

    def _member(self, name: str, text: str) -> None:
        holder, schema = self._place(name)
        opening = text.strip() in ("{", "[")
        value: Any = ({} if text.strip() == "{" else []) if opening else read(text)
        holder[name] = value
        if opening:
            self.open.append(_Open(value, schema))

    def _place(self, name: str) -> tuple[dict[str, Any], Schema]:
        """The innermost object that may have this member next."""
        for depth in range(len(self.open) - 1, -1, -1):
            current = self.open[depth]
            known = members(current.schema, name)
            if isinstance(current.value, list):
                item = next((item for item in items(current.schema) if members(item, name)), None)
                # A further element begins with the same member as the first one did.
                if item and (not current.value or next(iter(current.value[0])) == name):
                    current.value.append({})
                    self.open[depth + 1 :] = [_Open(current.value[-1], item)]
                    return current.value[-1], members(item, name)[0]
            elif known and name not in current.value:
                del self.open[depth + 1 :]
                return current.value, known[0]
        for depth in range(len(self.open) - 1, -1, -1):
            current = self.open[depth]
            if isinstance(current.value, dict) and values(current.schema):
                del self.open[depth + 1 :]
                return current.value, values(current.schema)[0]
        raise Unreadable(f"the schema has no place for {name!r}")

    def _element(self, value: Any) -> None:
        while not isinstance(self.open[-1].value, list):
            if len(self.open) == 1:
                raise Unreadable(f"no list for {value!r}")
            self.open.pop()
        self.open[-1].value.append(value)


def rebuild(text: str, schema: Schema) -> Any:
    """A sample that lost its brackets, put together again as the schema allows."""
    rebuilder = _Rebuilder(schema)
    for line in _whole_lines(text):
        rebuilder.line(line)
    return rebuilder.root


def _whole_lines(text: str) -> list[str]:
    """Lines, with a text that runs over several in one; its closing quote may be lost with the line it stood on."""
    lines: list[str] = []
    broken = False
    for line in (line.strip() for line in text.split("\n")):
        if broken and not _MEMBER.match(line):
            lines[-1] += "\n" + line
        else:
            if broken:
                lines[-1] += '"'
            if line and line != "(...)":
                lines.append(line)
        broken = bool(lines) and len(re.findall(r'(?<!\\)"', lines[-1])) % 2 == 1
    return lines
