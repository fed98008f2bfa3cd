"""The golden requests, sent by the methods: what tests/wire says is what reaches the socket."""

from __future__ import annotations

import json
from typing import Any

import hostbill
import pytest
from conftest import PORTALS, ROOT, method, python_names
from servers import RecordingServer

GOLDEN = {portal: json.loads((ROOT / "tests/wire" / f"{portal}.json").read_text("utf-8")) for portal in PORTALS}
CASES = [(portal, case) for portal in PORTALS for case in GOLDEN[portal]["cases"]]


@pytest.fixture(scope="module")
def server() -> Any:
    with RecordingServer() as running:
        yield running


@pytest.mark.parametrize(("portal", "case"), CASES, ids=[f"{portal}:{case['operation']}" for portal, case in CASES])
def test_request(server: RecordingServer, portal: str, case: dict[str, Any]) -> None:
    server.requests.clear()
    with hostbill.Client(**GOLDEN[portal]["config"], base_url=server.url) as client:
        try:
            method(client, case["operation"])(**python_names(case["params"]))
        except hostbill.ProtocolError:
            pass  # Only the request is of interest; an empty object is no good answer to every operation.
    (request,) = server.requests
    expected = case["request"]
    assert f"{request.method} {request.target}" == f"{expected['method']} {expected['target']}"
    assert request.body.decode("utf-8") == expected["body"]
    for name in ("Accept", "Authorization", "Content-Type", "Content-Length"):
        assert request.headers.get(name) == expected["headers"].get(name), name
