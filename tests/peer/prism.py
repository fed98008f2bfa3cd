"""Prism, the server that knows a portal only from its OpenAPI document, as a process of its own."""

from __future__ import annotations

import fcntl
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# Where npm puts Prism; never into the source tree.
FOLDER = Path(os.environ.get("HOSTBILL_PEER_DIR") or HERE.parents[1] / "build" / "peer")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def install() -> Path:
    """Prism's program, installed as package-lock.json says if it is not there yet. Safe to call from many processes."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = FOLDER / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = FOLDER / "package-lock.json"
        wanted = (HERE / "package-lock.json").read_bytes()
        if not program.exists() or not installed.exists() or installed.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, FOLDER / name)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            subprocess.run(command, cwd=FOLDER, check=True, stdin=subprocess.DEVNULL)
    return program


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Prism:
    """Serves a document and refuses what does not fit it; `stop` returns what it said."""

    def __init__(self, document: dict[str, Any], folder: Path) -> None:
        path = folder / "openapi.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        self._start(install(), path)

    def _start(self, program: Path, path: Path) -> None:
        # Prism cannot pick a port by itself, and another process may take the one found free.
        for _ in range(5):
            port = _free_port()
            self._process = subprocess.Popen(
                ["node", str(program), "mock", "--errors", "--port", str(port), str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
            )
            self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
            self._reader = threading.Thread(target=self._read, daemon=True)
            self._reader.start()
            self.url = f"http://127.0.0.1:{port}"
            said = []
            while (line := self._lines.get(timeout=120)) is not None:
                said.append(line)
                if "Prism is listening" in line:
                    return
            self._process.wait()
        raise RuntimeError("Prism did not start:\n" + "\n".join(said))

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(_COLOUR.sub("", line.rstrip()))
        self._lines.put(None)

    def stop(self) -> list[str]:
        """Ends the process; returns the lines that it wrote while serving."""
        self._process.terminate()
        self._process.wait()
        lines = []
        while (line := self._lines.get(timeout=60)) is not None:
            lines.append(line)
        return lines

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
