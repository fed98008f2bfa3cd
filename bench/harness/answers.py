"""What the server answers: lists of invoices as one portal documents them, in three sizes."""

from __future__ import annotations

import json
from typing import Any

SIZES = (300, 3000, 60000)
FIRST_ID = 308976


def invoice(number: int) -> dict[str, Any]:
    paid = number % 3 != 0
    day = f"{2020 + number // 12 % 7}-{number % 12 + 1:02}"
    return {
        "id": str(FIRST_ID + number),
        "date": f"{day}-05",
        "dateorig": f"{day}-05",
        "duedate": f"{day}-12",
        "paybefore": f"{day}-12",
        "total": f"{number * 37 % 400 + 5}.65",
        "datepaid": f"{day}-09 12:40:47" if paid else "0000-00-00 00:00:00",
        "status": "Paid" if paid else "Unpaid",
        "merge_id": None,
        "number": f"{day.replace('-', '/')}/{number + 1}",
        "currency": "USD",
    }


def answer(size: int) -> tuple[bytes, int]:
    """A list of about so many bytes, never more, and how many invoices it has: at least one."""
    rows: list[str] = []
    length = len('{"invoices":[]}')
    while True:
        # PHP writes no blanks, and escapes slashes.
        row = json.dumps(invoice(len(rows)), separators=(",", ":")).replace("/", "\\/")
        length += len(row) + 1
        if rows and length > size:
            return ('{"invoices":[' + ",".join(rows) + "]}").encode(), len(rows)
        rows.append(row)


def last_id(count: int) -> str:
    return str(FIRST_ID + count - 1)
