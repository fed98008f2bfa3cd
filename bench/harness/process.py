"""A contestant's process, and what it costs: bench/contestants/README.md has the protocol."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .answers import last_id
from .server import Server
from .table import ROOT, WORK, Case, Contestant

TIME_LIMIT_S = 60


class ContestantError(Exception):
    """It did not start, a call failed, or its answers are not what was served."""


@dataclass(frozen=True)
class Sample:
    calls: int
    cpu: float  # seconds of the processor, of all its threads, in user space and in the kernel
    wall: float


def environment(contestant: Contestant, case: Case, server: Server) -> dict[str, str]:
    base = server.base(case.server, case.size)
    # Nothing else of the user's environment: proxies, certificates and settings of interpreters would come between.
    return {
        **{name: os.environ[name] for name in ("HOME", "JAVA_HOME", "LANG", "PATH") if name in os.environ},
        **{name: value.format(root=ROOT) for name, value in contestant.language.environment.items()},
        "BENCH_BASE": base,
        "BENCH_URL": base + "/invoice",
        "BENCH_IN_FLIGHT": str(case.in_flight),
        "BENCH_CA_FILE": "" if case.server == "http" else str(server.certificate),
        "BENCH_H2": "1" if case.server == "h2" else "",
        "BENCH_OPTIONS": "" if contestant.options is None else json.dumps(contestant.options, separators=(",", ":")),
        # Node's fetch takes no certificates in any other way.
        **({} if case.server == "http" else {"NODE_EXTRA_CA_CERTS": str(server.certificate)}),
    }


def processor_seconds(pid: int) -> float:
    """That a whole process has used, the threads that have ended too, by the clock the kernel has for it: exact, where
    the times in /proc count hundredths, and the same for every language."""
    return time.clock_gettime((~pid << 3) | 2)


class Process:
    """Started, connected to nothing yet. Ends with `close`."""

    def __init__(self, contestant: Contestant, case: Case, server: Server, core: int) -> None:
        self.contestant = contestant
        self.case = case
        self.rows = server.rows[case.size]
        logs = WORK / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.log = logs / f"{contestant.id}-{case.id}.log"
        command = list(contestant.language.command)
        command[0] = str(ROOT / command[0]) if "/" in command[0] else command[0]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", str(core), *command, contestant.program],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(contestant, case, server),
                cwd=ROOT,
            )
        try:
            self.versions: dict[str, str] = json.loads(self._line())
        except ValueError as error:
            self.close()
            raise self._failure("did not say its versions") from error
        except ContestantError:
            self.close()
            raise

    def run(self, calls: int) -> Sample:
        """That many calls; what they answered is checked."""
        assert self.process.stdin is not None
        cpu, wall = processor_seconds(self.process.pid), time.perf_counter()
        try:
            self.process.stdin.write(b"%d\n" % calls)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise self._failure("ended") from error
        line = self._line()
        wall, cpu = time.perf_counter() - wall, processor_seconds(self.process.pid) - cpu
        if self.case.answered:
            wanted = f"{calls if self.contestant.text else calls * self.rows} {last_id(self.rows)}"
        else:
            wanted = f"{calls} -"
        if line.strip() != wanted:
            raise self._failure(f"answered {line.strip()!r} where {wanted!r} is right")
        return Sample(calls, cpu, wall)

    def resident(self) -> float:
        """Of its memory, in MiB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise self._failure("ended")

    def close(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def _line(self) -> str:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(TIME_LIMIT_S):
                raise self._failure(f"said nothing for {TIME_LIMIT_S} s")
        line = self.process.stdout.readline()  # It writes whole lines.
        if not line:
            raise self._failure("ended")
        return line.decode()

    def _failure(self, what: str) -> ContestantError:
        words = self.log.read_text("utf-8", "replace").strip().splitlines()
        return ContestantError(f"{self.contestant.title}: {what}" + (f": {words[-1]}" if words else ""))
