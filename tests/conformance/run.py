#!/usr/bin/env python3
"""Runs the conformance cases in each language and prints a table of languages by groups of cases.

    tests/conformance/run.py PREFIX [LANGUAGE..]

PREFIX is where libhostbill is installed; languages.json lists the languages. A runner is given a file of cases and
prints what came of each (README.md has the protocol); what should have come of them, only this program knows.
Exit status 1 if any case failed in any language.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
from compare import differences
from portal import Portal, long_list

PORTALS = ("coloup", "generic", "time4vps", "elsecloud", "internetport")
LOGIN = {"username": "ada@example.net", "password": "p:ss w\u00f6rd%"}
TIME_LIMIT_S = 600


def golden_cases() -> list[dict[str, Any]]:
    cases = []
    for portal in PORTALS:
        golden = json.loads((ROOT / "tests" / "wire" / f"{portal}.json").read_text("utf-8"))
        for case in golden["cases"]:
            cases.append(
                {
                    "name": f"request: {portal} {case['operation']}",
                    "portal": portal,
                    "config": {name: value for name, value in golden["config"].items() if name != "portal"},
                    "answers": [{"body": {}}],
                    "steps": [
                        {
                            "do": "call",
                            "via": "method",
                            "operation": case["operation"],
                            "params": case["params"],
                            # A login has an answer of its own, which {} is not.
                            "options": {"raw": True, "max_attempts": 1},
                        }
                    ],
                    "golden": case["request"],
                }
            )
    return cases


def all_cases() -> list[dict[str, Any]]:
    return golden_cases() + json.loads((HERE / "cases.json").read_text("utf-8"))["cases"]


def resolved(case: dict[str, Any], number: int, port: int) -> dict[str, Any]:
    """What the runner is told of a case."""
    out = {"name": case["name"], "client": case.get("client"), "sandbox": case.get("sandbox"), "steps": case["steps"]}
    if "portal" in case:
        base = {"refused": "http://127.0.0.1:1/api", "tls": f"https://127.0.0.1:{port}/{number}/api"}.get(
            case.get("base", ""), f"http://127.0.0.1:{port}/{number}/api"
        )
        auth = {"auth": "basic"} if "golden" not in case else {}
        out["client"] = {"portal": case["portal"], "base_url": base, **LOGIN, **auth, **case.get("config", {})}
    return out


def same_but_for_order(expected: bytes, got: bytes) -> bool:
    """Of a body: the members of objects inside it may stand in any order, those of the body itself may not."""
    if not expected.startswith(b"{"):
        return sorted(expected.split(b"&")) == sorted(got.split(b"&"))
    one, other = json.loads(expected), json.loads(got)
    return one == other and list(one) == list(other) and len(expected) == len(got)


def request_faults(case: dict[str, Any], requests: list[Any], traits: set[str], version: str, port: int) -> list[str]:
    """How what arrived at the portal differs from what should have."""
    out = []
    if "requests" in case and len(requests) != case["requests"]:
        out.append(f"{case['requests']} requests expected, {len(requests)} arrived")
    if "target" in case and requests and f" /api{case['target']} " not in requests[0].line:
        out.append(f"target {case['target']} expected, got {requests[0].line}")
    if "sent" in case:
        sent = json.loads(requests[0].body) if requests else {}
        out += differences(case["sent"], sent, set(), False, "sent")
    if "golden" in case:
        golden = case["golden"]
        if len(requests) != 1:
            return [*out, f"one request expected, {len(requests)} arrived"]
        (request,) = requests
        headers = {
            "Host": f"127.0.0.1:{port}",
            "User-Agent": f"hostbill/{version}",
            "Accept-Encoding": "gzip, deflate",
            **golden["headers"],
        }
        for what, expected, got in (
            ("line", f"{golden['method']} {golden['target']} HTTP/1.1", request.line),
            ("headers", headers, request.headers),
            ("body", golden["body"].encode(), request.body),
        ):
            if what == "body" and "order" in traits and same_but_for_order(expected, got):
                continue
            if expected != got:
                out.append(f"{what}: expected {expected!r}, got {got!r}")
    return out


def result_faults(case: dict[str, Any], results: list[Any], traits: set[str], version: str) -> list[str]:
    expected = case.get("expect")
    if expected is None:
        return [] if len(results) == 1 else [f"one result expected, got {len(results)}"]
    out = []
    if len(results) != len(expected):
        return [f"{len(expected)} results expected, got {json.dumps(results, default=str)[:500]}"]
    for index, (want, got) in enumerate(zip(expected, results)):
        where = f"step {index + 1}"
        if got.get("ok") is not want["ok"]:
            out.append(f"{where}: ok is {got.get('ok')}: {json.dumps(got, default=str)[:500]}")
            continue
        if "data" in want:
            data = version if want["data"] == "$VERSION" else want["data"]
            out += differences(data, got.get("data"), traits, True, f"{where}: data")
        if "some" in want:
            data = got.get("data")
            if isinstance(want["some"], list) and isinstance(data, list):
                data = data[: len(want["some"])]
            out += differences(want["some"], data, traits, False, f"{where}: data")
        if "fill" in want and got.get("data") != long_list(want["fill"]):
            out.append(f"{where}: the long answer is not what was sent")
        for part in ("meta", "error"):
            if part in want:
                out += differences(
                    want[part],
                    got.get(part) or {},
                    traits - {"text"} if part == "error" else traits,
                    False,
                    f"{where}: {part}",
                )
    return out


def type_faults(lines: list[dict[str, Any]]) -> list[str]:
    """Each error class has one type of the language, and no two share one."""
    types: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for result in line.get("results", []):
            error = result.get("error")
            if error and "type" in error and "class" in error:
                types[error["class"]].add(error["type"])
    out = [f"error class {name} has several types: {sorted(found)}" for name, found in types.items() if len(found) > 1]
    used = [name for found in types.values() for name in found]
    out += [f"error type {name} stands for several classes" for name in set(used) if used.count(name) > 1]
    if len(types) < 17:
        out.append(f"only {len(types)} error classes were seen: {sorted(types)}")
    return out


class Run:
    """One language's run: its portal, its output, its verdicts."""

    def __init__(self, language: dict[str, Any], prefix: str, version: str) -> None:
        self.language = language
        self.faults: dict[str, list[str]] = {}
        self.skipped: dict[str, str] = {}
        self.seconds = 0.0
        cases = all_cases()
        portal = Portal({number: case.get("answers", [{"body": {}}]) for number, case in enumerate(cases)})
        started = time.monotonic()
        try:
            lines = self._lines(cases, portal, prefix)
        finally:
            self.seconds = time.monotonic() - started
            portal.close()
        self.names = [case["name"] for case in cases]
        self._judge(cases, lines, portal, version)

    def _lines(self, cases: list[dict[str, Any]], portal: Portal, prefix: str) -> list[dict[str, Any]]:
        command = [str(ROOT / self.language["run"])]
        environment = {**os.environ, "HOSTBILL_PREFIX": prefix}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cases.json"
            file.write_text(
                json.dumps({"cases": [resolved(case, number, portal.port) for number, case in enumerate(cases)]})
            )
            try:
                done = subprocess.run(
                    [*command, str(file)], capture_output=True, env=environment, timeout=TIME_LIMIT_S, cwd=folder
                )
            except subprocess.TimeoutExpired as late:
                done = subprocess.CompletedProcess(command, 124, late.stdout or b"", b"did not end in time")
        if done.returncode != 0:
            text = done.stderr.decode(errors="replace")[-3000:]
            self.faults["runner"] = [f"exit status {done.returncode}: {text}"]
        out = []
        for line in done.stdout.splitlines():
            try:
                out.append(json.loads(line, parse_float=Decimal))
            except ValueError:
                self.faults.setdefault("runner", []).append(f"not JSON: {line[:200]!r}")
        return out

    def _judge(self, cases: list[dict[str, Any]], lines: list[dict[str, Any]], portal: Portal, version: str) -> None:
        traits = set(self.language.get("traits", []))
        results = {line["case"]: line.get("results", []) for line in lines if "case" in line}
        for number, case in enumerate(cases):
            name = case["name"]
            if name not in results:
                self.faults[name] = ["no result"]
                continue
            reasons = [result["skipped"] for result in results[name] if "skipped" in result]
            if reasons:
                self.skipped[name] = reasons[0]
                if name not in self.language.get("skips", {}):
                    self.faults[name] = [f"skipped, which languages.json does not allow: {reasons[0]}"]
                continue
            faults = result_faults(case, results[name], traits, version)
            faults += request_faults(case, portal.requests[number], traits, version, portal.port)
            if faults:
                self.faults[name] = faults
        if faults := type_faults(lines):
            self.faults["error types"] = faults
        live = [line["live_objects"] for line in lines if "live_objects" in line]
        if live != [0]:
            self.faults["live objects"] = [f"0 expected at the end, got {live}"]

    def count(self, group: str) -> str:
        names = [name for name in [*self.names, "error types", "live objects"] if group_of(name) == group]
        failed = sum(name in self.faults for name in names)
        skipped = sum(name in self.skipped and name not in self.faults for name in names)
        if "runner" in self.faults and failed == len(names):
            return "did not run"
        return (
            f"{len(names) - failed - skipped}"
            + (f" -{failed}" if failed else "")
            + (f" ({skipped})" if skipped else "")
        )

    @property
    def totals(self) -> tuple[int, int]:
        everything = len(self.names) + 2 - len(self.skipped)
        return max(0, everything - len(self.faults)), len(self.faults)


def group_of(name: str) -> str:
    return "ends" if name in ("error types", "live objects") else name.partition(":")[0]


def print_table(runs: list[Run]) -> None:
    groups = list(dict.fromkeys(group_of(name) for name in [*runs[0].names, "error types"]))
    rows = [["language", *groups, "seconds"]]
    for run in runs:
        rows.append([run.language["language"], *(run.count(group) for group in groups), f"{run.seconds:.0f}"])
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main() -> int:
    prefix, *chosen = sys.argv[1:]
    languages = json.loads((HERE / "languages.json").read_text("utf-8"))["languages"]
    unknown = set(chosen) - {row["language"] for row in languages}
    if unknown:
        print(f"no language is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    version = json.loads((ROOT / "api" / "functions.json").read_text("utf-8")).get("version") or project_version()
    rows = [row for row in languages if not chosen or row["language"] in chosen]
    with ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
        runs = list(pool.map(lambda row: Run(row, prefix, version), rows))
    for run in runs:
        for name, lines in list(run.faults.items())[:25]:
            print(f"--- {run.language['language']}: {name}", *lines[:6], sep="\n    ")
        for name, reason in run.skipped.items():
            print(f"{run.language['language']} leaves out {name}: {reason}")
    print_table(runs)
    passed = sum(run.totals[0] for run in runs)
    failed = sum(run.totals[1] for run in runs)
    print(f"conformance: {passed} passed, {failed} failed")
    return 1 if failed else 0


def project_version() -> str:
    for line in (ROOT / "CMakeLists.txt").read_text("utf-8").splitlines():
        if line.startswith("project(hostbill VERSION "):
            return line.split()[2]
    raise SystemExit("CMakeLists.txt names no version")


if __name__ == "__main__":
    sys.exit(main())
