"""Named profiles: where a client's settings and credentials are kept, so that a name can stand for them.

A file, private to the user, holds one object for each profile: what ``Client`` takes, by the same names::

    {"work": {"portal": "time4vps", "username": "user@example.com", "password": "..."}}

What a profile does not have comes from the environment: HOSTBILL_PORTAL, HOSTBILL_BASE_URL, HOSTBILL_USERNAME,
HOSTBILL_PASSWORD and HOSTBILL_TOKEN.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import UsageError

_SIGN_IN = ("username", "password", "token")
_SECRETS = ("password", "token", "totp_secret")


def settings(profile: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """A client's configuration: what is given, else the profile's, else the environment's.

    Args:
        profile: Its name; None: no profile.
        given: Goes before everything else.

    Raises:
        UsageError: there is no such profile, or its file may be read by others.
    """
    found = {} if profile is None else _read(profile)
    # Another account than the profile's, or another way in.
    if "token" in given or given.get("username", found.get("username")) != found.get("username"):
        found = {name: value for name, value in found.items() if name not in _SIGN_IN}
    elif "password" in given:
        found.pop("token", None)
    found.update(given)
    found = {name: value for name, value in found.items() if value is not None}
    named = _environment("portal")
    if "portal" not in found or (profile is None and named in (None, found["portal"])):
        found = {**_values("portal", "base_url"), **found}
    # Whoever names a portal there has its account there, which is nobody else's business.
    account = _values(*_sign_in(found)) if named in (None, found.get("portal")) else {}
    if "portal" in found:
        found["portal"] = portal_setting(found["portal"])
    return {**account, **found}


def portal_setting(portal: Any) -> Any:
    """What a portal's name in a command, a variable or a profile means: it may be the file of a Swagger document."""
    if isinstance(portal, str) and (portal.endswith(".json") or "/" in portal):
        return {"swagger": portal}
    return portal


def _environment(name: str) -> str | None:
    return os.environ.get(f"HOSTBILL_{name.upper()}") or None


def _values(*names: str) -> dict[str, str]:
    return {name: value for name in names if (value := _environment(name))}


def _sign_in(found: Mapping[str, Any]) -> Iterator[str]:
    """What the environment is asked for: never for a part of another account."""
    if "token" in found:
        return
    if "password" in found:
        yield "username"
    elif "username" in found:
        if _environment("username") in (None, found["username"]):
            yield "password"
    elif _environment("token"):
        yield "token"
    else:
        yield from ("username", "password")


def path() -> Path:
    """Where the profiles are: HOSTBILL_PROFILES, or hostbill/profiles.json in the user's configuration."""
    named = os.environ.get("HOSTBILL_PROFILES")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "hostbill" / "profiles.json"


def _read(name: str) -> dict[str, Any]:
    where = path()
    try:
        with open(where, encoding="utf-8", opener=_private) as file:
            profiles = json.load(file)
    except FileNotFoundError:
        raise UsageError(f"profile {name!r}: there is no {where}; HOSTBILL_PROFILES names another file") from None
    except OSError as problem:
        raise UsageError(f"profile {name!r}: {where}: {problem.strerror}") from None
    except ValueError:
        # Not the decoder's words, which may show what is in the file.
        raise UsageError(f"profile {name!r}: {where} is not JSON") from None
    if not isinstance(profiles, dict):
        raise UsageError(f"profile {name!r}: {where} must hold an object of profiles")
    found = profiles.get(name)
    if found is None:
        import difflib

        near = difflib.get_close_matches(name, profiles, 1)
        raise UsageError(f"there is no profile {name!r} in {where}" + (f"; did you mean {near[0]!r}?" if near else ""))
    if not isinstance(found, dict):
        raise UsageError(f"profile {name!r} in {where} must be an object")
    return found


def _private(name: str, flags: int) -> int:
    """Opens a file that nobody else may read or change."""
    descriptor = os.open(name, flags | os.O_CLOEXEC | os.O_NONBLOCK)
    about = os.fstat(descriptor)
    problem = None
    if not stat.S_ISREG(about.st_mode):
        problem = "is no file"
    elif about.st_uid not in (os.geteuid(), 0):
        problem = "belongs to somebody else"
    elif about.st_mode & 0o077:
        problem = f"is open to others: chmod 600 {name}"
    if problem:
        os.close(descriptor)
        raise UsageError(f"{name} {problem}")
    return descriptor


def secrets_of(config: Mapping[str, Any]) -> list[str]:
    """The names of those settings that nobody else may see."""
    return [name for name, value in config.items() if value and _is_secret(name, value)]


def _is_secret(name: str, value: Any) -> bool:
    if name in _SECRETS:
        return True
    if not isinstance(value, str):
        return False
    if name == "client_key":
        return "-----BEGIN" in value  # Else the path of a file.
    if name == "client_certificate":
        return "PRIVATE KEY" in value
    if name == "proxy":
        try:
            return urlsplit(value).password is not None or "@" in value
        except ValueError:
            return True
    return False
