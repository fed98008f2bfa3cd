"""A server that speaks HTTP/2 over TLS, for a test, of its own: nginx, with a log of who came on which connection."""

from __future__ import annotations

import socket
import subprocess
import tempfile
import time
from pathlib import Path

CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ }}
http {{
    log_format connections '$server_protocol $connection $request_method';
    access_log {folder}/log connections;
    default_type application/json;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/key.pem;
    server {{ listen 127.0.0.1:{port} ssl http2; location / {{ return 200 '{{"invoices":[],"status":true}}'; }} }}
}}
"""


class H2Server:
    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="h2-")
        folder = Path(self._folder.name)
        self.authority = folder / "server.pem"
        certificate = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
        files = ["-out", str(self.authority), "-keyout", str(folder / "key.pem")]
        subprocess.run([*certificate, *names, *files], check=True, capture_output=True)
        # Somebody else may take a port that was free a moment ago.
        for _ in range(5):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self._port = free.getsockname()[1]
            (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, port=self._port), "utf-8")
            command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
            self._child = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            if self._listens():
                self.url = f"https://127.0.0.1:{self._port}/api"
                return
        raise RuntimeError("nginx did not start")

    def _listens(self) -> bool:
        deadline = time.monotonic() + 30
        while self._child.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
                return True
            except ConnectionRefusedError:
                time.sleep(0.01)
        return False

    def stop(self) -> None:
        """Then the log is complete."""
        self._child.terminate()
        self._child.wait()

    def log(self) -> list[tuple[str, str, str]]:
        """(protocol, connection, method) of every request."""
        lines = (Path(self._folder.name) / "log").read_text("utf-8").splitlines()
        return [(protocol, connection, method) for protocol, connection, method in map(str.split, lines)]

    def __enter__(self) -> H2Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()
