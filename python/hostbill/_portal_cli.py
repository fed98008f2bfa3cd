"""``hostbill portal``: portals that are not in the catalogue, and what works at one."""

from __future__ import annotations

import http.client
import sys
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from ._catalog import catalog
from ._doctor import doctor as examine
from ._documents import pretty
from ._show import console, table
from .errors import UsageError

_LARGEST = 8 << 20
_PATIENCE_S = 30.0


@click.group()
def portal() -> None:
    """Use portals that are not known by name, and look what works at one."""


@portal.command("import")
@click.argument("source", metavar="FILE|URL")
@click.option("--output", type=click.Path(path_type=Path), help="Where to keep the document, for --portal FILE.")
@click.option("--json", "as_json", is_flag=True, help="Print the portal's catalogue as JSON.")
def import_portal(source: str, output: Path | None, as_json: bool) -> None:
    """Read the Swagger 2.0 document that a portal publishes, and say what was made of it.

    Operations that other portals have too keep their names; the others get names that begin with "portal.".
    With the file as PORTAL every other command works on that portal.
    """
    document = _document(source)
    found = catalog({"swagger": document})
    if output is not None:
        output.write_text(document, encoding="utf-8")
    if as_json:
        click.echo(pretty(found))
        return
    own = [row for row in found["operations"] if row["id"].startswith("portal.")]
    click.echo(
        f"{found['title']}: {found['base_url'] or 'without an address'}, signs in with {', '.join(found['auth'])}"
    )
    click.echo(f"{len(found['operations'])} operations, {len(found['operations']) - len(own)} known from other portals")
    if own:
        rows = ([row["id"], f"{row['method']} {row['path']}", row["effect"], row["summary"]] for row in own)
        console().print(table(["operation", "request", "effect", "summary"], rows, "its own"))
    for sentence in found["repaired"]:
        click.echo(f"repaired: {sentence}")


def _document(source: str) -> str:
    try:
        if source.startswith(("https://", "http://")):
            return _fetched(source).decode("utf-8", "replace")
        return Path(source).read_bytes().decode("utf-8", "replace")
    except urllib.error.URLError as problem:
        raise UsageError(f"{source}: {problem.reason}") from None
    except OSError as problem:
        raise UsageError(f"{source}: {problem.strerror or problem}") from None
    except (ValueError, http.client.HTTPException):
        raise UsageError("the address: is none that can be asked") from None


def _fetched(url: str) -> bytes:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise UsageError("the address: must hold no user name or password; it would be shown, and sent to nobody")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise UsageError(f"{url}: only https, but for this machine itself")
    with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer:
        document: bytes = answer.read(_LARGEST + 1)
    if len(document) > _LARGEST:
        raise UsageError(f"{url}: larger than 8 MiB")
    return document


def show_examination(config: dict[str, Any], as_json: bool) -> None:
    """Examines a portal, each check shown as it is done; ends with status 1 where nobody could sign in."""
    screen = console()

    def show(check: dict[str, Any]) -> None:
        sign = "ok  " if check["works"] else "FAIL"
        screen.print(
            f"{sign} {check['kind']:<6}{check['check']:<40} {check['elapsed_ms']:>6} ms  {check['note']}".rstrip()
        )

    report = examine(on_check=None if as_json else show, **config)
    if as_json:
        click.echo(pretty(report))
    else:
        kinds = Counter(check["works"] for check in report["checks"])
        click.echo(
            f"{kinds[True]} checks passed, {kinds[False]} failed; signs in with {', '.join(report['auth']) or 'nothing'}"
        )
    if not report["auth"]:
        sys.exit(1)
