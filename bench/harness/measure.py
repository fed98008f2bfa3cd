"""Contestants in turn, each right after the floor it is measured by, round after round."""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass, field
from typing import Any

from .process import ContestantError, Process, Sample
from .server import Server
from .table import Case, Contestant

SERVER_CORE, CLIENT_CORE = 0, 1
STANDSTILL = 0.05  # of the time that passes; whoever has calls to make works for more of it


@dataclass(frozen=True)
class Effort:
    rounds: int
    seconds: float  # of calls at a time
    warm_up: float  # times what the language needs; what a contestant of its own needs is never less


FULL = Effort(rounds=11, seconds=0.1, warm_up=1)
QUICK = Effort(rounds=5, seconds=0.03, warm_up=0.5)


@dataclass
class Row:
    """What a contestant showed in a case."""

    contestant: Contestant
    versions: dict[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)  # of processor time to the floor's right before
    resident: float = 0  # MiB, after all calls
    failure: str = ""

    def judge(self) -> None:
        """Ours may not wait where there is work: that costs no processor time, and so shows in no ratio."""
        if self.failure or not self.contestant.ours:
            return
        busy = statistics.median(sample.cpu / sample.wall for sample in self.samples)
        if busy < STANDSTILL:
            self.failure = f"{self.contestant.id} stands still: it works for {busy:.1%} of the time"

    def data(self) -> dict[str, Any]:
        out: dict[str, Any] = {"contestant": self.contestant.id, "title": self.contestant.title}
        out |= {"language": self.contestant.language.title, "ours": self.contestant.ours, "versions": self.versions}
        if self.failure:
            return {**out, "failure": self.failure}
        low, ratio, high = statistics.quantiles(self.ratios, n=4)
        return {
            **out,
            "cpu_us": statistics.median(sample.cpu / sample.calls for sample in self.samples) * 1e6,
            "ratio": ratio,
            "low": low,
            "high": high,
            "calls_per_second": statistics.median(sample.calls / sample.wall for sample in self.samples),
            "resident_mib": self.resident,
            "rounds": len(self.samples),
            "calls": self.samples[0].calls,
        }


class Entrant:
    """A contestant that takes part in a case, warm."""

    def __init__(self, contestant: Contestant, case: Case, server: Server, effort: Effort) -> None:
        self.row = Row(contestant)
        self.process = Process(contestant, case, server, CLIENT_CORE)
        self.row.versions = self.process.versions
        warm_up = contestant.warm_up or contestant.language.warm_up * effort.warm_up
        calls, spent = case.in_flight, 0.0
        while True:
            sample = self.process.run(calls)
            spent += sample.cpu  # Not the wall's, of which a busy machine gives less.
            speed = sample.calls / sample.wall
            if spent >= warm_up and sample.wall > effort.seconds / 4:
                break
            calls = max(calls, int(min(calls * 4, speed * effort.seconds)))
        # Never so few that 64 in flight would mostly be fewer.
        self.calls = max(int(speed * effort.seconds), case.in_flight * 8 if case.in_flight > 1 else 8)

    def turn(self) -> Sample:
        return self.process.run(self.calls)


def measure(case: Case, contestants: list[Contestant], server: Server, effort: Effort) -> dict[str, Any]:
    """The case's results: a row for each contestant, those that failed too."""
    server.pin(SERVER_CORE if case.apart else CLIENT_CORE)
    rows: list[Row] = []
    entrants: list[Entrant] = []
    try:
        for contestant in contestants:
            try:
                entrants.append(Entrant(contestant, case, server, effort))
                rows.append(entrants[-1].row)
            except ContestantError as error:
                rows.append(Row(contestant, failure=str(error)))
        floor = next((entrant for entrant in entrants if entrant.row.contestant.id == case.floor), None)
        if floor is None:
            raise ContestantError(next((row.failure for row in rows if row.contestant.id == case.floor), "no floor"))
        for number in range(effort.rounds):
            # Another one begins each time.
            for entrant in entrants[number % len(entrants) :] + entrants[: number % len(entrants)]:
                one_turn(floor, entrant)
    finally:
        for entrant in entrants:
            entrant.process.close()
    for row in rows:
        row.judge()
        if row.failure:
            print(f"failed: {row.failure}", file=sys.stderr)
    return {"case": case.id, "title": case.title, "floor": case.floor, "rows": [row.data() for row in rows]}


def one_turn(floor: Entrant, entrant: Entrant) -> None:
    if entrant.row.failure:
        return
    below = floor.turn()
    try:
        sample = entrant.turn()
    except ContestantError as error:
        entrant.row.failure = str(error)
        return
    entrant.row.samples.append(sample)
    entrant.row.ratios.append(sample.cpu / sample.calls / (below.cpu / below.calls))
    entrant.row.resident = entrant.process.resident()
