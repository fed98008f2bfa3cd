"""What there is to measure, as bench/cases.json and bench/contestants.json have it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parents[1]
ROOT = BENCH.parent
WORK = ROOT / "build" / "bench"

# What each way of calling is measured by.
FLOORS = {
    "sequential": "libcurl",
    "fields": "libcurl",
    "flight": "libcurl-multi",
    "h2": "libcurl-multi",
    "first": "libcurl-first",
    "create": "libcurl-create",
}


@dataclass(frozen=True)
class Case:
    """What is asked for, and how."""

    id: str
    title: str
    mode: str
    size: int  # bytes of an answer, about
    in_flight: int = 1
    server: str = "http"  # or https, h2
    apart: bool = False  # client and server on a core each instead of sharing one
    answered: bool = True  # whether calls bring answers

    @property
    def floor(self) -> str:
        return FLOORS[self.mode]


@dataclass(frozen=True)
class Language:
    """How the contestants of a language are installed and started; they are one program."""

    language: str
    title: str
    command: list[str]
    folder: str = ""  # in bench/contestants, if not called as the language
    debian: list[str] = field(default_factory=list)  # packages
    install: list[str] = field(default_factory=list)  # shell commands, from the repository's root: other clients
    lock: list[str] = field(default_factory=list)  # files in its folder that say which
    build: list[str] = field(default_factory=list)  # shell commands: ours, and the program; quick when nothing changed
    environment: dict[str, str] = field(default_factory=dict)
    warm_up: float = 0.3  # seconds of the processor before the first call that counts; half as many in the quick form


@dataclass(frozen=True)
class Contestant:
    id: str
    title: str
    language: Language
    program: str
    modes: list[str]
    options: dict[str, Any] | None = None  # of our calls
    text: bool = False  # the answer stays a text
    ours: bool = False
    grows: bool = False  # takes part in the table of growth
    warm_up: float | None = None  # instead of its language's, in either form: where less would make others look better

    def __post_init__(self) -> None:
        if self.warm_up is not None and not 0 < self.warm_up <= 60:
            raise ValueError(f"contestants.json: {self.id}: warm_up is {self.warm_up}, not seconds up to 60")


def cases() -> list[Case]:
    return [Case(**row) for row in json.loads((BENCH / "cases.json").read_text("utf-8"))["cases"]]


def contestants(python: str | None = None) -> list[Contestant]:
    """`python`: one that has what the contestants in Python need."""
    data = json.loads((BENCH / "contestants.json").read_text("utf-8"))
    for row in data["languages"]:
        if python and row["language"] == "python":
            row |= {"command": [python, *row["command"][1:]], "install": [], "build": []}
    languages = {row["language"]: Language(**row) for row in data["languages"]}
    return [Contestant(**{**row, "language": languages[row["language"]]}) for row in data["contestants"]]
