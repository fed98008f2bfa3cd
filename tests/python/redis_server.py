"""A Redis server for a test, of its own."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

import redis


class RedisServer:
    """On a socket in a folder of its own, so that no port can be taken already; keeps nothing on disk."""

    def __init__(self, password: str | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        socket = Path(self._folder.name) / "socket"
        command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", self._folder.name]
        if password is not None:
            command += ["--requirepass", password]
        self._child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        self.url = f"unix://{'' if password is None else f':{password}@'}{socket}"
        deadline = time.monotonic() + 30
        while True:
            try:
                self.connection = redis.Redis.from_url(self.url, decode_responses=True)
                self.connection.ping()
                return
            except redis.RedisError:
                if time.monotonic() > deadline or self._child.poll() is not None:
                    self.stop()
                    raise

    def stop(self) -> None:
        self._child.kill()
        self._child.wait()
        self._folder.cleanup()

    def __enter__(self) -> RedisServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
