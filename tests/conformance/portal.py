"""The portal that conformance cases talk to: it keeps each request byte for byte and answers as the case says.

The cases of a run share one port. A client's base URL begins with /NUMBER, which tells whose request it is and is no
part of what is compared.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import Any


@dataclass
class Request:
    line: str  # "GET /api/balance HTTP/1.1", without the case's number
    headers: dict[str, str]
    body: bytes


class Portal:
    """Serves on a free port of this machine until it is closed."""

    def __init__(self, answers: dict[int, list[dict[str, Any]]]) -> None:
        self._answers = answers
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.requests: dict[int, list[Request]] = defaultdict(list)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as stream:
                while line := stream.readline():
                    if not line.endswith(b" HTTP/1.1\r\n"):
                        return  # Such as a TLS client's hello.
                    if not self._answer(connection, stream, line.decode("latin-1")):
                        return
        except OSError:
            pass  # The client went away, or the run is over.
        finally:
            with self._lock:
                self._open.discard(connection)

    def _answer(self, connection: socket.socket, stream: Any, line: str) -> bool:
        method, target, version = line.strip().split(" ", 2)
        _, number, rest = target.split("/", 2)
        headers: dict[str, str] = {}
        while (header := stream.readline()) not in (b"\r\n", b""):
            name, _, value = header.decode("latin-1").partition(":")
            if name in headers:
                headers["repeated header"] = name
            headers[name] = value.removeprefix(" ").removesuffix("\r\n")
        body = stream.read(int(headers.get("Content-Length", 0)))
        with self._lock:
            mine = self.requests[int(number)]
            mine.append(Request(f"{method} /{rest} {version}", headers, body))
            answers = self._answers[int(number)]
            answer = answers[min(len(mine), len(answers)) - 1]
        if answer.get("act") == "drop":
            return False
        if answer.get("act") == "hang":
            stream.read()  # Until the client goes away.
            return False
        connection.sendall(_reply(answer))
        return True


def long_list(length: int) -> list[str]:
    """About a kilobyte an item."""
    return [f"{index:06d} " + "\u00e9x" * 320 + "y" * 50 for index in range(length)]


def _reply(answer: dict[str, Any]) -> bytes:
    if "text" in answer:
        body = answer["text"].encode()
    elif "fill" in answer:
        body = json.dumps(long_list(answer["fill"]), ensure_ascii=False).encode()
    else:
        body = json.dumps(answer.get("body", {}), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.get("headers", {})}
    lines = [f"HTTP/1.1 {answer.get('status', 200)} X", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
