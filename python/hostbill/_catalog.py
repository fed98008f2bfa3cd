"""The catalogue of operations, as every language sees it."""

from __future__ import annotations

import json
from typing import Any

from . import _core
from ._documents import read
from .errors import from_document


def catalog(portal: str | None = None) -> dict[str, Any]:
    """Everything that is known of a portal and its operations.

    Args:
        portal: One portal's id, such as ``"time4vps"``. Without it the answer is ``{"portals": [...]}`` with the
            catalogues of all.

    Returns:
        ``{"portal", "title", "base_url", "auth", "body", "operations": [...]}``.

    Raises:
        UsageError: there is no such portal; its message names the nearest.
    """
    succeeded, text = _core.catalog(portal or "")
    if not succeeded:
        raise from_document(read(text))
    found: dict[str, Any] = json.loads(text)  # Without Decimals: everybody can write it as JSON again.
    return found


def portals() -> list[str]:
    """The ids of the portals that are known by name."""
    return [row["portal"] for row in catalog()["portals"]]
