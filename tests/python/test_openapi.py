"""The OpenAPI documents: valid, complete, and true to the catalogue."""

from __future__ import annotations

import json
from typing import Any

import hostbill
import pytest
from conftest import CATALOGUES, PORTALS

validator = pytest.importorskip("openapi_spec_validator")


def operations(document: dict[str, Any]) -> dict[str, Any]:
    return {
        operation["operationId"]: {**operation, "method": method.upper(), "path": path}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.mark.parametrize("portal", PORTALS)
def test_the_document_is_valid(portal: str) -> None:
    document = json.loads(json.dumps(hostbill.openapi(portal)))
    assert document["openapi"].startswith("3.1.")
    validator.OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("portal", PORTALS)
def test_every_operation_and_parameter_is_in_it(portal: str) -> None:
    found = operations(hostbill.openapi(portal))
    rows = CATALOGUES[portal]["operations"]
    assert set(found) == {row["id"] for row in rows}
    media_type = "application/x-www-form-urlencoded" if CATALOGUES[portal]["body"] == "form" else "application/json"
    for row in rows:
        operation = found[row["id"]]
        assert (operation["method"], operation["path"]) == (row["method"], row["path"])
        assert operation["x-hostbill"]["effect"] == row["effect"]
        outside = {(p["name"], p["in"], p["required"]) for p in operation["parameters"]}
        assert outside == {
            (p["name"] if p["in"] == "path" else p["wire"], p["in"], p["required"] or p["in"] == "path")
            for p in row["params"]
            if p["in"] != "body"
        }
        body = {p["wire"]: p["required"] for p in row["params"] if p["in"] == "body"}
        if not body:
            assert "requestBody" not in operation
            continue
        schema = operation["requestBody"]["content"][media_type]["schema"]
        assert set(schema["properties"]) == set(body)
        assert set(schema.get("required", [])) == {name for name, required in body.items() if required}
        assert operation["requestBody"]["required"] == any(body.values())


def test_security_is_the_portals() -> None:
    generic = hostbill.openapi("generic")
    assert generic["security"] == [{"jwt": []}, {"basic": []}]
    assert operations(generic)["auth.login"]["security"] == []
    assert "security" not in operations(generic)["account.get"]


def test_the_examples_fit_the_schemas() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for portal in PORTALS:
        document = hostbill.openapi(portal)
        for name, operation in operations(document).items():
            content = operation["responses"]["200"]["content"]["application/json"]
            *answers, refusal = content["schema"]["anyOf"]
            try:
                jsonschema.validate(content["example"], {"anyOf": answers})
                jsonschema.validate({"error": ["unauthorized"]}, {**refusal, "components": document["components"]})
            except jsonschema.ValidationError as problem:
                pytest.fail(f"{portal} {name}: {problem.message}")


def test_a_list_of_file_name_endings_becomes_a_pattern() -> None:
    import re

    schema = operations(hostbill.openapi("coloup"))["account.update"]["requestBody"]["content"]["application/json"]
    pattern = schema["schema"]["properties"]["mellicardimage"]["pattern"]
    assert re.search(pattern, "card.PNG")
    assert not re.search(pattern, "card.png.exe")
