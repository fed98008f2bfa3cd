"""What every generator of Python code needs: the arguments of methods, with their types, and how lines are broken."""

from __future__ import annotations

import keyword
import textwrap

import binding_model
from catalogue import Operation, Param

WIDTH = 112

PLAIN_TYPES = {
    "integer": "Integer",
    "number": "Number",
    "boolean": "bool",
    "object": "Mapping[Any, Any]",
    "any": "Any",
    "string": "str",
}


class Argument(binding_model.Argument):
    """A parameter of a method, with what is Python's own about it."""

    @property
    def python_name(self) -> str:
        return self.name + "_" if keyword.iskeyword(self.name) else self.name

    @property
    def members(self) -> str:
        """The name of the TypedDict of its members: OrderItemParams for the items of orders."""
        group = self.operation.group.partition(".")[0]
        return binding_model.camel(f"{group.removesuffix('s')}_{self.name.removesuffix('s')}_params", upper=True)

    @property
    def type(self) -> str:
        if self.fields and self.rows[0].type == "array":
            return f"Sequence[{self.members}]"
        if self.fields:
            return self.members
        kinds = list(dict.fromkeys(row_type(row) for row in self.rows))
        if any(kind.startswith("Literal") for kind in kinds):
            if not all(kind.startswith("Literal") for kind in kinds):
                return "str"  # A portal without a fixed set takes any text.
            values = dict.fromkeys(value for row in self.rows for value in row.enum)
            return f"Literal[{', '.join(quoted(value) for value in values)}]"
        return " | ".join(kinds)


def arguments(operation: Operation) -> list[Argument]:
    return [Argument(one.name, one.rows, operation) for one in binding_model.arguments(operation)]


# --- types and words --------------------------------------------------------


def quoted(value: object) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def row_type(row: Param) -> str:
    if row.type == "array":
        items = PLAIN_TYPES[row.items]
        if row.enum:
            items = f"Literal[{', '.join(quoted(value) for value in row.enum)}]"
        return f"Sequence[{items}]"
    if row.or_array:
        return f"{PLAIN_TYPES[row.type]} | Sequence[Any]"
    if row.enum and row.type == "string":
        return f"Literal[{', '.join(quoted(value) for value in row.enum)}]"
    if row.type == "string" and row.numeric:
        return "Numeric"
    return PLAIN_TYPES[row.type]


def item(text: str, indent: str = "    ", bullet: str = "") -> list[str]:
    hanging = indent + ("  " if bullet else "    ")
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent + bullet,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def signature(name: str, parts: list[str], end: str) -> list[str]:
    one = f"def {name}({', '.join(parts)}){end}"
    if len(one) + 4 <= WIDTH + 4:
        return [one]
    return [f"def {name}(", *(f"    {part}," for part in parts), f"){end}"]


def call_lines(start: str, given: list[str], more: str = "") -> list[str]:
    one = f"    {start}{{{', '.join(given)}}}, options{more})"
    if len(one) + 4 <= WIDTH + 4:
        return [one]
    return [f"    {start}{{", *(f"        {part}," for part in given), f"    }}, options{more})"]


def waiter_lines() -> list[str]:
    """What waits take in Python beside their parameters."""
    line = "progress (boolean, optional): Show on the terminal, if standard error is one, how far it is."
    heard = "on_progress (callable, optional): Is given what the waiter reports after each look, a dictionary."
    return [*item(line), *item(heard)]


def argument_lines(argument: Argument) -> list[str]:
    optional = "" if argument.required else ", optional"
    sentences = list(argument.sentences)
    if argument.python_name != argument.name:
        sentences.append(f"The portal's name for it is ``{argument.name}``.")
    lines = item(f"{argument.python_name} ({argument.words}{optional}): {' '.join(sentences)}")
    for inner in argument.fields:
        text = f"``{inner.name}`` ({inner.words}): {' '.join(inner.sentences)}"
        lines += item(text, "        ", "- ")
    return lines
