"""Measures calls of the library beside what else there is for them. Every ratio is to bare libcurl, in the same run."""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from . import growth, install, instructions, report, startup, table, targets
from .measure import FULL, QUICK, Effort, measure
from .server import Server

LANGUAGES = {"cpp", "go", "java", "lua", "lua51", "node", "perl", "php", "ruby", "rust", "rust-others", "tcl"}
# Parts of the calls: of which languages, in which modes; None for all. What they are measured by is always there.
CALLS: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "c": ({"c"}, None),
    "python": ({"python", "niquests"}, {"sequential", "fields"}),
    "languages": (LANGUAGES, {"sequential"}),
    "flight": (None, {"flight", "h2"}),
    "startup": ({"c", "python"}, {"first", "create"}),
}
PARTS = (*CALLS, "growth", "instructions")
GROWTH_CASE = "flight-3000"


def takes_part(contestant: table.Contestant, case: table.Case, parts: list[str]) -> bool:
    if case.mode not in contestant.modes:
        return False
    wanted = [CALLS[part] for part in parts if part in CALLS]
    mine = [languages for languages, modes in wanted if modes is None or case.mode in modes]
    language = contestant.language.language
    return any(one is None or language in one or contestant.id == case.floor for one in mine)


class Run:
    """One run: what is chosen, and what has been found."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.parts: list[str] = options.parts or list(PARTS)
        self.effort: Effort = QUICK if options.quick else FULL
        wanted = options.case or ["*"]
        self.cases = [one for one in table.cases() if any(fnmatch(one.id, pattern) for pattern in wanted)]
        self.contestants = [
            one for one in table.contestants(options.python) if not options.only or one.id in options.only
        ]
        self.results: dict[str, Any] = {}
        self.sections: list[str] = []

    def whole(self) -> bool:
        return not (self.options.parts or self.options.case or self.options.only)

    def languages(self) -> list[table.Language]:
        chosen = {one.language.language: one.language for _, some in self.heats() for one in some}
        if "growth" in self.parts:
            chosen |= {one.language.language: one.language for one in self.contestants if one.grows}
        return list(chosen.values())

    def heats(self) -> list[tuple[table.Case, list[table.Contestant]]]:
        """The cases of calls that are chosen, with those that take part."""
        out = []
        for case in self.cases:
            chosen = [one for one in self.contestants if takes_part(one, case, self.parts)]
            if chosen:
                out.append((case, chosen))
        return out

    def show(self, section: str) -> None:
        self.sections.append(section)
        print(section, "\n", sep="", flush=True)

    def everything(self, server: Server) -> None:
        for case, chosen in self.heats():
            result = measure(case, chosen, server, self.effort)
            self.results.setdefault("calls", []).append(result)
            self.show(report.case_table(result))
        if "growth" in self.parts:
            case = next(one for one in table.cases() if one.id == GROWTH_CASE)
            chosen = [one for one in self.contestants if one.grows]
            self.results["growth"] = growth.measure(case, chosen, server)
            self.show(growth.text(case, self.results["growth"]))
        if "startup" in self.parts:
            self.results["startup"] = startup.measure(server, self.effort)
            self.show(startup.text(self.results["startup"]))
        if "instructions" in self.parts:
            plain = [one for one in self.cases if one.mode == "sequential" and one.server == "http"]
            self.results["instructions"] = instructions.measure(plain, self.contestants, server)
            self.show(instructions.text(self.results["instructions"]))

    def counts(self) -> tuple[int, int]:
        """Of the contestants in each case: those that could be measured, and those that could not."""
        rows = [row for result in self.results.get("calls", []) for row in result["rows"]] + self.results.get(
            "growth", []
        )
        failed = sum("failure" in row for row in rows)
        return len(rows) - failed, failed

    def write(self, started: float) -> None:
        about = report.described(self.results["machine"])
        names = f"Versions: {report.versions(self.results.get('calls', []))}."
        head = "quick" if self.options.quick else "full"
        minutes = f"{(time.monotonic() - started) / 60:.0f} minutes, {self.effort.rounds} rounds ({head})."
        page = "\n\n".join(
            [
                "# Results",
                about,
                names,
                f"Taken by `./run bench` in {minutes} {report.LEGEND}",
                targets.text(self.results, self.whole()),
                *self.sections,
            ]
        )
        table.WORK.mkdir(parents=True, exist_ok=True)
        (table.WORK / "results.json").write_text(json.dumps(self.results, indent=1), "utf-8")
        (table.WORK / "results.md").write_text(page + "\n", "utf-8")
        if self.options.save:
            folder = table.BENCH / "results"
            folder.mkdir(exist_ok=True)
            (folder / f"{self.options.save}.md").write_text(page + "\n", "utf-8")


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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the time, and figures that wobble more")
    parser.add_argument(
        "--case", action="append", help="only cases with this id or pattern, such as '*-3000'; may be repeated"
    )
    parser.add_argument("--only", nargs="+", metavar="ID", help="only these contestants of contestants.json")
    parser.add_argument(
        "--save",
        nargs="?",
        const="latest",
        metavar="NAME",
        help="write bench/results/NAME.md, latest.md without a name",
    )
    parser.add_argument(
        "--packages", action="store_true", help="print the Debian packages that are needed, and do nothing"
    )
    parser.add_argument(
        "--no-install", action="store_true", help="with what is there; what is not is reported as failed"
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        help="the Python that has ours and others already, instead of an environment of its own",
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all without a name; and sandbox, alone"
    )
    options = parser.parse_intermixed_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"there is no part {part}; there are: {', '.join(PARTS)}, sandbox")
    return options


def main() -> int:
    run = Run(arguments())
    if run.options.packages:
        print(*install.debian_packages(run.languages()))
        return 0
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that what was started ends too.
    if not run.options.no_install:
        for language in run.languages():
            install.install(language)
    run.results["machine"] = report.machine()
    print(report.described(run.results["machine"]), "\n", sep="", flush=True)
    with serving() as server:
        run.everything(server)
    if "calls" in run.results:
        print("Versions:", report.versions(run.results["calls"]), "\n")
    print(targets.text(run.results, run.whole()))
    run.write(started)
    measured, failed = run.counts()
    print(f"\n{measured} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
