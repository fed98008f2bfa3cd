"""What has been measured, beside what has to hold: bench/targets.json. It tells, and judges nothing."""

from __future__ import annotations

import json
from typing import Any

from . import report
from .table import BENCH

Results = dict[str, Any]


def measured(value: dict[str, Any], results: Results) -> float | None:
    """`of` a contestant, over the least of those that `over` names, the other way round with `times`."""
    own = metric(value, value["of"], results)
    if "over" in value:
        others = [other for name in value["over"] if (other := metric(value, name, results)) is not None]
        if own is None or not others:
            return None
        own /= min(others)
    return None if own is None else 1 / own if value.get("times") else own


def metric(value: dict[str, Any], name: str, results: Results) -> float | None:
    what = value.get("what", "ratio")
    if what == "startup":
        found = results.get("startup", {}).get(name)
        return None if found is None else float(found)
    for result in results.get("instructions" if what == "instructions" else "calls", []):
        for row in result["rows"]:
            if result["case"] == value["case"] and row["contestant"] == name and "failure" not in row:
                return float(row["ratio" if what == "instructions" else what])
    return None


def holds(found: float, goal: float, more: bool) -> bool:
    return round(found, 2) >= goal if more else round(found, 2) <= goal


def text(results: Results, whole: bool) -> str:
    """Of a whole run with what could not be measured; of parts with what was."""
    rows = []
    for target in json.loads((BENCH / "targets.json").read_text("utf-8"))["targets"]:
        found = [measured(value, results) for value in target["values"]]
        if not whole and all(one is None for one in found):
            continue
        cells: list[list[str]] = [[], [], [], []]
        for value, one in zip(target["values"], found):
            verdict = "-"
            if one is not None:
                more = bool(value.get("times"))
                met = [goal for goal in ("stretch", "must") if holds(one, value[goal], more)]
                verdict = met[0] if met else "no"
            shown = "-" if one is None else report.number(one)
            for cell, part in zip(
                cells, (report.number(value["must"]), report.number(value["stretch"]), shown, verdict)
            ):
                cell.append(part)
        rows.append([target["what"], *(" / ".join(cell) for cell in cells)])
    if not rows:
        return ""
    return "### Targets\n\n" + report.table(["case", "must", "stretch", "measured", "holds"], rows, set())
