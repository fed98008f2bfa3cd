"""Every operation of every portal, called through its method and answered by the sandbox."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from conftest import OPERATIONS, method, operation_ids, python_names


@pytest.mark.parametrize("case", OPERATIONS, ids=operation_ids)
def test_operation(case: tuple[str, dict[str, Any]], sandbox_of: Any) -> None:
    portal, row = case
    sandbox = sandbox_of(portal)
    with sandbox.client() as client:
        answer = method(client.answers, row["id"])(**python_names(sandbox.examples[row["id"]]))
    assert answer.meta["operation"] == row["id"]
    assert answer.meta["http_status"] == 200
    assert answer.meta["attempts"] == 1
    jsonschema.validate(answer.data, row["result"]["schema"])
