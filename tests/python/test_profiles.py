"""Profiles, the environment, and clients that travel."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import hostbill
import pytest
from hostbill import Client, UsageError

Profiles = Callable[..., Path]


@pytest.fixture(scope="module")
def box() -> Iterator[hostbill.Sandbox]:
    with hostbill.Sandbox("coloup", quirks={}) as found:
        yield found


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HOSTBILL_") and name != "HOSTBILL_SANDBOX_QUIRKS":
            monkeypatch.delenv(name)


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, box: hostbill.Sandbox) -> Profiles:
    """Writes the file with a profile "work" for the sandbox, which may be changed."""

    def write(mode: int = 0o600, text: str | None = None, **changed: Any) -> Path:
        work = {
            "portal": "coloup",
            "base_url": box.url,
            "username": box.username,
            "password": box.password,
            "auth": "basic",
        }
        path = tmp_path / "profiles.json"
        path.write_text(json.dumps({"work": {**work, **changed}}) if text is None else text)
        path.chmod(mode)
        monkeypatch.setenv("HOSTBILL_PROFILES", str(path))
        return path

    return write


def ask(client: Client) -> int:
    """Whose account it is, from a process of its own."""
    return int(client.domains.get(412).id)


def test_a_profile_is_a_client(profiles: Profiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = profiles()
    assert ask(Client.from_profile("work")) == 412
    monkeypatch.setenv("HOSTBILL_PROFILE", "work")
    assert ask(Client.from_profile()) == 412
    monkeypatch.delenv("HOSTBILL_PROFILES")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "hostbill").mkdir()
    path.rename(tmp_path / "hostbill" / "profiles.json")
    assert ask(Client.from_profile("work")) == 412


def test_what_is_given_goes_first(profiles: Profiles, box: hostbill.Sandbox) -> None:
    profiles(password="wrong")
    with pytest.raises(hostbill.AuthenticationError):
        Client.from_profile("work").account.get()
    assert ask(Client.from_profile("work", username=box.username, password=box.password)) == 412
    request = Client.from_profile("work", token="t", auth="bearer").account.get(options={"dry_run": True})
    assert "Bearer" in str(request["headers"])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mode": 0o640}, "chmod 600"),
        ({"mode": 0o604}, "chmod 600"),
        ({"text": "{not json, password"}, "is not JSON"),
        ({"text": "[]"}, "object of profiles"),
        ({"text": '{"work": 7}'}, "must be an object"),
        ({"text": '{"wrok": {}}'}, "did you mean 'wrok'"),
        ({"pasword": "x"}, "pasword"),
    ],
)
def test_a_file_that_is_no_good_is_refused(profiles: Profiles, settings: dict[str, Any], words: str) -> None:
    profiles(**settings)
    with pytest.raises(UsageError, match=words):
        Client.from_profile("work")


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTBILL_PROFILES", str(tmp_path / "none.json"))
    with pytest.raises(UsageError, match=r"none\.json"):
        Client.from_profile("work")
    monkeypatch.setenv("HOSTBILL_PROFILES", str(tmp_path))
    with pytest.raises(UsageError, match="is no file"):
        Client.from_profile("work")


def request_of(client: Client) -> tuple[str, str]:
    """Where it would ask, and who it would say it is."""
    request = client.account.get(options={"dry_run": True})
    return request["url"], str(request["headers"])


def test_the_environment_fills_in_what_is_missing(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch, box: hostbill.Sandbox
) -> None:
    with pytest.raises(UsageError):
        Client.from_profile()
    for name, value in {
        "PORTAL": "coloup",
        "BASE_URL": box.url,
        "USERNAME": box.username,
        "PASSWORD": box.password,
    }.items():
        monkeypatch.setenv(f"HOSTBILL_{name}", value)
    assert ask(Client.from_profile(auth="basic")) == 412
    # Never a part of another account, nor another portal's address.
    monkeypatch.setenv("HOSTBILL_USERNAME", "somebody@example.com")
    monkeypatch.setenv("HOSTBILL_BASE_URL", "http://127.0.0.1:1/api")
    profiles()
    assert ask(Client.from_profile("work")) == 412
    profiles(password=None)
    with pytest.raises(hostbill.HostbillError):
        Client.from_profile("work", base_url=box.url).account.get()
    monkeypatch.setenv("HOSTBILL_USERNAME", box.username)
    assert ask(Client.from_profile("work", base_url=box.url)) == 412


@pytest.mark.parametrize("names", [("USERNAME", "PASSWORD"), ("TOKEN",), ("PASSWORD",)])
def test_an_account_of_another_portal_is_never_taken(
    profiles: Profiles, monkeypatch: pytest.MonkeyPatch, box: hostbill.Sandbox, names: tuple[str, ...]
) -> None:
    for name in names:
        monkeypatch.setenv(f"HOSTBILL_{name}", "theirs")
    profiles(username=box.username if names == ("PASSWORD",) else None, password=None, auth=None)
    assert request_of(Client.from_profile("work"))  # It may be for any portal.
    monkeypatch.setenv("HOSTBILL_PORTAL", "coloup")
    assert request_of(Client.from_profile("work"))
    monkeypatch.setenv("HOSTBILL_PORTAL", "time4vps")
    with pytest.raises(UsageError, match="is required"):
        Client.from_profile("work")
    if names != ("PASSWORD",):
        with pytest.raises(UsageError, match="is required"):
            Client.from_profile(portal="coloup")
        assert request_of(Client.from_profile())  # Time4VPS itself.


def test_a_client_of_a_profile_travels_without_credentials(profiles: Profiles, box: hostbill.Sandbox) -> None:
    profiles()
    client = Client.from_profile("work", timeout=7).with_options(tag="mine")
    text = pickle.dumps(client)
    assert box.password.encode() not in text and box.username.encode() not in text
    other = pickle.loads(text)
    assert ask(other) == 412
    assert other.answers.account.balance().meta["tag"] == "mine"
    assert pickle.loads(pickle.dumps(other)).answers.account.balance().meta["tag"] == "mine"
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(ask, client).result(60) == 412
    # Each process reads the file anew.
    profiles(password="wrong")
    with pytest.raises(hostbill.AuthenticationError):
        ask(pickle.loads(text))


def test_a_client_with_credentials_of_its_own_says_why_it_stays(box: hostbill.Sandbox) -> None:
    client = box.client(auth="basic")
    for attempt in (pickle.dumps, copy.copy):
        with pytest.raises(UsageError, match="password does not travel") as caught:
            attempt(client)
        assert "from_profile" in str(caught.value) and "with_credentials" in str(caught.value)
        assert box.password not in str(caught.value)
    other = pickle.loads(pickle.dumps(client.portable(with_credentials=True)))
    assert ask(other) == 412
    assert ask(pickle.loads(pickle.dumps(other))) == 412
    with pytest.raises(UsageError):
        pickle.dumps(client)
    with pytest.raises(UsageError):
        pickle.dumps(other.portable(with_credentials=False))
    for shown in (repr(client), repr(other), repr(client._origin), str(vars(type(client)))):
        assert box.password not in shown


@pytest.mark.parametrize(
    "config",
    [
        {"token": "secret-word"},
        {"username": "u", "password": "p", "totp_secret": "MZXW6YTBOI======"},
        {"auth": "none", "proxy": "http://user:secret-word@127.0.0.1:1"},
    ],
)
def test_every_secret_stays(config: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="does not travel"):
        pickle.dumps(Client(portal="coloup", **config))


def test_a_client_without_credentials_travels_as_it_is() -> None:
    client = Client(portal="time4vps", auth="none", timeout=7, proxy="http://127.0.0.1:1")
    assert request_of(pickle.loads(pickle.dumps(client))) == request_of(client)


def test_the_async_client_has_profiles_too(profiles: Profiles) -> None:
    profiles()

    async def ask_twice() -> list[int]:
        async with hostbill.AsyncClient.from_profile("work") as client:
            other = pickle.loads(pickle.dumps(client.with_options(timeout=7)))
            assert isinstance(other, hostbill.AsyncClient)
            async with other:
                return [(await one.domains.get(412)).id for one in (client, other)]

    assert asyncio.run(ask_twice()) == [412, 412]


def test_the_command_has_profiles_too(profiles: Profiles, box: hostbill.Sandbox) -> None:
    profiles()

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [
            str(Path(sys.executable).parent / "hostbill"),
            "call",
            "domains.get",
            "domain_id=412",
            "--json",
            *arguments,
        ]
        env = {**os.environ, **more}
        return subprocess.run(
            command, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, timeout=60
        )

    assert json.loads(run("--profile", "work").stdout)["data"]["id"] == 412
    assert json.loads(run(HOSTBILL_PROFILE="work").stdout)["data"]["id"] == 412
    missing = run("--profile", "wrok")
    assert missing.returncode == 2 and "did you mean 'work'" in missing.stderr
    # What is said goes first, and another account's password is not meant.
    other = run("--profile", "work", "--username", "somebody@example.com")
    assert other.returncode == 2 and "password is required" in other.stderr
    nothing = run()
    assert nothing.returncode == 2 and "--profile" in nothing.stderr
    assert box.password not in missing.stderr + other.stderr + nothing.stderr
