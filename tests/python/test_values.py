"""What goes in and comes out is exactly what Python's own reader and writer of JSON make of it."""

from __future__ import annotations

import json
import random
import types
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any

import hostbill
import pytest
from servers import RecordingServer, Reply


@pytest.fixture(scope="module")
def server() -> Iterator[RecordingServer]:
    with RecordingServer() as found:
        yield found


@pytest.fixture(scope="module")
def client(server: RecordingServer) -> Iterator[hostbill.Client]:
    with hostbill.Client(portal="time4vps", base_url=server.url, username="u", password="p") as found:
        yield found


def typed(value: Any) -> Any:
    """Told apart by type, too: 1, True and Decimal(1) are equal."""
    if isinstance(value, dict):
        return {name: typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [typed(item) for item in value]
    return type(value).__name__, str(value)


def some_value(dice: random.Random, depth: int) -> Any:
    kind = dice.randrange(12 if depth < 4 else 8)
    if kind == 0:
        return None
    if kind == 1:
        return dice.random() < 0.5
    if kind == 2:
        return dice.choice([0, -1, 7, 2**53, 2**53 + 1, -(2**63), 2**63 - 1, 2**63, 2**64, 10**40])
    if kind < 8:
        return dice.choice(["", "Active", "0.00", "ü", "日本", "😀", "\x00", "a" * 300, "\u2028", "\ufffd", "é" * 50])
    if kind < 10:
        return [some_value(dice, depth + 1) for _ in range(dice.randrange(4))]
    names = ["id", "name", "status", "ü", "", "a" * 60, "x\x00y", "total"]
    return {name: some_value(dice, depth + 1) for name in dice.sample(names, dice.randrange(5))}


def rows(dice: random.Random) -> list[Any]:
    """As lists of answers are: most rows alike, some with other members, values that repeat."""
    columns = ["id", "status", "total", "due", "name", "ends", "ok", "many"]
    found: list[Any] = []
    for number in range(30):
        row: dict[str, Any] = {
            "id": number,
            "status": dice.choice(["Paid", "Unpaid", None, True, "ü"]),
            "total": dice.choice(["0.00", "12.10", 5, 0]),
            "due": dice.choice([None, "2026-01-01"]),
            "name": 'abc/d"é'[dice.randrange(7)].join("abcdefghijklmnopqrstuvwxyz"[: dice.randrange(27)]),
            "ends": f"the same {dice.choice(['at', 'on'])} both ends",
            "ok": dice.choice([True, False, 1, 0, "1"]),
            "many": dice.choice([[], [1], {"a": "b"}, {}]),
        }
        order = columns if dice.random() < 0.8 else dice.sample(columns, dice.randrange(1, 9))
        found.append({name: row[name] for name in order} if dice.random() < 0.95 else dice.choice([None, 1, "x", []]))
    return found


@pytest.mark.parametrize("seed", range(40))
def test_raw_answers_are_what_json_reads(seed: int, server: RecordingServer, client: hostbill.Client) -> None:
    dice = random.Random(seed)
    document = {"one": some_value(dice, 0), "rows": rows(dice), "more": [some_value(dice, 1) for _ in range(20)]}
    # As PHP writes it, and as others do.
    text = json.dumps(document, ensure_ascii=seed % 2 == 0, separators=[(",", ":"), (", ", ": ")][seed // 2 % 2])
    server.reply = Reply(body=text.encode())
    found = client.account.get(options={"raw": True})
    assert typed(found) == typed(json.loads(text, parse_float=Decimal))


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1.5, 1e3, 1E-400, 1e400, -0, -0.0, 0.1, 12345678901234567890, 123456789012345678901234567890.5]}',
        '{"a": ["\\ud83d\\ude00", "\\\\ud83d\\u00e9", "\\uD83D\\uDE00x"]}',
        '{"a": "\\u0000", "\\u0000": 1, "b\\u00fc": "\\""}',
        '{"a": 1, "b": 2, "a": 3}',
        '{"rows": [{"a": "x", "b": "y"}, {"a": "x", "b": "y"}, {"b": "y", "a": "x"}, {"a": "x"}, {}, {"a": "x", "b": 1}]}',
    ],
)
def test_odd_texts_too(text: str, server: RecordingServer, client: hostbill.Client) -> None:
    server.reply = Reply(body=text.encode())
    assert typed(client.account.get(options={"raw": True})) == typed(json.loads(text, parse_float=Decimal))


def test_half_a_character_is_the_sign_for_that(server: RecordingServer, client: hostbill.Client) -> None:
    server.reply = Reply(body=b'{"a": ["\\ud83d", "\\ude00x", "\\\\\\ud83d", "\\ud83d\\ud83d\\ude00"]}')
    found = client.account.get(options={"raw": True})
    assert found["a"] == ["\ufffd", "\ufffdx", "\\\ufffd", "\ufffd\U0001f600"]


def test_a_number_of_too_many_digits_is_no_failure(server: RecordingServer, client: hostbill.Client) -> None:
    server.reply = Reply(body=b'{"a": ' + b"9" * 5000 + b"}")
    assert client.account.get(options={"raw": True})["a"] == Decimal("9" * 5000)


def test_rows_share_no_dictionary(server: RecordingServer, client: hostbill.Client) -> None:
    server.reply = Reply(body=b'{"rows": [{"a": "x", "b": null}, {"a": "x", "b": null}]}')
    first, second = client.account.get(options={"raw": True})["rows"]
    first["a"] = "changed"
    first["c"] = 1
    assert second == {"a": "x", "b": None}


class Word(str, Enum):
    A = "a"


class Own(dict):  # type: ignore[type-arg]
    pass


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("ü😀\x00", "ü😀\x00"),
        (7, 7),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, 2**63),
        (10**30, 10**30),
        (True, True),
        (1.5, 1.5),
        (Decimal("1.10"), "1.10"),
        (Word.A, "a"),
        ((1, "a"), [1, "a"]),
        ([1, [2, (3,)]], [1, [2, [3]]]),
        ({"a": {"b": None}}, {"a": {"b": None}}),
        ({1: "a", None: "c", 1.5: "d"}, {"1": "a", "null": "c", "1.5": "d"}),
        (Own(a=1), {"a": 1}),
        (types.MappingProxyType({"a": Decimal("1")}), {"a": "1"}),
        (range(3), [0, 1, 2]),
        ({"deep": [[[[[[[[[[1]]]]]]]]]]}, {"deep": [[[[[[[[[[1]]]]]]]]]]}),
    ],
)
def test_parameters_go_out_as_json_writes_them(
    value: Any, sent: Any, server: RecordingServer, client: hostbill.Client
) -> None:
    server.reply = Reply()
    server.requests.clear()
    client.servers.rename(1, hostname="a.example.com", options={"extra": {"novel": value}})
    assert json.loads(server.requests[-1].body) == {"hostname": "a.example.com", "novel": sent}


@pytest.mark.parametrize(
    "params",
    [
        {"server_id": "../x", "hostnam": "a"},
        {"server_id": 1, "hostname": ["a"]},
        {"server_id": 1.5, "hostname": "a"},
        {"server_id": None, "hostname": {}},
        {"server_id": 10**30, "hostname": 7},
    ],
)
def test_mistakes_are_told_alike_by_both_ways(params: dict[str, Any], client: hostbill.Client) -> None:
    """A mapping that is no dict goes over JSON text."""
    told = []
    for given in (params, types.MappingProxyType(params)):
        with pytest.raises(hostbill.UsageError) as caught:
            client.call("servers.rename", given)
        told.append((str(caught.value), caught.value.fields))
    assert told[0] == told[1]
