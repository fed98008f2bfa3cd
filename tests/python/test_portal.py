"""Portals that are not in the catalogue, and what `hostbill portal doctor` finds."""

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
from servers import RecordingServer, Reply

PUBLISHED = json.dumps(
    {
        "swagger": "2.0",
        "info": {"title": "Example Host"},
        "host": "portal.example",
        "basePath": "/api",
        "paths": {
            "/balance": {"get": {"summary": "Balance"}},
            "/invoice": {"get": {"summary": "Invoices"}},
            "/service/@id/backup": {
                "post": {"parameters": [{"name": "label", "in": "query", "type": "string", "required": True}]}
            },
        },
    }
).replace("Balance", "Bal\nance")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hostbill", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", **environment},  # Wide enough for ids, wherever the tests run.
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "swagger.json"
    path.write_text(PUBLISHED)
    return path


def test_a_client_of_a_described_portal(document: Path) -> None:
    with RecordingServer() as server:
        login = {"base_url": server.url, "username": "u", "password": "p"}
        for portal in (PUBLISHED, str(document)):
            with hostbill.Client(portal={"swagger": portal}, **login) as client:
                client.call("portal.service.backup.create", {"id": 7, "label": "x"}, options={"raw": True})
                with pytest.raises(hostbill.UnsupportedError):
                    client.servers.list()
    assert [(request.target, request.body) for request in server.requests] == [
        ("/api/service/7/backup", b'{"label":"x"}')
    ] * 2


def test_a_ledger_knows_it_by_its_address(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    renamed = PUBLISHED.replace("Example Host", "Renamed")
    calls = [("portal.service.backup.create", {"id": 7, "label": "x"})]
    login = {"username": "u", "password": "p"}
    numbers = set()
    with hostbill.Ledger("ledger") as ledger:
        for portal in (PUBLISHED, renamed, str(document), document.name):
            for base_url in (None, "https://portal.example/api"):
                with hostbill.Client(portal={"swagger": portal}, base_url=base_url, **login) as client:
                    client.close()  # Nothing is to be sent.
                    numbers.update(item.ledger_number for item in client.batch(calls, ledger=ledger))
        assert len(numbers) == 1
        with hostbill.Client(portal={"swagger": PUBLISHED}, base_url="http://127.0.0.1:9/api", **login) as client:
            client.close()
            assert next(client.batch(calls, ledger=ledger)).ledger_number not in numbers


def test_its_catalogue_says_what_was_repaired() -> None:
    found = hostbill.catalog({"swagger": PUBLISHED})
    assert [row["id"] for row in found["operations"]] == [
        "account.balance",
        "invoices.list",
        "portal.service.backup.create",
    ]
    assert any("control characters" in sentence for sentence in found["repaired"])


def test_import_reads_a_file_and_keeps_what_it_read(document: Path, tmp_path: Path) -> None:
    kept = tmp_path / "mine.json"
    done = run("portal", "import", str(document), "--output", str(kept))
    assert done.returncode == 0, done.stderr
    assert "3 operations, 2 known from other portals" in done.stdout
    assert "portal.service.backup.create" in done.stdout
    assert "repaired: escaped 1 raw control character" in done.stdout
    assert kept.read_text() == document.read_text()
    listed = run("catalog", "--portal", str(kept))
    assert "portal.service.backup.create" in listed.stdout


def test_import_reads_an_address() -> None:
    with RecordingServer(Reply(body=PUBLISHED.encode())) as server:
        done = run("portal", "import", server.url + "/swagger.json")
    assert done.returncode == 0, done.stderr
    assert "Example Host" in done.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"swagger": "2.0",\n"paths": {,}}', "line 2, column"),
        ('{"openapi": "3.0.0"}', "OpenAPI 3.0.0"),
        ("<html>", "not JSON"),
    ],
)
def test_import_says_where_a_document_stops_making_sense(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(text)
    done = run("portal", "import", str(path))
    assert done.returncode == 2
    assert expected in done.stderr


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://portal.example/swagger.json", "only https"),
        ("http://127.0.0.1:80@portal.example/swagger.json", "no user name or password"),
        ("https://me:s3cret@portal.example/swagger.json", "no user name or password"),
        ("http://[::1/swagger.json", "can be asked"),
        ("https://portal.example:port/swagger.json", "can be asked"),
    ],
)
def test_import_refuses_addresses_that_are_not_safe_to_ask(url: str, expected: str) -> None:
    done = run("portal", "import", url)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "s3cret" not in done.stdout + done.stderr


@pytest.mark.parametrize("portal", PORTALS)
def test_doctor_finds_a_healthy_portal_healthy(sandbox_of: Any, portal: str) -> None:
    sandbox = sandbox_of(portal)
    before = sandbox.ledger()
    report = hostbill.doctor(portal=portal, base_url=sandbox.url, username=sandbox.username, password=sandbox.password)
    failing = [check for check in report["checks"] if not check["works"] and check["kind"] != "auth"]
    assert failing == []
    assert set(report["auth"]) >= {"basic"} or portal == "generic"
    assert abs(report["clock_skew_s"]) < 60
    asks_services = "services.methods" in {row["id"] for row in hostbill.catalog(portal)["operations"]}
    assert any(check["check"].startswith("services.methods(") for check in report["checks"]) is asks_services
    assert {name: count for name, count in sandbox.ledger().items() if not name.startswith("auth.")} == before


def test_doctor_on_the_command_line(sandbox: Any) -> None:
    words = ("portal", "doctor", "--portal", "time4vps", "--base-url", sandbox.url, "--username", sandbox.username)
    done = run(*words, HOSTBILL_PASSWORD=sandbox.password)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok   auth  basic" in done.stdout
    assert sandbox.password not in done.stdout + done.stderr
    sandbox.control("fault", operation="invoices.list", times=5, fault={"kind": "status", "status": 500})
    report = json.loads(run(*words, "--json", HOSTBILL_PASSWORD=sandbox.password).stdout)
    assert [check["check"] for check in report["checks"] if not check["works"] and check["kind"] == "read"] == [
        "invoices.list"
    ]
    refused = run(*words, HOSTBILL_PASSWORD="wrong")
    assert refused.returncode == 1
    assert "signs in with nothing" in refused.stdout


def test_doctor_where_nothing_answers() -> None:
    report = hostbill.doctor(
        portal="generic", base_url="http://127.0.0.1:1/api", username="u", password="p", retry={"max_attempts": 1}
    )
    assert report["auth"] == []
    assert not report["checks"][0]["works"]
