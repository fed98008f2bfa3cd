"""Python objects to JSON documents and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from .errors import UsageError


def _plain(value: Any) -> Any:
    """What json does not know: decimals go as text, exactly; other mappings and sequences as what they are."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is no number that can be sent")
        return format(value, "f")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return list(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent")


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
    """The JSON text of an object; `what` names it in the error about a value that has none."""
    try:
        return _encode(value)
    except RecursionError:
        raise UsageError(f"{what}: nested too deeply") from None
    except (TypeError, ValueError) as problem:
        raise UsageError(f"{what}: {problem}") from None


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
