"""nginx on loopback: the same answers over plain HTTP/1.1, over TLS and over HTTP/2."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

from . import answers

CONFIGURATION = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off; default_type application/json; etag off;
    keepalive_requests 1000000000; keepalive_timeout 3600s; keepalive_time 24h;
    sendfile on; tcp_nopush on; tcp_nodelay on; open_file_cache max=100;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/key.pem;
    root {folder}/www;
    server {{ listen 127.0.0.1:{http} backlog=1024; }}
    server {{ listen 127.0.0.1:{https} ssl; }}
    server {{ listen 127.0.0.1:{h2} ssl http2; }}
}}
"""


def certify(folder: Path) -> None:
    """An authority, certificate.pem, and what it says of the server: server.pem and key.pem. Some clients take no
    certificate that is both."""
    make = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    own = ["-out", str(folder / "certificate.pem"), "-keyout", str(folder / "authority.pem")]
    may = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]  # Python 3.13 looks for it.
    subprocess.run([*make, "-subj", "/CN=bench authority", *may, *own], check=True, capture_output=True)
    by = ["-CA", str(folder / "certificate.pem"), "-CAkey", str(folder / "authority.pem")]
    also = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-addext", "basicConstraints=CA:FALSE"]
    its = ["-out", str(folder / "server.pem"), "-keyout", str(folder / "key.pem")]
    subprocess.run([*make, "-subj", "/CN=localhost", *by, *also, *its], check=True, capture_output=True)


def free_ports(count: int) -> list[int]:
    # All at once, so that they differ.
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Server:
    """One worker. `pin` puts it on a core."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "certificate.pem"
        self.rows: dict[int, int] = {}  # by size: how many invoices an answer has
        self.bytes: dict[int, int] = {}
        for size in answers.SIZES:
            body, self.rows[size] = answers.answer(size)
            self.bytes[size] = len(body)
            file = folder / "www" / str(size) / "api" / "invoice"
            file.parent.mkdir(parents=True)
            file.write_bytes(body)
        certify(folder)
        # Somebody else may take a port that was free a moment ago.
        for attempt in range(5):
            self.ports = dict(zip(("http", "https", "h2"), free_ports(3)))
            (folder / "nginx.conf").write_text(CONFIGURATION.format(folder=folder, **self.ports), "utf-8")
            command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
            self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL if attempt < 4 else None)
            if self._listens():
                return
        raise RuntimeError("nginx did not start")

    def _listens(self) -> bool:
        deadline = time.monotonic() + 10
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.ports["h2"])).close()
                return True
            except ConnectionRefusedError:
                time.sleep(0.01)
        return False

    def base(self, server: str, size: int) -> str:
        """The portal's URL, for a client."""
        scheme = "http" if server == "http" else "https"
        return f"{scheme}://127.0.0.1:{self.ports[server]}/{size}/api"

    def pin(self, core: int) -> None:
        os.sched_setaffinity(self.process.pid, {core})

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
