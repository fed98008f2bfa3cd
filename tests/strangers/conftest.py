"""Programs that are not ours, used as their users do, against the sandbox."""

from __future__ import annotations

PORTALS = ("coloup", "elsecloud", "generic", "internetport", "time4vps")
