"""The catalogue of operations, as every language sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from . import _core
from ._documents import write


def catalog(portal: str | Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything that is known of a portal and its operations.

    Args:
        portal: One portal's id, such as ``"time4vps"``; or ``{"swagger": ...}``, the document of a portal that is not
            known by name (its text, the path of a file, or as an object). Without it the answer is ``{"portals":
            [...]}`` with the catalogues of all.

    Returns:
        ``{"portal", "title", "base_url", "auth", "body", "operations": [...], "compositions": [...]}``; of a
        described portal also ``"repaired"``, what had to be put right in the document, a sentence each.

    Raises:
        UsageError: there is no such portal; its message names the nearest.
    """
    description = portal if isinstance(portal, str) or portal is None else write(portal, "portal")
    found: dict[str, Any] = json.loads(
        _core.catalog(description or "")
    )  # Without Decimals: everybody can write it as JSON again.
    return found


def portals() -> list[str]:
    """The ids of the portals that are known by name."""
    return [row["portal"] for row in catalog()["portals"]]
