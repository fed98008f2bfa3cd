"""Instructions of a call in user space, counted by callgrind: they do not wobble. What starting costs cancels out, because
two runs of different lengths are compared."""

from __future__ import annotations

import re
import subprocess
from typing import Any

from . import report
from .process import environment
from .server import Server
from .table import ROOT, Case, Contestant

FEW, MANY = 50, 300


def counted(contestant: Contestant, case: Case, server: Server, calls: int) -> int:
    command = [
        "valgrind",
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
        str(ROOT / contestant.language.command[0]),
    ]
    done = subprocess.run(
        [*command, contestant.program],
        input=f"{case.in_flight}\n{calls}\n",  # The first to get warm.
        env=environment(contestant, case, server),
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise RuntimeError(f"{contestant.title} under callgrind: {done.stderr.strip()[-300:]}")
    return int(found[1])


def measure(cases: list[Case], contestants: list[Contestant], server: Server) -> list[dict[str, Any]]:
    """Of those contestants that are machine code alone."""
    out = []
    for case in cases:
        counts = {}
        for contestant in contestants:
            if case.mode in contestant.modes and contestant.language.language == "c":
                some, more = (counted(contestant, case, server, calls) for calls in (FEW, MANY))
                counts[contestant.id] = (contestant.title, (more - some) / (MANY - FEW))
        floor = counts[case.floor][1]
        rows = [
            {"contestant": name, "title": title, "instructions": count, "ratio": count / floor}
            for name, (title, count) in counts.items()
        ]
        out.append({"case": case.id, "title": case.title, "rows": rows})
    return out


def text(results: list[dict[str, Any]]) -> str:
    rows = [
        [result["title"], row["title"], f"{row['instructions']:,.0f}", f"{row['ratio']:.2f}"]
        for result in results
        for row in result["rows"]
    ]
    title = "### Instructions a call, in user space"
    return title + "\n\n" + report.table(["case", "contestant", "instructions", "ratio"], rows, {2, 3})
