"""Says how what a language gave differs from what a case expects: an empty list where it does not.

Expected values may be patterns: {"$some": "integer"}, {"$contains": text}, {"$decimal": digits},
{"$integer": digits}, {"$holds": [..]} for a
list that has items like these. What a language cannot tell apart is its `traits`, which README.md explains:
"empty" (an empty map is an empty list) and "text" (values have no types but text, list and map).
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

KINDS: dict[str, Any] = {
    "number": (int, Decimal),
    "integer": int,
    "text": str,
    "object": dict,
    "list": list,
    "boolean": bool,
}


def differences(expected: Any, got: Any, traits: set[str], whole: bool = True, where: str = "") -> list[str]:
    """`whole`: objects must have no other members than those expected."""
    if isinstance(expected, dict) and any(name.startswith("$") for name in expected):
        return _pattern(expected, got, traits, where)
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            if not expected and got in ([], "") and ("empty" in traits or "text" in traits):
                return []
            return [f"{where}: expected an object, got {_show(got)}"]
        out = [f"{where}.{name}: is not expected" for name in got if whole and name not in expected]
        for name, value in expected.items():
            if name not in got and value is not None:
                out.append(f"{where}.{name}: is missing")
            else:
                out += differences(value, got.get(name), traits, whole, f"{where}.{name}")
        return out
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            if not expected and got in ({}, "") and ("empty" in traits or "text" in traits):
                return []
            return [f"{where}: expected a list of {len(expected)}, got {_show(got)}"]
        return [
            line
            for index, (one, other) in enumerate(zip(expected, got))
            for line in differences(one, other, traits, whole, f"{where}[{index}]")
        ]
    if "text" in traits and not isinstance(expected, str):
        expected = {True: "1", False: "0", None: ""}.get(expected, str(expected))
        got = {True: "1", False: "0", None: ""}.get(got, str(got)) if not isinstance(got, (dict, list)) else got
    if isinstance(expected, bool) or isinstance(got, bool):
        same = expected is got
    else:
        same = type(expected) is type(got) and expected == got
    return [] if same else [f"{where}: expected {_show(expected)}, got {_show(got)}"]


def _pattern(expected: dict[str, Any], got: Any, traits: set[str], where: str) -> list[str]:
    if "$some" in expected:
        kind = KINDS[expected["$some"]]
        fits = isinstance(got, kind) and (kind is bool or not isinstance(got, bool))
        if "text" in traits and expected["$some"] in ("number", "integer", "boolean"):
            fits = isinstance(got, (str, int, Decimal))
        return [] if fits else [f"{where}: expected some {expected['$some']}, got {_show(got)}"]
    if "$contains" in expected:
        fits = isinstance(got, str) and expected["$contains"] in got
        return [] if fits else [f"{where}: expected text with {expected['$contains']!r}, got {_show(got)}"]
    if "$integer" in expected:  # Beyond 2^53: text where a language has no such integers.
        fits = not isinstance(got, bool) and isinstance(got, (int, str)) and str(got) == expected["$integer"]
        return [] if fits else [f"{where}: expected the integer {expected['$integer']}, got {_show(got)}"]
    if "$decimal" in expected:
        try:
            fits = not isinstance(got, (bool, list, dict)) and Decimal(str(got)) == Decimal(expected["$decimal"])
        except InvalidOperation:
            fits = False
        return [] if fits else [f"{where}: expected the decimal {expected['$decimal']}, got {_show(got)}"]
    if "$holds" in expected:
        if not isinstance(got, list):
            return [f"{where}: expected a list, got {_show(got)}"]
        return [
            f"{where}: holds nothing like {_show(item)}, but {_show(got)}"
            for item in expected["$holds"]
            if all(differences(item, one, traits, False) for one in got)
        ]
    raise ValueError(f"no pattern: {expected}")


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + ".."
