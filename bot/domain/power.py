"""What a game server's process does, and what it can be told to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TOLD_AGAIN_FOR = 20.0
"""Seconds for which a panel repeats what it last heard of a server, to everybody and whatever was done meanwhile."""


class RunState(StrEnum):
    """What a server's process does, as its machine tells the panel."""

    OFFLINE = "offline"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    UNKNOWN = "unknown"
    """The panel could not ask the machine, or did not understand it."""


class Signal(StrEnum):
    """What a process can be told; each needs the panel permission of its name."""

    START = "start"
    RESTART = "restart"

    @property
    def permission(self) -> str:
        """The panel permission that it needs."""
        return f"control.{self.value}"


@dataclass(frozen=True, slots=True)
class Resources:
    """What the panel says of a server's process; up to twenty seconds old."""

    state: RunState
    uptime: float
    """Seconds since it was started; 0 when it is offline. Only a smaller one later on shows that it was restarted."""
