"""Python objects to JSON documents and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import UsageError

_FORMS = "text, a number, True, False, None, or a list or mapping of these"


def _plain(value: Any) -> Any:
    """What json does not know: decimals go as text, exactly; other mappings and sequences as what they are."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return dict(value) if isinstance(value, Mapping) else list(value)


def _problem(value: Any, place: str) -> tuple[str, str] | None:
    """Where something in a value has no JSON form, and why."""
    if value is None or isinstance(value, int):
        return None
    if isinstance(value, str):
        return None if _is_unicode(value) else (place, "is text with half a character, which is no Unicode")
    if isinstance(value, (float, Decimal)):
        return None if math.isfinite(value) else (place, f"is {value}, which is no number that can be sent")
    if isinstance(value, Mapping):
        return _first(_member(key, value[key], place) for key in value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return _first(_problem(item, f"{place}[{at}]") for at, item in enumerate(value))
    return place, f"cannot be a {type(value).__name__}"


def _member(key: Any, value: Any, place: str) -> tuple[str, str] | None:
    if not isinstance(key, (str, int, float)) and key is not None:
        return place or "a name", f"cannot have a {type(key).__name__} for a name"
    if not _is_unicode(str(key)):
        return place or "a name", "has a name with half a character, which is no Unicode"
    return _problem(value, f"{place}.{key}" if place else str(key))


def _first(problems: Iterable[tuple[str, str] | None]) -> tuple[str, str] | None:
    return next((problem for problem in problems if problem), None)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _decimal(text: str) -> Any:
    try:
        return Decimal(text)
    except InvalidOperation:  # Its exponent is beyond Decimal's limits.
        return text


def _integer(text: str) -> Any:
    try:
        return int(text)
    except ValueError:  # It has more digits than Python reads by itself.
        return Decimal(text)


# The encoder is kept because json.dumps would make a new one for every call with settings of its own.
_encode = json.JSONEncoder(allow_nan=False, separators=(",", ":"), default=_plain).encode
_decode = json.JSONDecoder(parse_float=_decimal, parse_int=_integer).decode


def write(value: Mapping[str, Any], what: str) -> str:
    """The JSON text of an object; `what` is what the error about a value without one begins with."""
    try:
        if problem := _problem(value, ""):
            raise _usage_error(what, *problem)
        return _encode(value)
    except RecursionError:
        raise UsageError(f"{what}: nested too deeply") from None
    except (TypeError, ValueError) as problem:
        raise UsageError(f"{what}: {problem}") from None


def _usage_error(what: str, field: str, problem: str) -> UsageError:
    said = {"field": field, "problem": problem, "expected": _FORMS, "nearest": ""}
    return UsageError(f"{what}: {field} {problem}", {"fields": [said]})


def read(text: str) -> Any:
    """The Python objects of a document; numbers with a fraction become Decimal, and what no Decimal can hold text."""
    return _decode(text)


def pretty(value: Any, margin: str = "") -> str:
    """JSON for people; the inverse of `read`, exact for Decimals too."""
    inner = margin + "  "
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping) and value:
        members = (f"{inner}{json.dumps(str(key), ensure_ascii=False)}: {pretty(value[key], inner)}" for key in value)
        return "{\n" + ",\n".join(members) + f"\n{margin}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(inner + pretty(item, inner) for item in value) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False)
