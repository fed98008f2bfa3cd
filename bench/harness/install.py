"""What the contestants need: other clients once, ours whenever something changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from .table import BENCH, ROOT, WORK, Language


def debian_packages(languages: list[Language]) -> list[str]:
    """For ./run, which installs them."""
    return sorted({package for language in languages for package in language.debian})


def install(language: Language) -> None:
    """Leaves a contestant without what it needs to fail by itself, so that it is reported and not left out."""
    stamp = WORK / language.language / ".installed"
    folder = BENCH / "contestants" / (language.folder or language.language)
    wanted = hashlib.sha256("\n".join(language.install).encode())
    for name in language.lock:
        wanted.update((folder / name).read_bytes())
    if language.install and (not stamp.exists() or stamp.read_text("utf-8") != wanted.hexdigest()):
        print(f"installing: clients for {language.title}", flush=True)
        if all([_done(language, command) for command in language.install]):
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(wanted.hexdigest(), "utf-8")
    for command in language.build:
        _done(language, command)


def _done(language: Language, command: str) -> bool:
    log = WORK / "logs" / f"install-{language.language}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        out.write(f"$ {command}\n".encode())
        out.flush()
        status = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            check=False,
        ).returncode
    if status != 0:
        print(f"failed for {language.title}: {command}: see {log.relative_to(ROOT)}", file=sys.stderr)
    return status == 0
