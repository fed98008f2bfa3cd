"""A portal's API as an OpenAPI 3.1 document, made from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ._catalog import catalog
from ._core import __version__

_Document = dict[str, Any]

_DESCRIPTION = """\
The User API of {title}, as hostbill's catalogue has it.

A portal may report a failure with HTTP status 200: an answer with a non-empty `error` is one, whatever its status.

`x-hostbill` says of each operation what calling it does: its `effect` (`read`, `idempotent`, `unsafe`, `auth`), whether
it can cost money, whether it can destroy something, and where the description comes from.
"""

_ERROR_SCHEMA: _Document = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "description": "What went wrong: codes or texts in the portal's language.",
            "anyOf": [{"type": "array", "minItems": 1}, {"type": "string", "minLength": 1}],
        }
    },
}

_SECURITY: dict[str, _Document] = {
    "basic": {"type": "http", "scheme": "basic", "description": "Name and password of the account."},
    "jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token that login gave."},
}


def openapi(portal: str | Mapping[str, Any]) -> _Document:
    """The OpenAPI 3.1 document of a portal.

    Args:
        portal: The portal's id, such as ``"time4vps"``.

    Raises:
        UsageError: there is no such portal.
    """
    source = catalog(portal)
    modes = [mode for mode in source["auth"] if mode in _SECURITY]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{source['title']} User API",
            "version": __version__,
            "description": _DESCRIPTION.format(title=source["title"]),
        },
        "servers": [_server(source["base_url"])],
        "security": [{mode: []} for mode in modes],
        "tags": [{"name": name} for name in sorted({_tag(row) for row in source["operations"]})],
        "paths": _paths(source),
        "components": {
            "securitySchemes": {mode: _SECURITY[mode] for mode in modes},
            "schemas": {"Error": _ERROR_SCHEMA},
        },
    }


def _server(base_url: str) -> _Document:
    if base_url:
        return {"url": base_url}
    return {"url": "https://{host}/api", "variables": {"host": {"default": "portal.example.com"}}}


def _tag(operation: _Document) -> str:
    return str(operation["id"]).split(".")[0]


def _paths(source: _Document) -> dict[str, _Document]:
    paths: dict[str, _Document] = {}
    for row in source["operations"]:
        paths.setdefault(row["path"], {})[row["method"].lower()] = _operation(
            row, form=row.get("body", source["body"]) == "form"
        )
    return paths


def _operation(row: _Document, form: bool) -> _Document:
    params: list[_Document] = row["params"]
    operation: _Document = {
        "operationId": row["id"],
        "tags": [_tag(row)],
        "summary": row["summary"],
        "parameters": [_parameter(param) for param in params if param["in"] != "body"],
        "responses": {
            "200": _response(_sent(row.get("result") or {})),
            "default": {
                "description": "A failure.",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Error"},
                        "example": {"error": ["invalid method"]},
                    }
                },
            },
        },
        "x-hostbill": {name: row[name] for name in ("effect", "money", "destructive", "source") if name in row},
    }
    body = [param for param in params if param["in"] == "body"]
    if body:
        operation["requestBody"] = _form_body(body) if form else _json_body(body)
    if row.get("anonymous"):
        operation["security"] = []
    return operation


def _sent(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the portal sends; a portal that the catalogue does not have is known by that alone."""
    sent: Mapping[str, Any] = result.get("raw", result)
    return sent


def _response(result: Mapping[str, Any]) -> _Document:
    # A refusal comes with the same status.
    refusal = {"$ref": "#/components/schemas/Error"}
    content: _Document = {"schema": {"anyOf": [*_alternatives(result.get("schema", {})), refusal]}}
    if "example" in result:
        content["example"] = result["example"]
    return {
        "description": "What the portal answers, before the library gives it one form.",
        "content": {"application/json": content},
    }


def _alternatives(schema: Mapping[str, Any]) -> list[_Document]:
    """A schema for each of its types: tools that look into an `anyOf` expect one type in each."""
    kinds = schema.get("type")
    return [{**schema, "type": kind} for kind in kinds] if isinstance(kinds, list) else [dict(schema)]


def _parameter(param: _Document) -> _Document:
    schema = _schema(param, text=True)
    found: _Document = {
        "name": param["name"] if param["in"] == "path" else param.get("wire", param["name"]),
        "in": param["in"],
        "required": param["in"] == "path" or param["required"],
        "description": param["summary"],
        "schema": schema,
    }
    if schema.get("type") in ("array", "object"):
        found.update(style="deepObject", explode=True)
    return found


def _json_body(params: list[_Document]) -> _Document:
    schema = _object(params, text=False)
    return {"required": "required" in schema, "content": {"application/json": {"schema": schema}}}


def _form_body(params: list[_Document]) -> _Document:
    schema = _object(params, text=True)
    content: _Document = {"schema": schema}
    nested = [name for name, inner in schema["properties"].items() if inner.get("type") in ("array", "object")]
    if nested:
        # PHP's brackets: `custom[1618][10330]=1`, `nameservers[0]=ns1.example.com`.
        content["encoding"] = {name: {"style": "deepObject", "explode": True} for name in nested}
    return {"required": "required" in schema, "content": {"application/x-www-form-urlencoded": content}}


def _object(params: list[_Document], text: bool) -> _Document:
    schema: _Document = {"type": "object", "properties": {}}
    for param in params:
        inner = _schema(param, text)
        inner["description"] = param["summary"]
        schema["properties"][param.get("wire", param["name"])] = inner
    required = [param.get("wire", param["name"]) for param in params if param["required"]]
    if required:
        schema["required"] = required
    return schema


def _schema(param: _Document, text: bool) -> _Document:
    """What a value is on the wire; `text` where everything is text, in paths, queries and forms."""
    kind = param["type"]
    if kind == "boolean":
        return _boolean(param.get("boolean_form", "native"), text)
    schema: _Document = {} if kind == "any" else {"type": kind}
    if kind == "array":
        schema["items"] = _items(param, text)
        return schema
    if kind == "object":
        if param.get("fields"):
            schema.update(_object(param["fields"], text))
        elif param.get("items", "any") != "any":
            schema["additionalProperties"] = _schema({"type": param["items"]}, text)
        return schema
    schema.update(_limits(param))
    if param.get("or_array"):
        schema["type"] = [kind, "array"]
    return schema


def _boolean(form: str, text: bool) -> _Document:
    if form != "native":
        return {"type": "string", "enum": form.split("_") if form == "true_false" else ["on", "off"]}
    return {"type": "integer", "enum": [0, 1]} if text else {"type": "boolean"}


def _items(param: _Document, text: bool) -> _Document:
    if param.get("fields"):
        return _object(param["fields"], text)
    items = _schema({"type": param.get("items", "any")}, text)
    if param.get("enum"):
        items["enum"] = param["enum"]
    return items


def _limits(param: _Document) -> _Document:
    limits: _Document = {}
    if param.get("enum"):  # The catalogue has them as text.
        limits["enum"] = [int(value) for value in param["enum"]] if param["type"] == "integer" else param["enum"]
    if param.get("pattern"):
        extensions = param.get("pattern_kind") == "extensions"
        limits["pattern"] = _file_name_pattern(param["pattern"]) if extensions else param["pattern"]
    for ours, theirs in (("minimum", "minimum"), ("maximum", "maximum"), ("max_length", "maxLength")):
        if param.get(ours) is not None:
            limits[theirs] = param[ours]
    if param.get("sensitive"):
        limits["format"] = "password"
    return limits


def _file_name_pattern(endings: str) -> str:
    """A pattern for names that end in one of ".jpg;.png", in small or capital letters."""

    def either_case(ending: str) -> str:
        return "".join(f"[{c.lower()}{c.upper()}]" if c.isalpha() else re.escape(c) for c in ending)

    return f"({'|'.join(either_case(ending) for ending in endings.split(';') if ending)})$"
