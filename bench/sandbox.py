"""How fast, how big and how steady the sandbox is: sandbox.py BUILD_FOLDER [--seconds S] [--rounds N] [PART..]

Parts: speed (beside nginx, which serves files with the same bytes), start, scale, memory; all without a name. Server and
client have a core each; the contestants take turns, so that a machine that changes its speed changes it for all of them.
"per core" divides by the processor time that the server took: it holds on a machine that has other things to do.
"""

import argparse
import base64
import contextlib
import ctypes
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SERVER_CORE, CLIENT_CORE = 0, 1
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")

NGINX_CONF = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
    access_log off; default_type application/json; keepalive_requests 1000000000; sendfile on; tcp_nopush on;
    open_file_cache max=100; etag off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""

# Sends what follows the --, in turn: first the credentials, then "METHOD /path BODY" each.
LUA = """
local auth, n, paths = nil, 0, {}
function init(arguments)
    auth = arguments[1]
    for i = 2, #arguments do
        local method, path, body = arguments[i]:match("^(%S+) (%S+) ?(.*)$")
        local headers = {["Authorization"] = auth, ["Content-Type"] = "application/json"}
        paths[i - 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
    end
end
function request()
    n = n % #paths + 1
    return paths[n]
end
"""


@dataclass
class Sample:
    requests: int
    seconds: float
    cpu: float  # seconds that the server's process took

    @property
    def rate(self) -> float:
        return self.requests / self.seconds

    @property
    def core_rate(self) -> float:
        return self.requests / self.cpu


class Server:
    """A server process on its core."""

    def __init__(self, command: list[str], **options) -> None:
        self.process = subprocess.Popen(["taskset", "-c", str(SERVER_CORE), *command], text=True, **options)

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)

    def cpu(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS

    def resident(self) -> float:
        """Of its memory, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class Sandbox(Server):
    def __init__(self, build: Path, *options: str) -> None:
        program = build / "sandbox/hostbill-sandbox"
        super().__init__([program, "--portal", "elsecloud", "--json", *options], stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        about = json.loads(line)
        self.address = urlsplit(about["url"]).netloc
        self.auth = "Basic " + base64.b64encode(f"{about['username']}:{about['password']}".encode()).decode()

    def ask(self, request: str) -> bytes:
        """The answer to "METHOD /path BODY"; a refusal ends the benchmark."""
        method, path, *body = request.split(" ", 2)
        connection = http.client.HTTPConnection(self.address)
        headers = {"Authorization": self.auth, "Content-Type": "application/json"}
        connection.request(method, path, "".join(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200 or b'"error"' in text:
            sys.exit(f"{request} is refused: {text.decode()}")
        return text


class Nginx(Server):
    def __init__(self, folder: Path, files: dict[str, bytes]) -> None:
        for path, body in files.items():
            file = folder / "www" / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
        # nginx wants a number, and nobody else gets the one that was free a moment ago.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "nginx.conf").write_text(NGINX_CONF.format(folder=folder, port=port))
        super().__init__(["nginx", "-p", folder, "-c", folder / "nginx.conf"])
        self.address, self.auth = f"127.0.0.1:{port}", ""
        wait_for(port)


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    sys.exit("nginx did not start")


def load(server: "Sandbox | Nginx", seconds: float, requests: list[str], connections: int = 32) -> Sample:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA)
        script.flush()
        command = ["taskset", "-c", str(CLIENT_CORE), "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
        command += ["-s", script.name, f"http://{server.address}", "--", server.auth, *requests]
        before = server.cpu()
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        cpu = server.cpu() - before
    count, took = re.search(r"(\d+) requests in ([0-9.]+)(?=s)", out).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    if bad or "Socket errors" in out:
        sys.exit(f"some requests failed: the figures mean nothing\n{out}")
    return Sample(int(count), float(took), cpu)


def median(samples: list[Sample], what: str) -> float:
    return statistics.median(getattr(sample, what) for sample in samples)


READS = ["/api/balance", "/api/service/5120", "/api/service/5130/dns/640"]


def speed(build: Path, seconds: int, rounds: int) -> None:
    """Simple reads, beside nginx with the same bytes as files."""
    with contextlib.closing(Sandbox(build)) as box, tempfile.TemporaryDirectory() as folder:
        files = {path: box.ask("GET " + path) for path in READS}
        with contextlib.closing(Nginx(Path(folder), files)) as nginx:
            print("\nReads a second over plain HTTP, kept alive; medians")
            print(
                "path                       bytes  connections   sandbox (per core)     nginx (per core)    ratio (per core)"
            )
            for path in READS:
                for connections in (8, 64):
                    mine, theirs = [], []
                    for _ in range(rounds):
                        theirs.append(load(nginx, seconds, ["GET " + path], connections))
                        mine.append(load(box, seconds, ["GET " + path], connections))
                    rate, core = median(mine, "rate"), median(mine, "core_rate")
                    their_rate, their_core = median(theirs, "rate"), median(theirs, "core_rate")
                    print(
                        f"{path:26} {len(files[path]):5}  {connections:11}  {rate:8.0f} ({core:8.0f})"
                        f"  {their_rate:8.0f} ({their_core:8.0f})    {rate / their_rate:5.2f} ({core / their_core:8.2f})"
                    )


def start(build: Path, rounds: int) -> None:
    """From hostbill_sandbox_new to the first answer, in process."""
    library = ctypes.CDLL(build / "sandbox/libhostbill_sandbox.so")
    library.hostbill_sandbox_url.restype = ctypes.c_char_p
    login = base64.b64encode(b"bench@example.net:secret").decode()
    request = f"GET /api/balance HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {login}\r\n\r\n".encode()
    config = b'{"portal":"elsecloud","username":"bench@example.net","password":"secret"}'
    times, work = [], []
    for _ in range(rounds * 4):
        box = ctypes.c_void_p()
        begin, begin_work = time.perf_counter(), time.process_time()
        if library.hostbill_sandbox_new(config, ctypes.byref(box), None) != 0:
            sys.exit("the sandbox did not start")
        address = urlsplit(library.hostbill_sandbox_url(box).decode())
        with socket.create_connection((address.hostname, address.port)) as peer:
            peer.sendall(request)
            answer = peer.recv(4096)
        times.append((time.perf_counter() - begin) * 1000)
        work.append((time.process_time() - begin_work) * 1000)
        if not answer.startswith(b"HTTP/1.1 200"):
            sys.exit(answer.decode())
        library.hostbill_sandbox_free(box)
    print(f"\nFrom nothing to the first answer, in process: median {statistics.median(times):.1f} ms, "
          f"first {times[0]:.1f} ms, worst {max(times):.1f} ms; "
          f"of it processor time: median {statistics.median(work):.1f} ms")  # fmt: skip


def copy_row(db: sqlite3.Connection, table: str, source: int, changes: dict[str, str], count: int) -> None:
    """Rows like one that is there; `changes` are SQL of n, which counts from 1."""
    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(column, column) for column in columns)
    db.execute(
        f"WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
        f"INSERT INTO {table} SELECT {values} FROM numbers, (SELECT * FROM {table} WHERE id = {source})"
    )


def enlarge(folder: Path) -> str:
    """More of everything in the sandbox's file; the path of a zone's record that has as many beside it as the seed's."""
    for file in folder.iterdir():
        with contextlib.closing(sqlite3.connect(file)) as db, contextlib.suppress(sqlite3.DatabaseError), db:
            if not list(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'services'")):
                continue
            each = db.execute("SELECT count(*) FROM zone_records WHERE zone_id = 640").fetchone()[0]
            copy_row(db, "services", 5120, {"id": "100000 + n"}, 10_000)
            copy_row(db, "zones", 640, {"id": "99999 + n", "name": "'zone-' || n || '.example'"}, 100_000 // each + 1)
            copy_row(db, "zone_records", 6001, {"id": "100000 + n", "zone_id": f"100000 + n / {each}"}, 100_000)
            return f"/api/service/5130/dns/105000/records/{100_000 + 5000 * each}"
    sys.exit("the sandbox's file is not where it was expected")


def scale(build: Path, seconds: int, rounds: int) -> None:
    """The same requests in the seeded world and in one with 10,000 services and 100,000 DNS records more."""
    with tempfile.TemporaryDirectory() as small_folder, tempfile.TemporaryDirectory() as large_folder:
        options = ["--username", "bench@example.net", "--database"]
        with contextlib.closing(Sandbox(build, *options, large_folder + "/db")):
            pass
        record = enlarge(Path(large_folder))
        change = ' {"content":"203.0.113.7"}'
        requests = {
            "one service": ("GET /api/service/5120", "GET /api/service/105000"),
            "one zone with its records": ("GET /api/service/5130/dns/640", "GET /api/service/5130/dns/105000"),
            "a label set": (
                'POST /api/service/5120/label {"label":"a"}',
                'POST /api/service/105000/label {"label":"a"}',
            ),
            "a record changed": ("PUT /api/service/5130/dns/640/records/6001" + change, "PUT " + record + change),
        }
        with (
            contextlib.closing(Sandbox(build, *options, small_folder + "/db")) as small,
            contextlib.closing(Sandbox(build, *options, large_folder + "/db")) as large,
        ):
            print("\nRequests a second and core, with 10,000 services and 100,000 DNS records more; medians")
            print("request                       seeded world   large world   ratio")
            for what, (in_small, in_large) in requests.items():
                small.ask(in_small)
                large.ask(in_large)
                pairs = [(load(small, seconds, [in_small]), load(large, seconds, [in_large])) for _ in range(rounds)]
                few, many = (median([pair[i] for pair in pairs], "core_rate") for i in (0, 1))
                print(f"{what:28}  {few:12.0f}  {many:12.0f}   {many / few:5.2f}")


MIX = [
    *["GET " + path for path in READS * 3],
    "GET /api/service/999999",
    'POST /api/service/5120/label {"label":"another"}',
    'PUT /api/service/5130/dns/640/records/6001 {"content":"203.0.113.7"}',
    'PUT /api/details {"city":"Exampleton"}',
]


def memory(build: Path) -> None:
    """What a server holds after 100,000 and after a million requests, a quarter of them writes."""
    with contextlib.closing(Sandbox(build)) as box:
        begun, done, sizes = box.resident(), 0, []
        for goal in (100_000, 1_000_000):
            while done < goal:
                done += load(box, 1, MIX).requests
            sizes.append(box.resident())
        print(f"\nResident memory: {begun:.1f} MiB at the start, {sizes[0]:.1f} MiB after 100,000 requests, "
              f"{sizes[1]:.1f} MiB after {done}")  # fmt: skip


def version(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().split("\n", maxsplit=1)[0]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=Path)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("parts", nargs="*")
    options = parser.parse_intermixed_args()
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())[1]
    load_average = os.getloadavg()[0]
    print(f"{cpu}, load {load_average:.1f}; {version('nginx', '-v')}; {version('wrk', '-v').split(' [')[0]}")
    parts = {
        "speed": lambda: speed(options.build, options.seconds, options.rounds),
        "start": lambda: start(options.build, options.rounds),
        "scale": lambda: scale(options.build, options.seconds, options.rounds),
        "memory": lambda: memory(options.build),
    }
    for part in options.parts or parts:
        if part not in parts:
            parser.error(f"there is no part {part}; there are: {', '.join(parts)}")
        parts[part]()


if __name__ == "__main__":
    main()
