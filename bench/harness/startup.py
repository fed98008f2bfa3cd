"""What costs once: importing, a client's memory, a request's memory while it is in flight, the library's size."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import time
from typing import Any

from . import report
from .measure import CLIENT_CORE, Effort
from .process import Process
from .server import Server
from .size import stripped_mb
from .table import WORK, Case, Contestant, contestants

PYTHON = WORK / "venv" / "bin" / "python"
MODULES = ("hostbill", "pycurl", "urllib3", "requests", "aiohttp", "httpx")
CLIENTS, FEW, MANY = 500, 8, 64


def start_python(statement: str) -> float:
    """Seconds of the processor."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    process = subprocess.Popen(["taskset", "-c", str(CLIENT_CORE), PYTHON, "-c", statement], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{statement} failed")
    return usage.ru_utime + usage.ru_stime


def imports(effort: Effort) -> dict[str, float]:
    """By module: milliseconds of the processor beyond those of Python itself, paired."""
    beyond: dict[str, list[float]] = {module: [] for module in MODULES}
    for number in range(effort.rounds + 1):
        for module in MODULES:
            bare = start_python("pass")
            took = start_python(f"import {module}")
            if number > 0:  # The first time may have to compile.
                beyond[module].append((took - bare) * 1000)
    return {module: statistics.median(times) for module, times in beyond.items()}


def settled(process: Process) -> float:
    """Resident memory in MiB, once it stays the same."""
    seen = [process.resident()]
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (len(seen) < 5 or len(set(seen[-5:])) > 1):
        time.sleep(0.05)
        seen.append(process.resident())
    return seen[-1]


def kept(name: str) -> Contestant:
    return next(one for one in contestants() if one.id == name)


def client_memory(server: Server) -> float:
    """KiB of a client with a connection that it keeps."""
    process = Process(kept("c-keep-clients"), Case("kept", "", "kept", 300), server, CLIENT_CORE)
    try:
        process.run(20)
        before = settled(process)
        process.run(CLIENTS)
        return (settled(process) - before) * 1024 / CLIENTS
    finally:
        process.close()


class Silent:
    """Stands for the server, takes connections and requests, and never answers."""

    def __init__(self, server: Server) -> None:
        self.rows, self.certificate = server.rows, server.certificate
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1024)  # The kernel takes them; nobody reads.

    def base(self, server: str, size: int) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/{size}/api"


def request_memory(server: Server) -> float:
    """KiB of a request in flight, with its connection."""
    silent = Silent(server)
    case = Case("kept", "", "kept", 300, in_flight=MANY, answered=False)
    process = Process(kept("c-keep-requests"), case, silent, CLIENT_CORE)  # type: ignore[arg-type]
    try:
        process.run(FEW)
        before = settled(process)
        process.run(MANY - FEW)
        return (settled(process) - before) * 1024 / (MANY - FEW)
    finally:
        process.close()
        silent.listener.close()


def measure(server: Server, effort: Effort) -> dict[str, Any]:
    out: dict[str, Any] = {f"import-{module}": ms for module, ms in imports(effort).items()}
    out["client-kib"] = client_memory(server)
    out["request-kib"] = request_memory(server)
    out["library-mb"] = stripped_mb()
    return out


def text(results: dict[str, Any]) -> str:
    rows = [
        [f"`import {module}` beyond `python`", report.number(results[f"import-{module}"]), "ms of CPU"]
        for module in MODULES
    ]
    rows += [
        ["memory of a client with its connection (C)", report.number(results["client-kib"]), "KiB"],
        ["memory of a request in flight with its connection (C)", report.number(results["request-kib"]), "KiB"],
        ["`libhostbill.so`, stripped", report.number(results["library-mb"]), "MB"],
    ]
    return "### What costs once\n\n" + report.table(["what", "measured", "unit"], rows, {1})
