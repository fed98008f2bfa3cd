"""The results as tables in Markdown."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

from .table import ROOT

LEGEND = """A ratio is the processor time of a call, in user space and in the kernel, to that of bare libcurl's right before, the
median of all rounds; half of the rounds lie in the range beside it. Ours are bold."""


def first_line(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().split("\n", maxsplit=1)[0]


def machine() -> dict[str, Any]:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text("utf-8"))
    return {
        "processor": found[1] if found else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / 2**20) if memory else None,
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", ""),
        "load": round(os.getloadavg()[0], 1),
        "server": first_line("nginx", "-v").removeprefix("nginx version: "),
        "commit": first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
    }


def described(about: dict[str, Any]) -> str:
    return (
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB; {about['system']}, "
        f"Linux {about['kernel']}; {about['server']}; load {about['load']} at the start; hostbill at {about['commit']}."
    )


def table(heads: list[str], rows: list[list[str]], right: set[int]) -> str:
    """Columns as wide as what is in them, so that it reads well as it is; those numbered in `right` hold numbers."""
    widths = [max(3, *(len(row[i]) for row in [heads, *rows])) for i in range(len(heads))]

    def line(cells: list[str]) -> str:
        out = [cell.rjust(w) if i in right else cell.ljust(w) for i, (cell, w) in enumerate(zip(cells, widths))]
        return "| " + " | ".join(out) + " |"

    rule = ["-" * (w - 1) + ":" if i in right else "-" * w for i, w in enumerate(widths)]
    return "\n".join([line(heads), line(rule), *map(line, rows)])


def number(value: float) -> str:
    """With as many digits as mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def case_table(result: dict[str, Any]) -> str:
    rows = []
    for row in sorted(result["rows"], key=lambda row: row.get("ratio", float("inf"))):
        name = f"**{row['title']}**" if row["ours"] else row["title"]
        if "failure" in row:
            rows.append([row["language"], name, "failed", "", "", "", ""])
            continue
        spread = f"{number(row['low'])} to {number(row['high'])}"
        cells = [row["ratio"], row["cpu_us"], row["calls_per_second"], row["resident_mib"]]
        ratio, *rest = map(number, cells)
        rows.append([row["language"], name, ratio, spread, *rest])
    heads = ["language", "contestant", "ratio", "half lie in", "µs of CPU", "calls/s", "MiB"]
    return f"### {result['title']}\n\n" + table(heads, rows, {2, 3, 4, 5, 6})


def versions(results: list[dict[str, Any]]) -> str:
    found: dict[str, str] = {}
    for result in results:
        for row in result["rows"]:
            found |= row["versions"]
    return ", ".join(f"{name} {version}" for name, version in sorted(found.items(), key=lambda item: item[0].lower()))
