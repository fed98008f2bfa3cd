"""The folders of core/ know each other in one direction."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "core"


def layers() -> list[str]:
    """From the bottom up, as core/README.md has them."""
    return re.findall(r"^\| `(\w+)` \|", (CORE / "README.md").read_text("utf-8"), re.MULTILINE)


def included(file: Path) -> set[str]:
    return set(re.findall(r'#include "core/(\w+)[/.]', file.read_text("utf-8"))) - {"generated"}


def test_each_folder_is_in_the_list() -> None:
    folders = {path.name for path in CORE.iterdir() if path.is_dir()}
    assert folders - {"generated"} == set(layers())


def test_a_folder_includes_those_before_it_alone() -> None:
    order = layers()
    upwards = []
    for place, folder in enumerate(order):
        files = [path for path in (CORE / folder).iterdir() if path.suffix in (".hpp", ".cpp")]
        assert files, folder
        below = set(order[: place + 1])
        upwards += [f"{path.relative_to(ROOT)}: {name}" for path in files for name in included(path) - below]
    assert upwards == []


def test_only_http_sees_libcurl() -> None:
    users = {path.parent.name for path in CORE.rglob("*.[ch]pp") if "#include <curl/" in path.read_text("utf-8")}
    assert users == {"http"}
