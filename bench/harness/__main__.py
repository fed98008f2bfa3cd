"""Measures calls of the library beside what else there is for them. Every ratio is to bare libcurl, in the same run."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from . import install, instructions, report, table
from .measure import FULL, QUICK, Effort, measure
from .server import Server

# Parts of the calls: of which languages, in which modes; None for all. What they are measured by is always there.
CALLS: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "c": ({"c"}, None),
    "python": ({"python", "niquests"}, {"sequential", "fields"}),
    "languages": (set("cpp go java lua node perl php ruby rust rust-others tcl".split()), {"sequential"}),
    "flight": (None, {"flight", "h2"}),
}
PARTS = (*CALLS, "instructions")


@contextlib.contextmanager
def serving() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="hostbill-bench-"))
    try:
        server = Server(folder)
        try:
            yield server
        finally:
            server.close()
    finally:
        shutil.rmtree(folder)


def takes_part(contestant: table.Contestant, case: table.Case, parts: list[str]) -> bool:
    if case.mode not in contestant.modes:
        return False
    for languages, modes in (CALLS[part] for part in parts if part in CALLS):
        if modes is None or case.mode in modes:
            if languages is None or contestant.language.language in languages or contestant.id == case.floor:
                return True
    return False


def measure_calls(parts: list[str], cases: list[table.Case], server: Server, effort: Effort) -> list[dict[str, Any]]:
    results = []
    for case in cases:
        chosen = [one for one in table.contestants() if takes_part(one, case, parts)]
        if not chosen:
            continue
        results.append(measure(case, chosen, server, effort))
        print(report.case_table(results[-1]), "\n", sep="", flush=True)
    print("Versions:", report.versions(results), "\n")
    return results


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the time, and figures that wobble more")
    parser.add_argument("--case", action="append", default=[], help="only cases with this id or pattern, such as '*-3000'; may be repeated")
    parser.add_argument("--packages", action="store_true", help="print the Debian packages that are needed")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all without a name")
    options = parser.parse_intermixed_args()
    parts = options.parts or list(PARTS)
    for part in parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}; there are: {', '.join(PARTS)}")
    effort = QUICK if options.quick else FULL
    cases = [one for one in table.cases() if not options.case or any(fnmatch(one.id, pattern) for pattern in options.case)]
    languages = {one.language.language: one.language for case in cases for one in table.contestants() if takes_part(one, case, parts)}
    if options.packages:
        print(*install.debian_packages(list(languages.values())))
        return 0
    for language in languages.values():
        install.install(language)

    results: dict[str, Any] = {"machine": report.machine()}
    print(report.described(results["machine"]), "\n", sep="", flush=True)
    with serving() as server:
        if any(part in CALLS for part in parts):
            results["calls"] = measure_calls(parts, cases, server, effort)
        if "instructions" in parts:
            sequential = [one for one in cases if one.mode == "sequential"]
            results["instructions"] = instructions.measure(sequential, table.contestants(), server)
            print(instructions.text(results["instructions"]), "\n", sep="")
    table.WORK.mkdir(parents=True, exist_ok=True)
    (table.WORK / "results.json").write_text(json.dumps(results, indent=1), "utf-8")
    return int(any("failure" in row for result in results.get("calls", []) for row in result["rows"]))


if __name__ == "__main__":
    sys.exit(main())
