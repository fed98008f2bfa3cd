"""Fields of models give the same for every text, usual or odd: what Python's own constructors make of it, or the text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hostbill import _model
from hostbill.models import Invoice, InvoiceStatus

FIELDS = {"integer": "merge_id", "decimal": "total", "date": "duedate", "datetime": "datepaid", "state": "status"}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def as_integer(text: str) -> Any:
    return int(text) if _is_number(text.removeprefix("-")) and len(text.removeprefix("-")) <= 100 else text


def as_decimal(text: str) -> Any:
    whole, point, fraction = text.removeprefix("-").partition(".")
    return Decimal(text) if _is_number(whole) and (not point or _is_number(fraction)) else text


def _or_text(read: Callable[[str], Any], text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return text


def as_date(text: str) -> Any:
    return _or_text(date.fromisoformat, text) if len(text) == 10 else text


def as_datetime(text: str) -> Any:
    return _or_text(datetime.fromisoformat, text) if len(text) > 10 else text


def as_state(text: str) -> Any:
    return InvoiceStatus(text)


READ: dict[str, Callable[[str], Any]] = {
    "integer": as_integer,
    "decimal": as_decimal,
    "date": as_date,
    "datetime": as_datetime,
    "state": as_state,
}

ODD = [
    "", "-", ".", "-.", "--1", "+1", "1.", ".5", "-.5", "-1.", "1..2", "1.2.3", "1,00", "1e5", "1E-5", "1_0", " 1", "1 ",
    "NaN", "sNaN", "Infinity", "-Infinity", "0x10", "007", "-0", "-0.00", "0.000000000000000000000000000001", "٣", "3٣",
    "1.٣", "\0", "1\0", "12\n", "9" * 100, "-" + "9" * 100, "9" * 101, "9" * 400 + ".01", "½", "gratis", "5.65 USD",
    "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "2026-00-10", "2026-13-01", "2026-01-00", "2026-01-32",
    "2026-02-29", "2024-02-29", "1900-02-29", "2000-02-29", "2026-04-31", "2026/01/31", "31.01.2026", "2026-1-310",
    "2026-W01-1", "20260131", "2026-031  ", "-026-01-31", "+026-01-31", "2026-01-3 ", "2026-01-3\0", "٢٠٢٦-01-31",
    "2026-01-٣١", "0000-00-00 00:00:00", "2026-01-31 00:00:00", "2026-01-31T23:59:59", "2026-01-31T24:00:00",
    "2026-01-31T23:60:00", "2026-01-31T23:59:60", "2026-01-31t23:59:59", "2026-01-31_23:59:59", "2026-01-31T23:59",
    "2026-01-31T23", "2026-01-31T23:59:59.5", "2026-01-31T23:59:59.123456", "2026-01-31T23:59:59.1234567",
    "2026-01-31T23:59:59Z", "2026-01-31T23:59:59+02:00", "2026-01-31T23:59:59-0200", "2026-01-31T23:59:59.000001+01:30",
    "2026-01-31T23.59.59", "2026-01-31T-1:59:59", "2026-01-31T23:59:5", "2026-01-31T23:59:59 ", "2026-02-30T00:00:00",
    "2026-01-31\u202f23:59:59", "20260131T235959", "Paid", "paid", "PAID", "Paid ", "Melting", "Paid\0", "Bezahlt ü", "😀",
]  # fmt: skip
USUAL = [
    "308976",
    "-12",
    "12.65",
    "-1234567.0004",
    "2026-01-31",
    "2026-01-31T12:40:47",
    "2026-01-31 12:40:47",
    "Unpaid",
]
# Every usual text with one character changed, left out or put in.
CHANGED = [
    text[:at] + put + text[at + cut :]
    for text in USUAL
    for at in range(len(text) + 1)
    for cut in (0, 1)
    for put in ("", "0", "9", "-", ".", ":", "T", " ", "\0", "ä", "٣", "😀")
]


@pytest.mark.parametrize("form", FIELDS)
def test_a_text_is_read_as_python_reads_it(form: str) -> None:
    for text in [*ODD, *USUAL, *CHANGED]:
        found = getattr(Invoice({FIELDS[form]: text}), FIELDS[form])
        wanted = READ[form](text)
        assert (type(found), repr(found), str(found)) == (type(wanted), repr(wanted), str(wanted)), text
        assert found == wanted


@pytest.mark.parametrize("form", FIELDS)
@pytest.mark.parametrize("value", [None, 0, 7, True, 1.5, Decimal("1.0"), date(2026, 1, 31), ["Paid"], {}, b"Paid"])
def test_what_is_no_text_is_given_as_it_is(form: str, value: Any) -> None:
    assert getattr(Invoice({FIELDS[form]: value}), FIELDS[form]) is value


@pytest.mark.parametrize("form", FIELDS)
def test_what_is_not_there_is_none(form: str) -> None:
    assert getattr(Invoice(), FIELDS[form]) is None


def test_texts_of_a_class_of_their_own_are_texts() -> None:
    class Text(str):
        __slots__ = ()

    for form, text in zip(FIELDS, ["-12", "12.65", "2026-01-31", "2026-01-31T12:40:47", "Unpaid"]):
        found = getattr(Invoice({FIELDS[form]: Text(text)}), FIELDS[form])
        assert type(found) is type(READ[form](text)) and found == READ[form](text)
    status = InvoiceStatus("Melting")
    assert Invoice({"status": status}).status is status
    assert Invoice({"status": InvoiceStatus.PAID}).status is InvoiceStatus.PAID


def test_a_field_is_looked_at_on_the_class() -> None:
    field: Any = Invoice.total
    assert isinstance(field, _model.Field) and repr(field) == "<field total>" and field.name == "total"
    assert isinstance(Invoice.client, _model.Field) and isinstance(Invoice.items, _model.Field)
    assert field.__get__(Invoice({"total": "1.00"}), Invoice) == Decimal("1.00")


def test_a_reading_is_no_leak() -> None:
    """Neither of what is read, nor of the fields themselves."""
    found = Invoice({"total": "12.65", "duedate": "2026-01-31", "datepaid": "x", "status": "Paid", "id": 7})
    kept = [*found.values(), Invoice.__dict__["total"], InvoiceStatus.PAID]

    def read() -> None:
        for _ in range(1000):
            found.total, found.duedate, found.datepaid, found.status, found.id, found.tax  # noqa: B018
            _model.Field("other")

    read()
    before = [sys.getrefcount(value) for value in kept]
    read()
    assert [sys.getrefcount(value) for value in kept] == before
