"""schemathesis makes requests up from our OpenAPI documents: nothing ends in a server's error, and every answer, to good
requests and bad, is as the document says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import hostbill
import pytest
from conftest import PORTALS

CHECKS = (
    "not_a_server_error",
    "response_schema_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "status_code_conformance",
    "use_after_free",
)
EXAMPLES = "20"  # a kind of request for each operation; the seed makes them the same each time
CONFIG = """\
[auth.openapi.basic]
username = "${SANDBOX_USERNAME}"
password = "${SANDBOX_PASSWORD}"
"""


def plain(schema: Any) -> Any:
    """The same document, where what a list holds has one type at a time: schemathesis stumbles over lists of types there."""
    if isinstance(schema, list):
        return [plain(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: plain(inner) for name, inner in schema.items()}
    items = found.get("items")
    if isinstance(items, dict) and isinstance(items.get("type"), list):
        found["items"] = {"anyOf": [{**items, "type": name} for name in items["type"]]}
    return found


def run(portal: str, document: dict[str, Any], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "schemathesis.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "document.json").write_text(json.dumps(plain(document)), encoding="utf-8")
    program = Path(sys.executable).with_name("schemathesis")
    with hostbill.Sandbox(portal=portal) as sandbox:
        return subprocess.run(
            [
                *(program, "run", "document.json", "--url", sandbox.url, "--no-color", "--seed", "4107"),
                *("--checks", ",".join(CHECKS), *arguments),
            ],
            cwd=folder,
            env={**os.environ, "SANDBOX_USERNAME": sandbox.username, "SANDBOX_PASSWORD": sandbox.password},
            capture_output=True,
            text=True,
            timeout=600,
        )


@pytest.mark.parametrize("portal", PORTALS)
def test_no_server_error_and_no_answer_against_the_document(portal: str, tmp_path: Path) -> None:
    document = hostbill.openapi(portal)
    count = sum(len(methods) for methods in document["paths"].values())
    result = run(portal, document, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES)
    assert result.returncode == 0, result.stdout[-20_000:]
    assert f"Tested: {count}" in result.stdout
    assert "No issues found" in result.stdout


def test_it_notices_an_answer_that_the_document_does_not_know(tmp_path: Path) -> None:
    document = hostbill.openapi("time4vps")
    content = document["paths"]["/details"]["get"]["responses"]["200"]["content"]["application/json"]
    content["schema"] = {"type": "object", "required": ["no_portal_sends_this"]}
    result = run("time4vps", document, tmp_path, "--phases", "coverage", "--include-path", "/details")
    assert result.returncode == 1
    assert "no_portal_sends_this" in result.stdout
