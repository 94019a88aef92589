"""The commands as Discord is told of them."""

from __future__ import annotations

from typing import Any

from tests.stage import Stage

COMMANDS = {
    "link",
    "unlink",
    "account",
    "servers",
    "help",
    "allocations list",
    "allocations find",
    "allocations create",
    "allocations notes",
    "allocations primary",
    "allocations delete",
    "allocations history",
    "allocations address",
}


def registered(stage: Stage) -> list[dict[str, Any]]:
    """Return the commands Discord knows globally."""
    return list(stage.env.backend.commands[None].values())


def syncs(stage: Stage) -> int:
    """Count how often the bot sent its command definitions."""
    return sum(call.method == "PUT" and call.path.endswith("/commands") for call in stage.env.http_requests)
