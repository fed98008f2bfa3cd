"""The code samples that the portals' documents print for each operation, run as they are by bash and curl, Python and PHP.

The documents are not part of the project: HOSTBILL_DOCUMENTS names their folder, or they lie beside the checkout. See
printed.py for what of a sample is replaced.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hostbill
import jsonschema
import pytest
from printed import LANGUAGES, NESTED, Account, Request, Sample, members, program, samples
from runs import Outcome, run
from values import PERSON, VALUES

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import documents

FOLDER = Path(os.environ.get("HOSTBILL_DOCUMENTS") or ROOT.parent / "shared" / "reference")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir() and "HOSTBILL_DOCUMENTS" not in os.environ,
    reason=f"the published documents are not part of the project, and not in {FOLDER} (HOSTBILL_DOCUMENTS)",
)

# Operations that a document shows a sample of, in each of the three languages.
SAMPLES = {"coloup": 130, "elsecloud": 119, "generic": 71, "internetport": 109}
# The samples of its introduction, and what they ask for.
BASIC, TOKEN = ["account.get"], ["auth.login", "account.get"]
INTRODUCTIONS = {"coloup": [BASIC], "elsecloud": [BASIC], "generic": [TOKEN, BASIC], "internetport": [BASIC]}
SHOWN = ("firstname", "lastname", "companyname", "address1", "postcode")
PORTAL_LANGUAGE = [(portal, language) for portal in SAMPLES for language in LANGUAGES]


def in_language(operation: documents.Operation, language: str) -> list[Sample]:
    return [sample for sample in samples(operation.before) if sample.language == language]


def param(row: dict[str, Any], name: str) -> dict[str, Any]:
    """What the catalogue has of what a document calls so."""
    return next(found for found in row["params"] if name in (found["name"], found["wire"], *found["aliases"]))


def allowed(found: dict[str, Any], printed: Any) -> Any:
    """What is printed, or the first value that may be given."""
    if not found["enum"] or printed in found["enum"]:
        return printed
    return found["enum"][:1] if found["type"] == "array" else found["enum"][0]


@dataclass
class Case:
    name: str
    operations: list[str]
    program: str


class Portal:
    """A sandbox, and the programs that are to run against it."""

    def __init__(self, sandbox: hostbill.Sandbox, language: str) -> None:
        self.sandbox = sandbox
        self.language = language
        rows = hostbill.catalog(sandbox.portal)["operations"]
        self.rows = {row["id"]: row for row in rows}
        self.by_path = {(row["method"], row["document_path"]): row for row in rows}
        self.account = Account(sandbox.url, sandbox.username, sandbox.password)

    def cases(self) -> list[Case]:
        found = []
        for operation in documents.read(self.sandbox.portal, FOLDER):
            *introductions, sample = in_language(operation, self.language)
            for introduction, asked in zip(introductions, INTRODUCTIONS[self.sandbox.portal]):
                found.append(self.introduction(introduction, asked, len(found)))
            found.append(self.case(operation, sample))
        return found

    def introduction(self, sample: Sample, asked: list[str], number: int) -> Case:
        values = {"username": self.account.username, "password": self.account.password}
        requests = [Request(self.rows[name]["method"], self.rows[name]["path"]) for name in asked]
        return Case(f"introduction-{number}", asked, program(sample, {}, requests, values, self.account))

    def case(self, operation: documents.Operation, sample: Sample) -> Case:
        row = self.by_path[operation.method, operation.path]
        account, session = self.session(row, sample)
        known = {**VALUES.get(row["id"], {}), **self.sandbox.examples[row["id"]], **session}
        values: dict[str, Any] = {}
        for name, printed in members(sample, operation.nested).items():
            found = param(row, name)
            value = known[found["name"]] if found["name"] in known else allowed(found, printed)
            assert value is not NESTED, f"{row['id']}: values.py has nothing for {name}"
            if value is not None:
                values[name] = value
        path = re.sub(r"@(\w+)", lambda found: quote(str(known[param(row, found[1])["name"]])), operation.path)
        text = program(sample, operation.nested, [Request(operation.method, path)], values, account)
        return Case(row["id"], [row["id"]], text)

    def session(self, row: dict[str, Any], sample: Sample) -> tuple[Account, dict[str, Any]]:
        """The account, logged in where the sample needs that, and the values that only now are known."""
        account = self.account
        login = {"username": account.username, "password": account.password}
        if row["id"] == "auth.login":
            return account, login
        values = {"email": account.username} if row["id"] == "account.update" else {}
        if row["group"] != "auth" and not any("token" in line for line in sample.lines):
            return account, values
        with self.sandbox.client() as client:
            tokens = client.auth.login(**login)
        return Account(account.url, *login.values(), tokens["token"]), {**values, "refresh_token": tokens["refresh"]}


def problem(row: dict[str, Any], outcome: Outcome) -> str:
    """What is wrong with the answer that a sample got; empty where nothing is."""
    if outcome.error or outcome.status != 200:
        return outcome.error or f"HTTP {outcome.status}: {outcome.body}"
    try:
        answer = json.loads(outcome.body)
        if isinstance(answer, dict) and answer.get("error"):
            return f"refused: {answer['error']}"
        jsonschema.validate(answer, row["result"]["raw"]["schema"])
    except json.JSONDecodeError as error:
        return f"{error}: {outcome.body}"
    except jsonschema.ValidationError as error:
        return f"{error.message}: {outcome.body}"
    if outcome.printed.strip() not in ("", outcome.body, str(answer)):
        return f"printed: {outcome.printed}"
    return ""


def problems(portal: Portal, cases: list[Case], outcomes: dict[str, Outcome]) -> list[str]:
    found = ((case.name, problem(portal.rows[case.operations[-1]], outcomes[case.name])) for case in cases)
    return [f"{name}: {text}" for name, text in found if text]


@pytest.mark.parametrize(("name", "language"), PORTAL_LANGUAGE)
def test_every_sample_works(name: str, language: str, tmp_path: Path) -> None:
    with hostbill.Sandbox(portal=name) as sandbox:
        portal = Portal(sandbox, language)
        cases = portal.cases()
        assert len(cases) == SAMPLES[name] + len(INTRODUCTIONS[name])
        asked = Counter(operation for case in cases for operation in case.operations)
        assert set(asked) == set(portal.rows)
        before, logins = Counter(sandbox.ledger()), len(sandbox.journal())
        outcomes = run(language, {case.name: case.program for case in cases}, tmp_path)
        requests = Counter(request["operation"] for request in sandbox.journal()[logins:])
        effects = Counter(sandbox.ledger()) - before
        with sandbox.client() as client:
            people = [client.account.get(), client.contacts.get(contact_id=4221)]
    wrong = problems(portal, cases, outcomes)
    assert not wrong, f"{len(wrong)} of {len(cases)} went wrong\n" + "\n".join(wrong[:20])
    assert requests == asked
    changing = {name: count for name, count in asked.items() if portal.rows[name]["effect"] != "read"}
    assert {name: count for name, count in effects.items() if name in portal.rows} == changing
    # No quote, sign or letter went astray.
    for person in people:
        assert {name: person[name] for name in SHOWN} == {name: PERSON[name] for name in SHOWN}


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_the_right_login_they_all_fail(language: str, tmp_path: Path) -> None:
    with hostbill.Sandbox(portal="generic") as sandbox:
        portal = Portal(sandbox, language)
        portal.account.password = "wrong"
        portal.session = lambda row, sample: (portal.account, {"refresh_token": "wrong"})  # type: ignore[method-assign]
        cases = portal.cases()
        outcomes = run(language, {case.name: case.program for case in cases}, tmp_path)
        assert len(problems(portal, cases, outcomes)) == len(cases) == 73
        assert not sandbox.ledger()


# One line of each sample, wherever it stands in a document.
MARKS = {
    "curl": re.compile(r"^\s*curl ", re.M),
    "python": re.compile(r"^\s*(req|resp) =", re.M),
    "php": re.compile(r"^\s*\$resp = ", re.M),
}


@pytest.mark.parametrize(("name", "language"), PORTAL_LANGUAGE)
def test_no_sample_is_overlooked(name: str, language: str) -> None:
    text = (FOLDER / documents.PORTALS[name]).read_text(encoding="utf-8", errors="replace")
    expected = SAMPLES[name] + sum(map(len, INTRODUCTIONS[name]))
    assert len(MARKS[language].findall(text)) == expected
    found = [sample for operation in documents.read(name, FOLDER) for sample in in_language(operation, language)]
    assert sum(bool(MARKS[language].match(line)) for sample in found for line in sample.lines) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_the_languages_send_the_same(name: str) -> None:
    for operation in documents.read(name, FOLDER):
        # documents.py reads the shell's samples by itself, and is at a loss only where brackets are lost.
        shown = {shown.name for shown in operation.parameters.values() if shown.in_sample}
        sent = [list(members(in_language(operation, language)[-1], operation.nested)) for language in LANGUAGES]
        assert sent[0] == sent[1] == sent[2], operation.path
        assert shown <= set(sent[0]) <= operation.parameters.keys(), operation.path


def test_the_fifth_document_has_no_samples() -> None:
    text = (FOLDER / documents.PORTALS["time4vps"]).read_text(encoding="utf-8", errors="replace")
    assert '"swagger"' in text
    assert not re.search(r"curl|x-code|guzzle|requests\.", text, re.I)
