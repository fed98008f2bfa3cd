"""The ``hostbill`` command."""

from __future__ import annotations

import difflib
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import click

from . import _core
from ._catalog import catalog as read_catalog
from ._client import Client
from ._documents import pretty, read
from ._openapi import openapi as make_openapi
from ._portal_cli import portal as portal_group
from ._portal_cli import show_examination
from ._profiles import portal_setting
from ._profiles import settings as resolved
from ._sandbox import Sandbox
from ._show import console, show, table
from ._types import Options
from .errors import HostbillError, UsageError

_EXIT_CODES = """\
Exit codes: 0 success, 2 wrong usage, 10 plus the number of the error class
otherwise (12 unsupported, 14 authentication, 16 not found, ...), 130 Ctrl-C.
"""


def main() -> NoReturn:
    """Runs the command and ends the process."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as problem:
        problem.show()
        sys.exit(problem.exit_code)
    except HostbillError as problem:
        click.echo(f"hostbill: {problem.error_class}: {problem}", err=True)
        sys.exit(exit_code(problem))
    except (KeyboardInterrupt, click.Abort):
        click.echo("hostbill: interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python must not complain about the rest when it ends.
        sys.stdout = None
        sys.exit(0)
    sys.exit(0)


def exit_code(problem: HostbillError) -> int:
    """2 for usage, as for wrong arguments; otherwise 10 plus the number of the error class."""
    return 2 if isinstance(problem, UsageError) else 10 - problem.status


@click.group(epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_core.__version__, prog_name="hostbill")
def cli() -> None:
    """Talk to the User API of any web host that runs HostBill."""


_PORTAL_HELP = "Which portal, such as time4vps; or the file of a Swagger document."


def _to_portal(_: Any, __: Any, text: str | None) -> Any:
    return portal_setting(text)


_portal = click.option("--portal", metavar="PORTAL", envvar="HOSTBILL_PORTAL", callback=_to_portal, help=_PORTAL_HELP)
_needed_portal = click.option(
    "--portal", metavar="PORTAL", envvar="HOSTBILL_PORTAL", callback=_to_portal, required=True, help=_PORTAL_HELP
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _print_json(document: Any) -> None:
    click.echo(pretty(document))


# -- what there is -------------------------------------------------------------


@cli.command()
@_json
def portals(as_json: bool) -> None:
    """List the portals that are known by name."""
    rows = [{**row, "operations": len(row["operations"])} for row in read_catalog()["portals"]]
    if as_json:
        _print_json(rows)
        return
    columns = ["portal", "title", "base_url", "auth", "body", "operations"]
    console().print(table(columns, ([row[name] for name in columns] for row in rows)))


@cli.command()
@click.argument("operation", required=False)
@_portal
@_json
def catalog(operation: str | None, portal: str | None, as_json: bool) -> None:
    """List what the portals can do, or describe one OPERATION."""
    document = read_catalog(portal)
    if operation is not None:
        _describe(document, operation, as_json)
    elif as_json:
        _print_json(document)
    else:
        rows = _by_operation(document)
        columns = (
            ["operation", "request", "effect", "summary"] if portal else ["operation", "request", "effect", "portals"]
        )
        console().print(table(columns, ([row[name] for name in columns] for row in rows.values())))


def _by_operation(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The operations of one or all portals by id, those made of others too, each with the portals that have it."""
    found: dict[str, dict[str, Any]] = {}
    for portal in document.get("portals", [document]):
        for row in [*portal["operations"], *portal["compositions"]]:
            known = found.setdefault(row["id"], {**row, "portals": [], "operation": row["id"]})
            known["request"] = f"{row['method']} {row['path']}" if row["method"] else None
            known["portals"].append(portal["portal"])
            if "steps" in row:  # Those that this portal has.
                known["steps"] = [*known["steps"], *(step for step in row["steps"] if step not in known["steps"])]
    return dict(sorted(found.items()))


def _find(rows: dict[str, dict[str, Any]], operation: str) -> dict[str, Any] | None:
    """By its id, or by method and path."""
    return rows.get(operation) or next((row for row in rows.values() if row["request"] == operation), None)


def _hint(operation: str, rows: dict[str, dict[str, Any]]) -> str:
    """Where to look for what is not among these."""
    elsewhere = _find(_by_operation(read_catalog()), operation)
    if elsewhere:
        return f"{', '.join(elsewhere['portals'])} have it"
    nearest = difflib.get_close_matches(operation, rows, 1)
    return f"did you mean {nearest[0]}?" if nearest else "`hostbill catalog` lists them"


def _describe(document: dict[str, Any], operation: str, as_json: bool) -> None:
    rows = _by_operation(document)
    row = _find(rows, operation)
    if row is None:
        raise UsageError(f"there is no operation {operation!r} here; {_hint(operation, rows)}")
    if as_json:
        _print_json(row)
        return
    screen = console()
    flags = [name for name in ("money", "destructive", "anonymous") if row[name]]
    steps = [step["operation"] for step in row.get("steps", ())]
    heading = {"operation": row["id"], **({"made of": steps} if steps else {"request": row["request"]})}
    heading |= {"summary": row["summary"], "portals": row["portals"]}
    show(screen, {**heading, "effect": ", ".join([row["effect"], *flags]), "source": row["source"]})
    if row["params"]:
        columns = ["name", "in", "type", "required", "values", "summary"]
        params = ({**param, "values": param["enum"] or param["pattern"] or ""} for param in row["params"])
        screen.print(table(columns, ([param[name] for name in columns] for param in params), "parameters"))


@cli.command()
@_needed_portal
def openapi(portal: str) -> None:
    """Print a portal's API as an OpenAPI 3.1 document."""
    _print_json(make_openapi(portal))


# -- calls ---------------------------------------------------------------------

_CALL_HELP = """\
Call OPERATION, an id such as servers.reboot or "POST /server/{server_id}/reboot".

Parameters are name=text or name:=JSON, as in

    hostbill call servers.rename server_id=2210 hostname=web.example.net

    hostbill call orders.quote 'items:=[{"type": "product", "product_id": 820}]'

Credentials come from a profile, from HOSTBILL_USERNAME and HOSTBILL_PASSWORD, or HOSTBILL_TOKEN, from a file, or a prompt;
never from an argument, which everybody on the machine could read.
"""


def _account(command: Any) -> Any:
    """The options that say who talks to which portal."""
    for option in (
        click.option("--timeout", type=float, help="Seconds for the whole call."),
        click.option("--auth", help="auto, basic, jwt, bearer or none."),
        click.option("--token-file", type=click.Path(path_type=Path), help="File whose first line is a bearer token."),
        click.option("--password-file", type=click.Path(path_type=Path), help="File whose first line is the password."),
        click.option("--username", help="The account's name."),
        click.option("--base-url", help="Where the portal's API is, if not at the known address."),
        click.option("--portal", metavar="PORTAL", callback=_to_portal, help=_PORTAL_HELP),
        click.option("--profile", envvar="HOSTBILL_PROFILE", help="A profile of ~/.config/hostbill/profiles.json."),
    ):
        command = option(command)
    return command


def _config(settings: dict[str, Any]) -> dict[str, Any]:
    """What the options say, else the profile, else the environment; asks for the password where a person can answer."""
    given = {name: settings[name] for name in ("portal", "base_url", "auth", "timeout", "username")}
    given["token"] = _first_line(settings["token_file"])
    given["password"] = _first_line(settings["password_file"])
    if given["token"]:  # Enough without a name.
        given["username"] = given["password"] = None
    config = resolved(settings["profile"], {name: value for name, value in given.items() if value is not None})
    if "portal" not in config:
        raise UsageError("which portal? say --portal, --profile or HOSTBILL_PORTAL")
    if "token" not in config and config.get("auth") != "none" and not settings.get("dry_run") and sys.stdin.isatty():
        config["username"] = config.get("username") or click.prompt("User name", err=True)
        config["password"] = config.get("password") or click.prompt("Password", hide_input=True, err=True)
    return config


@cli.command(help=_CALL_HELP)
@click.argument("operation")
@click.argument("parameters", nargs=-1, metavar="[NAME=TEXT | NAME:=JSON]...")
@click.option("--params", "document", metavar="JSON", help="All parameters as one JSON object; - reads standard input.")
@_account
@click.option("--read-only", is_flag=True, help="Refuse whatever is not a read.")
@click.option("--dry-run", is_flag=True, help="Send nothing; show the request.")
@click.option("--raw", is_flag=True, help="The data exactly as the portal sent it.")
@_json
def call(operation: str, parameters: tuple[str, ...], **settings: Any) -> None:
    params = _parameters(parameters, settings["document"])
    options: Options = {}
    if settings["dry_run"]:
        options["dry_run"] = True
    if settings["raw"]:
        options["raw"] = True
    with Client(**{**_config(settings), **({"read_only": True} if settings["read_only"] else {})}) as client:
        answer = client.answers.call(operation, params, options=options, progress=True)
    if settings["as_json"]:
        _print_json({"data": answer.data, "info": answer.info, "meta": answer.meta})
        return
    show(console(), answer.data)
    for remark in answer.info:
        click.echo(f"info: {remark}", err=True)


def _parameters(words: tuple[str, ...], document: str | None) -> dict[str, Any]:
    params: dict[str, Any] = {}
    if document is not None:
        found = _json_value("--params", sys.stdin.read() if document == "-" else document)
        if not isinstance(found, dict):
            raise UsageError("--params: must be a JSON object")
        params.update(found)
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip(":"):
            raise UsageError("a parameter is written name=text or name:=JSON")
        if name.endswith(":"):
            name = name[:-1]
            params[name] = _json_value(name, value)
        else:
            params[name] = value
    return params


def _json_value(name: str, text: str) -> Any:
    try:
        return read(text)
    except (ValueError, RecursionError):
        raise UsageError(f"{name}: this is not JSON") from None


def _first_line(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path}: cannot be read: {getattr(problem, 'strerror', None) or 'not UTF-8 text'}") from None
    if not lines or not lines[0]:
        raise UsageError(f"{path}: its first line is empty")
    return lines[0]


cli.add_command(portal_group)


@portal_group.command()
@_account
@_json
def doctor(**settings: Any) -> None:
    """Ask a portal read-only questions, and say what works there."""
    show_examination(_config(settings), settings["as_json"])


# -- the sandbox ---------------------------------------------------------------


@cli.command()
@click.option(
    "--portal", default="time4vps", envvar="HOSTBILL_PORTAL", show_default=True, help="Which portal to be like."
)
@click.option("--port", type=int, default=0, help="Where to listen; any free port if not given.")
@click.option("--database", help="File to keep the state in; without it nothing is kept.")
@click.option("--username", help="Name of the account.")
@click.option("--password-file", type=click.Path(path_type=Path), help="File whose first line is its password.")
@_json
def sandbox(
    portal: str,
    port: int,
    database: str | None,
    username: str | None,
    password_file: Path | None,
    as_json: bool,
) -> None:
    """Serve a portal on this machine until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    password = _first_line(password_file)
    with Sandbox(portal, port=port, database=database, username=username, password=password) as box:
        about = {"portal": box.portal, "url": box.url, "username": box.username, "password": box.password}
        about["page"] = box.control("info")["page_url"]
        if as_json:
            click.echo(json.dumps(about))
        else:
            for line in _sandbox_lines(about):
                click.echo(line)
        sys.stdout.flush()
        stop.wait()


def _sandbox_lines(about: dict[str, str]) -> list[str]:
    names = {"portal": "PORTAL", "url": "BASE_URL", "username": "USERNAME", "password": "PASSWORD"}
    return [
        f"A portal like {about['portal']}, on this machine only:",
        "",
        *(f"    {name:<9}{value}" for name, value in about.items() if name != "portal"),
        "",
        "To call it from another terminal:",
        "",
        *(f"    export HOSTBILL_{name}={about[key]}" for key, name in names.items()),
        "    hostbill call account.balance",
        "",
        "Ctrl-C stops it.",
    ]
