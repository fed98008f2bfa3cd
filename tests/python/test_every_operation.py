"""Every operation of every portal, called through its method and answered by the sandbox."""

from __future__ import annotations

from typing import Any

import hostbill
import pytest
from conftest import CATALOGUES, OPERATIONS, method, operation_ids, python_names
from jsonschema import Draft202012Validator, ValidationError


def session_params(sandbox: hostbill.Sandbox, client: hostbill.Client, operation: str) -> dict[str, Any]:
    """What no first state can hold: the account's login, and a token that is good now."""
    login = {"username": sandbox.username, "password": sandbox.password}
    if operation == "auth.login":
        return login
    if operation == "auth.refresh":
        return {"refresh_token": client.auth.login(**login)["refresh"]}
    return {}


def called(sandbox: hostbill.Sandbox, row: dict[str, Any], **options: Any) -> hostbill.Answer:
    with sandbox.client() as client:
        params = sandbox.examples[row["id"]] or session_params(sandbox, client, row["id"])
        answer: hostbill.Answer = method(client.answers, row["id"])(**python_names(params), options=options)
        return answer


def validate(value: Any, schema: dict[str, Any]) -> None:
    """The schema itself is looked at once, below: that takes ten times as long."""
    Draft202012Validator(schema).validate(value)


def test_the_schemas_are_schemas() -> None:
    for portal, catalogue in CATALOGUES.items():
        rows = [row["result"] for of, row in OPERATIONS if of == portal]
        schemas = [schema for row in rows for schema in (row["schema"], row["raw"]["schema"])]
        Draft202012Validator.check_schema({"$defs": catalogue["$defs"], "prefixItems": schemas})


@pytest.mark.parametrize("case", OPERATIONS, ids=operation_ids)
def test_operation(case: tuple[str, dict[str, Any]], sandbox_of: Any) -> None:
    portal, row = case
    answer = called(sandbox_of(portal), row)
    assert answer.meta["operation"] == row["id"]
    assert answer.meta["http_status"] == 200
    assert answer.meta["attempts"] == 1
    validate(answer.data, {**row["result"]["schema"], "$defs": CATALOGUES[portal]["$defs"]})
    assert "unshaped" not in answer.meta


@pytest.mark.parametrize("case", OPERATIONS, ids=operation_ids)
def test_raw(case: tuple[str, dict[str, Any]], plain_sandbox_of: Any) -> None:
    portal, row = case
    answer = called(plain_sandbox_of(portal), row, raw=True)
    validate(answer.data, row["result"]["raw"]["schema"])


def test_the_schemas_tell_wrong_answers() -> None:
    row = next(row for portal, row in OPERATIONS if portal == "coloup" and row["id"] == "invoices.list")
    schema = {**row["result"]["schema"], "$defs": CATALOGUES["coloup"]["$defs"]}
    for wrong in ({"invoices": []}, [{"id": "1"}], row["result"]["raw"]["example"]):
        with pytest.raises(ValidationError):
            validate(wrong, schema)
    with pytest.raises(ValidationError):
        validate({"invoices": [{"id": True}]}, row["result"]["raw"]["schema"])
