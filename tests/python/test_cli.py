"""The hostbill command, in real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import hostbill
import pytest
from conftest import CATALOGUES, PORTALS

COMMAND = shutil.which("hostbill", path=str(Path(sys.executable).parent)) or ""


def environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOSTBILL_")}
    clean.pop("COLUMNS", None)
    return {**clean, **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment(**more),
        capture_output=True,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def printed(*arguments: str, **more: str) -> Any:
    """The JSON that a command printed."""
    done = run(*arguments, **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def login(sandbox: hostbill.Sandbox) -> dict[str, str]:
    return {
        "HOSTBILL_PORTAL": sandbox.portal,
        "HOSTBILL_BASE_URL": sandbox.url,
        "HOSTBILL_USERNAME": sandbox.username,
        "HOSTBILL_PASSWORD": sandbox.password,
    }


def test_the_command_is_installed() -> None:
    assert COMMAND
    assert run("--version").stdout.split() == ["hostbill,", "version", hostbill.__version__]


def test_portals() -> None:
    assert [row["portal"] for row in printed("portals", "--json")] == PORTALS
    assert "https://billing.time4vps.com/api" in run("portals").stdout


def test_the_catalogue_is_the_same_document_everywhere() -> None:
    assert printed("catalog", "--portal", "generic", "--json") == CATALOGUES["generic"]
    assert printed("catalog", "--json") == hostbill.catalog()


def test_the_catalogue_can_be_read() -> None:
    everything = run("catalog").stdout
    for portal in PORTALS:
        for row in [*CATALOGUES[portal]["operations"], *CATALOGUES[portal]["compositions"]]:
            assert row["id"] in everything
    one = run("catalog", "servers.web_console").stdout
    assert "POST /server/{server_id}/webconsole" in one
    assert "12h" in one
    assert run("catalog", "POST /server/{server_id}/webconsole").stdout == one
    made_of_others = run("catalog", "dns.plan").stdout
    assert "dns.zones.list" in made_of_others
    assert "mode" in made_of_others


@pytest.mark.parametrize("portal", PORTALS)
def test_openapi(portal: str) -> None:
    assert printed("openapi", "--portal", portal) == hostbill.openapi(portal)


def test_a_call(login: dict[str, str], client: hostbill.Client) -> None:
    answer = printed("call", "account.balance", "--json", **login)
    assert answer["data"] == client.account.balance()
    assert answer["meta"]["http_status"] == 200
    table = run("call", "services.list", **login)
    assert table.returncode == 0
    for service in client.services.list():
        assert service["name"] in table.stdout


def test_parameters_as_words_as_json_and_as_a_document(login: dict[str, str], sandbox: hostbill.Sandbox) -> None:
    server = str(sandbox.ids["server_id"])
    words = printed(
        "call", "servers.rename", f"server_id={server}", "hostname=a.example.com", "--dry-run", "--json", **login
    )
    values = printed(
        "call",
        "POST /server/{server_id}/rename",
        f"server_id:={server}",
        'hostname:="a.example.com"',
        "--dry-run",
        "--json",
        **login,
    )
    document = json.dumps({"server_id": int(server), "hostname": "a.example.com"})
    whole = printed("call", "servers.rename", "--params", document, "--dry-run", "--json", **login)
    assert words["data"] == values["data"] == whole["data"]
    assert words["data"]["url"].endswith(f"/server/{server}/rename")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["call", "servers.rebot"], 2, "servers.reboot"),
        (["call", "servers.get", "server_id=../x"], 2, "server_id"),
        (["call", "servers.get", "server_id"], 2, "name=text"),
        (["call", "servers.get", "server_id:=nonsense"], 2, "JSON"),
        (["call", "account.get", "--password-file", "/nonexistent"], 2, "/nonexistent"),
        (["catalog", "servers.rebot"], 2, "servers.reboot"),
        (["catalog", "nothing-of-the-kind"], 2, "`hostbill catalog` lists them"),
        (["catalog", "--portal", "time4vp"], 2, "time4vps"),
        (["catalog", "domains.get", "--portal", "time4vps"], 2, "coloup, elsecloud, internetport have it"),
        (["openapi", "--portal", "time4vp"], 2, "time4vps"),
        (["sandbox", "--portal", "time4vp"], 2, "time4vps"),
        (["call", "domains.list"], 12, "coloup"),
        (["call", "servers.reboot", "server_id=1", "--read-only"], 13, "read-only"),
    ],
)
def test_mistakes_are_one_line_and_an_exit_code(
    arguments: list[str], code: int, said: str, login: dict[str, str]
) -> None:
    done = run(*arguments, **login)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr


def test_wrong_credentials(login: dict[str, str], tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("k9-S3cret-w0rd\n")
    done = run("call", "account.get", "--password-file", str(secret), **login)
    assert done.returncode == 14
    assert "k9-S3cret-w0rd" not in done.stdout + done.stderr


def test_a_password_from_a_file(login: dict[str, str], tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(login.pop("HOSTBILL_PASSWORD") + "\n")
    assert printed("call", "account.balance", "--password-file", str(secret), "--json", **login)["data"]


def test_no_option_takes_a_secret() -> None:
    for command in ("call", "sandbox"):
        text = run(command, "--help").stdout
        assert "--password " not in text
        assert "--token " not in text


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_serves_until_it_is_told_to_stop(stop: int) -> None:
    child = subprocess.Popen(
        [COMMAND, "sandbox", "--portal", "time4vps", "--json"], env=environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        about = json.loads(child.stdout.readline())
        with hostbill.Client(
            portal="time4vps", base_url=about["url"], username=about["username"], password=about["password"]
        ) as client:
            assert client.account.get()
        child.send_signal(stop)
        assert child.wait(timeout=30) == 0
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_the_sandbox_says_how_to_call_it() -> None:
    child = subprocess.Popen([COMMAND, "sandbox"], env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        lines = []
        while "Ctrl-C" not in (line := child.stdout.readline()):
            assert line
            lines.append(line.strip())
        exports = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))
        assert printed("call", "account.balance", "--json", **exports)["data"]
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(timeout=30)
        child.stdout.close()


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" catalog --json | head -c 10', COMMAND],
        env=environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
