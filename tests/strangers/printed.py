"""The code samples of a published document, made into programs that run.

A sample stays as it is printed: how it sends (JSON or a form), how it logs in (Basic or a token), its verb, its names in
their order. Replaced is what nobody can use: the portal's address, the account, ids and values. Put right is what the
documents lost or never had: brackets, addresses and semicolons; curl's verb where none is printed; nested members of a
form in Python, which requests sends only when they are named `a[b]`; and `$resp->json()`, which Guzzle no longer has.
Secrets reach curl through files, not through its arguments.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

LANGUAGES = ("curl", "python", "php")
NESTED = object()  # the printed value of a member that has members itself


@dataclass
class Sample:
    language: str
    lines: list[str] = field(default_factory=list)


@dataclass
class Request:
    method: str
    path: str  # filled in: "/domain/770/ns"


@dataclass
class Account:
    url: str
    username: str
    password: str
    token: str = ""


_BEGINS = {
    "curl": re.compile(r'POST_DATA=|curl |\\"'),
    "php": re.compile(r"use Guzzle|//We|require_once|\$(client|data|resp) ="),
    "python": re.compile(r"# python|import requests|payload =|auth=|headers =|req ="),
}


def samples(lines: list[str]) -> list[Sample]:
    """The samples among lines of a document, in their order."""
    found: list[Sample] = []
    inside = ""
    for line in lines:
        if line.startswith("Example Response"):
            break
        begun = next((language for language, begins in _BEGINS.items() if begins.match(line)), "")
        if line.startswith("Make sure to replace"):
            inside = ""
        elif begun and begun != inside:
            inside = begun
            found.append(Sample(inside))
        if inside and line and not line.startswith(("#", "//")):
            found[-1].lines.append(line)
    return found


# --- what is sent ---------------------------------------------------------------

_OPENS = re.compile(r"""POST_DATA="|'(json|form_params)' => \[$|\$data = array\($|payload = \{$""")
_STATEMENT = re.compile(r"curl |\$|use |echo |require_once|Requests::|(payload|auth|headers|req|resp|print|import)\b")
_MEMBER = re.compile(r"""(?:\\"|"|')(\w+)(?:\\"|"|') ?(?::|=>) ?(.*?),?$""")
_FORM_MEMBER = re.compile(r'-d ([^=\[]+)(\[\w+\])?="(.*)" ?\\?$')
_LOST_LOGIN = ["payload = {", "'username': \"username\",", "'password': \"password\""]
_LOST_CALL = re.compile(r"(req|resp) =(?='')")
_PAYLOAD = "@PAYLOAD@"  # stands where the members were


def _whole(sample: Sample) -> Iterator[str]:
    """The lines, with what a document lost of those that begin something."""
    if sample.lines[0].startswith('\\"'):
        yield 'POST_DATA="{'
    for line in sample.lines:
        yield from _LOST_LOGIN if line == "payload = username" else [_LOST_CALL.sub(r"\1 = requests.(", line)]


def _split(sample: Sample, nested: dict[str, set[str]]) -> tuple[list[str], dict[str, Any]]:
    """The lines without their payload's members, and these."""
    kept: list[str] = []
    sent: dict[str, Any] = {}
    inside = False
    parent = ""
    for line in _whole(sample):
        inside = inside and not _STATEMENT.match(line)
        if form := _FORM_MEMBER.match(line):
            sent[form[1]] = NESTED if form[2] else form[3]
        elif not inside:
            inside = bool(_OPENS.match(line))
            kept.append(line + _PAYLOAD * inside)
        elif (member := _MEMBER.match(line)) and member[1] not in nested.get(parent, ()):
            sent[member[1]] = _printed(member[2].replace('\\"', '"'))
            parent = member[1] if sent[member[1]] is NESTED else ""
    return kept, sent


def _printed(text: str) -> Any:
    return NESTED if text.startswith(("{", "[", "array(")) else ast.literal_eval(text)


def members(sample: Sample, nested: dict[str, set[str]]) -> dict[str, Any]:
    """What the sample sends, by name; nested tells the names inside of each member."""
    return _split(sample, nested)[1]


# --- values in the three languages ----------------------------------------------


def _form(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """A form's fields in PHP's way: a[b][0]=c."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _form(inner, f"{name}[{key}]" if name else str(key))
    else:
        yield name, _form_text(value)


def _form_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _php(value: Any) -> str:
    if isinstance(value, dict):
        return "[" + ", ".join(f"{_php(name)} => {_php(inner)}" for name, inner in value.items()) + "]"
    if isinstance(value, list):
        return "[" + ", ".join(map(_php, value)) + "]"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return json.dumps(value)  # Numbers, true, false and null are PHP's too.


def _bash(text: str) -> str:
    """Text between double quotes."""
    return '"' + re.sub(r'([\\"$`])', r"\\\1", text) + '"'


# --- statements -----------------------------------------------------------------

_CLOSING = {"(": ")", "[": "]", "{": "}"}


def _closed(statement: str) -> str:
    """With the closing brackets that a document lost."""
    missing: list[str] = []
    for mark in re.sub(r"'[^']*'|\"[^\"]*\"", "", statement):
        if mark in _CLOSING:
            missing.insert(0, _CLOSING[mark])
        elif mark in _CLOSING.values():
            missing.pop(0)
    return statement + "".join(missing)


def _statements(lines: list[str]) -> list[str]:
    """Each on one line and complete."""
    found: list[str] = []
    for line in lines:
        if not found or _STATEMENT.match(line):
            found.append(line)
        else:
            found[-1] += " " + line
    return [_closed(statement.rstrip("; ")) for statement in found]


def _with_payload(text: str, payload: str) -> str:
    return re.sub(rf"(\[|\{{|array\(){_PAYLOAD}[\]}})]", lambda _: payload, text)


# --- programs -------------------------------------------------------------------


def program(
    sample: Sample,
    nested: dict[str, set[str]],
    requests: list[Request],
    values: dict[str, Any],
    account: Account,
) -> str:
    """The sample as a program that makes these requests, the first of them with those of these values that it names."""
    lines, sent = _split(sample, nested)
    payload = {name: values[name] for name in sent if name in values}
    build = {"curl": _curl_program, "php": _php_program, "python": _python_program}[sample.language]
    return build(lines, payload, requests, account)


def _curl_program(lines: list[str], payload: dict[str, Any], requests: list[Request], account: Account) -> str:
    made = [f"account={_bash(f'{account.username}:{account.password}')}", f"token={_bash(account.token)}"]
    fields: dict[str, Any] = {}
    if lines[0].startswith("POST_DATA"):
        made.append("POST_DATA=" + _bash(json.dumps(payload, ensure_ascii=False)))
    else:
        fields = payload
    begins = [i for i, line in enumerate(lines) if line.startswith("curl ")]
    for begin, end, request in zip(begins, [*begins[1:], len(lines)], requests):
        command = _curl([line.rstrip("\\ ") for line in lines[begin:end]], fields, request, account)
        fields = {}
        if end < len(lines):  # Its answer holds the token for the next.
            command = f'token=$({command} | sed -n \'s/.*"token":"\\([^"]*\\)".*/\\1/p\')'
        made.append(command)
    return "\n".join(made) + "\n"


def _curl(printed: list[str], fields: dict[str, Any], request: Request, account: Account) -> str:
    command, *options = printed
    verb = re.match(r"curl -X \w+", command)
    if verb:
        words = [verb[0]]
    else:  # curl finds it out by itself, for two verbs.
        words = ["curl" if request.method == ("POST" if fields else "GET") else f"curl -X {request.method}"]
    words.append(_bash(account.url + request.path))
    for option in options:
        name, _, value = option.partition(" ")
        if name == "-u":
            words.append("""-K <(printf 'user = "%s"' "$account")""")
        elif name == "-d" or "Authorization" in value:
            words.append(f"{name} @<(printf %s {value})")
        else:
            words.append(option)
    for name, value in _form(fields):
        words.append(f"-d @<(printf %s {_bash(name + '=' + quote(value))})")
    return " ".join(words)


def _php_program(lines: list[str], payload: dict[str, Any], requests: list[Request], account: Account) -> str:
    login = _php([account.username, account.password])
    coming = iter(requests)
    made = []
    for statement in _statements(lines):
        if call := re.match(r"(\$resp = (?:\$client->|Requests::)\w+\()'[^']*'", statement):
            path = next(coming).path
            target = path[1:] if "$client" in call[1] else account.url + path
            statement = call[1] + _php(target) + statement[call.end() :]
        statement = re.sub(r"'base_uri' => '[^']*'", lambda _: f"'base_uri' => {_php(account.url + '/')}", statement)
        statement = re.sub(r"'auth' => (\[.*?\]|array\(.*?\))", lambda _: f"'auth' => {login}", statement)
        statement = statement.replace("$resp->json()", "json_decode($resp->getBody(), true)")
        made.append(_with_payload(statement, _php(payload)))
    text = ";\n".join(made) + ";\n"
    # What the documents' introductions say once for all samples.
    if "Requests::" in text and "require_once" not in text:
        text = (
            f"require_once 'Requests.php';\nRequests::register_autoloader();\n$options = ['auth' => {login}];\n" + text
        )
    if "$client->" in text and "$client =" not in text:
        client = f"$client = new GuzzleHttp\\Client(['base_uri' => {_php(account.url + '/')}]);\n"
        text = client + text
    return f"<?php\n$token = {_php(account.token)};\n" + text


def _python_program(lines: list[str], payload: dict[str, Any], requests: list[Request], account: Account) -> str:
    login = (account.username, account.password)
    coming = iter(requests)
    made = []
    for statement in _statements(lines):
        if call := re.match(r"(req|resp) = requests\.(\w*)\('[^']*'", statement):
            request = next(coming)
            verb = call[2] or request.method.lower()
            statement = f"{call[1]} = requests.{verb}({account.url + request.path!r}{statement[call.end() :]}"
        statement = re.sub(r"auth=\(.*?\)", lambda _: f"auth={login!r}", statement)
        statement = statement.replace("req.json().token", "resp.json()['token']")
        made.append(statement)
    text = "\n".join(made) + "\n"
    sent = dict(_form(payload)) if "data=payload" in text else payload
    return f"import requests\ntoken = {account.token!r}\nauth = {login!r}\n" + _with_payload(text, repr(sent))
