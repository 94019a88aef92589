"""What the panel is asked for: where the rows of the server are, and with whose keys it was asked."""

from __future__ import annotations

from tests.stage import Stage

ROWS = "/servers/5e000001/network/allocations"


def keys(stage: Stage) -> list[tuple[str, str | None]]:
    """Return verb and key of each request the panel got."""
    return [(request.method, request.key) for request in stage.panel.requests]
