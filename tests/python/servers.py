"""Small servers for the tests: one that notes every request, one that never answers."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field


@dataclass
class Request:
    """A request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    status: str = "200 OK"
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    def text(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Server:
    """Listens on a free port; each connection is served by a thread of its own until it ends."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api"
        self.connected = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            self.connected.set()
            threading.Thread(target=self._guarded, args=(connection,), daemon=True).start()

    def _guarded(self, connection: socket.socket) -> None:
        try:
            self.serve(connection)
        except OSError:
            pass  # The client went away, or the test is over.

    def serve(self, connection: socket.socket) -> None:
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for connection in self._connections:
            connection.close()


class SilentServer(Server):
    """Takes requests and never answers; `received` is set when a whole head has come."""

    def __init__(self) -> None:
        self.received = threading.Event()
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        got = b""
        while data := connection.recv(65536):
            got += data
            if b"\r\n\r\n" in got:
                self.received.set()


class RecordingServer(Server):
    """Notes every request and answers each with `reply`."""

    def __init__(self, reply: Reply | None = None) -> None:
        self.reply = reply or Reply()
        self.requests: list[Request] = []
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        while line := stream.readline():
            method, target, _ = line.decode("ascii").split(" ", 2)
            headers = {}
            while (header := stream.readline()) not in (b"\r\n", b""):
                name, _, value = header.decode("ascii").partition(":")
                headers[name.strip()] = value.strip()
            body = stream.read(int(headers.get("Content-Length", 0)))
            request = Request(method, target, headers, body)
            self.requests.append(request)
            self.send(connection, self.reply_to(request))

    def reply_to(self, request: Request) -> Reply:
        return self.reply

    def send(self, connection: socket.socket, reply: Reply) -> None:
        connection.sendall(reply.text())


class HeldServer(RecordingServer):
    """Answers once `go` is set; `sent` is set when an answer has left."""

    def __init__(self, reply: Reply) -> None:
        self.go = threading.Event()
        self.sent = threading.Event()
        super().__init__(reply)

    def send(self, connection: socket.socket, reply: Reply) -> None:
        self.go.wait(60)
        super().send(connection, reply)
        self.sent.set()


class TogetherServer(RecordingServer):
    """Answers so many requests at a time, once all of them have come: each then has a connection of its own."""

    def __init__(self, together: int) -> None:
        self._all = threading.Barrier(together, timeout=30)
        super().__init__()

    def reply_to(self, request: Request) -> Reply:
        self._all.wait()
        return self.reply

    @property
    def connections(self) -> int:
        """That were ever made."""
        return len(self._connections)
