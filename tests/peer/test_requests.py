"""Every operation of every portal, judged by a server that we did not write.

Prism gets nothing but the OpenAPI document of a portal. Each operation is called through its Python method with the
parameters of the golden requests, and Prism must find nothing wrong with the requests.
"""

from __future__ import annotations

import copy
import http.client
import json
import keyword
from pathlib import Path
from typing import Any

import hostbill
import pytest
from prism import Prism

WIRE = Path(__file__).resolve().parents[1] / "wire"
PORTALS = ["coloup", "elsecloud", "generic", "internetport", "time4vps"]

# Internetport writes a list as content[0]=..&content[1]=.. and a text as content=..: one parameter, two forms. OpenAPI
# can describe either but not both, and its document shows the text. The list's bytes are checked by the golden request.
INSTEAD = {("internetport", "dns.records.create"): {"content": "sip.example.net"}}


def golden(portal: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((WIRE / f"{portal}.json").read_text("utf-8"))
    if "password" in found["config"]:  # Prism takes no colon in a password, though RFC 7617 allows it.
        found["config"]["password"] = "an ordinary one"
    for case in found["cases"]:
        case["params"].update(INSTEAD.get((portal, case["operation"]), {}))
    return found


def demanding(portal: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    """The portal's document, with every parameter that the cases give required and every other one forbidden.

    Served from this, a request fails whose parameter went astray, even one that the portal could do without.
    """
    document = copy.deepcopy(hostbill.openapi(portal))
    operations = {op["operationId"]: op for path in document["paths"].values() for op in path.values()}
    rows = {row["id"]: row for row in hostbill.catalog(portal)["operations"]}
    for case in cases:
        operation = operations[case["operation"]]
        params = rows[case["operation"]]["params"]
        given = {p["wire"]: case["params"][p["name"]] for p in params if p["name"] in case["params"]}
        for parameter in operation["parameters"]:
            parameter["required"] |= parameter["name"] in given
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            schema["required"] = [name for name in schema["properties"] if name in given]
            schema["additionalProperties"] = False
            operation["requestBody"]["required"] = bool(schema["required"])
            for name in schema["required"]:
                demand_parts(schema["properties"][name], given[name])
    return document


def demand_parts(schema: dict[str, Any], value: Any) -> None:
    """Makes a schema insist on the members and on the length of what is given."""
    if isinstance(value, list):
        schema.update(type="array", minItems=len(value), maxItems=len(value))
    elif isinstance(value, dict):
        schema["type"] = "object"
        schema["required"] = list(value)
        members = schema.setdefault("properties", {})
        for name, inner in value.items():
            demand_parts(members.setdefault(name, {}), inner)


def call_everything(portal: str, url: str) -> list[str]:
    """What went wrong, a line for each operation that failed."""
    cases = golden(portal)
    failures = []
    with hostbill.Client(**{**cases["config"], "base_url": url}) as client:
        for case in cases["cases"]:
            method: Any = client.answers
            for part in case["operation"].split("."):
                method = getattr(method, part)
            params = {name + "_" * keyword.iskeyword(name): value for name, value in case["params"].items()}
            try:
                answer = method(**params)
            except hostbill.HostbillError as error:
                failures.append(f"{case['operation']}: {error.error_class}: {error} {error.portal_errors}")
            else:
                if answer.meta["http_status"] != 200:
                    failures.append(f"{case['operation']}: HTTP status {answer.meta['http_status']}")
    return failures


@pytest.mark.parametrize("which", ["as printed", "demanding"])
@pytest.mark.parametrize("portal", PORTALS)
def test_no_request_violates_the_document(portal: str, which: str, tmp_path: Path) -> None:
    cases = golden(portal)["cases"]
    assert {case["operation"] for case in cases} == {row["id"] for row in hostbill.catalog(portal)["operations"]}
    document = hostbill.openapi(portal) if which == "as printed" else demanding(portal, cases)
    with Prism(document, tmp_path) as prism:
        failures = call_everything(portal, prism.url)
        said = prism.stop()
    violations = [line for line in said if "Violation" in line]
    assert not failures, "\n".join(failures + violations)
    assert not violations, "\n".join(violations)
    assert sum("Request received" in line for line in said) == len(cases)


BROKEN = [
    ("time4vps", "POST", "/server/1/rename", "application/json", "{}"),
    ("time4vps", "POST", "/server/1/rename", "application/json", '{"hostname": 5}'),
    ("time4vps", "POST", "/server/1/webconsole", "application/json", '{"timeout": "2h", "whitelabel": "true"}'),
    ("time4vps", "POST", "/server/1/rename", "text/plain", "hostname=a.example.com"),
    ("internetport", "PUT", "/domain/1/ns", "application/x-www-form-urlencoded", "nameservers=ns1.example.com"),
    ("internetport", "POST", "/order/1", "application/x-www-form-urlencoded", "cycle=m&custom[1618]=1"),
    ("internetport", "POST", "/order/x", "application/x-www-form-urlencoded", "cycle=m"),
]


@pytest.mark.parametrize(("portal", "method", "target", "content_type", "body"), BROKEN)
def test_prism_would_have_noticed(
    portal: str, method: str, target: str, content_type: str, body: str, tmp_path: Path
) -> None:
    headers = {"Content-Type": content_type, "Authorization": "Basic dTpw", "Accept": "application/json"}
    document = demanding(portal, golden(portal)["cases"])
    with Prism(document, tmp_path) as prism:
        connection = http.client.HTTPConnection(prism.url.removeprefix("http://"), timeout=30)
        connection.request(method, target, body, headers)
        status = connection.getresponse().status
        connection.close()
    assert 400 <= status < 500
