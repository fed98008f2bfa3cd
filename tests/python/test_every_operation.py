"""Every operation of every portal, called through its method and answered by the sandbox."""

from __future__ import annotations

from typing import Any

import hostbill
import jsonschema
import pytest
from conftest import CATALOGUES, OPERATIONS, method, operation_ids, python_names


def session_params(sandbox: hostbill.Sandbox, client: hostbill.Client, operation: str) -> dict[str, Any]:
    """What no first state can hold: the account's login, and a token that is good now."""
    login = {"username": sandbox.username, "password": sandbox.password}
    if operation == "auth.login":
        return login
    if operation == "auth.refresh":
        return {"refresh_token": client.auth.login(**login)["refresh"]}
    return {}


@pytest.mark.parametrize("case", OPERATIONS, ids=operation_ids)
def test_operation(case: tuple[str, dict[str, Any]], sandbox_of: Any) -> None:
    portal, row = case
    sandbox = sandbox_of(portal)
    with sandbox.client() as client:
        params = sandbox.examples[row["id"]] or session_params(sandbox, client, row["id"])
        answer = method(client.answers, row["id"])(**python_names(params))
    assert answer.meta["operation"] == row["id"]
    assert answer.meta["http_status"] == 200
    assert answer.meta["attempts"] == 1
    jsonschema.validate(answer.data, {**row["result"]["schema"], "$defs": CATALOGUES[portal]["$defs"]})
    assert "unshaped" not in answer.meta
