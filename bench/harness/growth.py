"""Whether many calls cost as much each as few, in time and in memory."""

from __future__ import annotations

from typing import Any

from . import report
from .measure import CLIENT_CORE
from .process import ContestantError, Process
from .server import Server
from .table import Case, Contestant

COUNTS = (1_000, 10_000, 100_000)


def measure(case: Case, chosen: list[Contestant], server: Server) -> list[dict[str, Any]]:
    server.pin(CLIENT_CORE)
    out = []
    for contestant in chosen:
        row: dict[str, Any] = {"contestant": contestant.id, "title": contestant.title, "ours": contestant.ours}
        row |= {"language": contestant.language.title, "steps": []}
        try:
            process = Process(contestant, case, server, CLIENT_CORE)
            try:
                process.run(500)
                for calls in COUNTS:
                    sample = process.run(calls)
                    step = {"calls": calls, "cpu_us": sample.cpu / calls * 1e6, "mib": process.resident()}
                    row["steps"].append(step)
            finally:
                process.close()
        except ContestantError as error:
            row["failure"] = str(error)
        out.append(row)
    return out


def text(case: Case, results: list[dict[str, Any]]) -> str:
    counts = max((row["steps"] for row in results), key=len)
    heads = ["language", "contestant"]
    for step in counts:
        heads += [f"µs at {step['calls']:,}", "MiB"]
    rows = []
    for row in results:
        cells = [row["language"], f"**{row['title']}**" if row["ours"] else row["title"]]
        for step in row["steps"]:
            cells += [report.number(step["cpu_us"]), report.number(step["mib"])]
        rows.append((cells + ["failed"] * len(heads))[: len(heads)])
    title = f"### Growth: so many calls at once, {case.title}; CPU of a call, and memory afterwards"
    return title + "\n\n" + report.table(heads, rows, set(range(2, len(heads))))
