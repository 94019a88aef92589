"""What a game server's process does, and what it can be told to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from math import inf

TOLD_AGAIN_FOR = 20.0
"""Seconds for which a panel repeats what it last heard of a server, to everybody and whatever was done meanwhile."""
SLACK = 2.0
"""Seconds by which the panel's count of how long a process runs may be off."""


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

    @property
    def tells_age(self) -> bool:
        """Whether it says since when a process runs: 0 is also told of one that its machine has only just met."""
        return self.uptime > 0


@dataclass(frozen=True, slots=True)
class Started:
    """Between which moments a process was started, in Unix seconds: nearer than that the panel does not tell it."""

    earliest: float
    latest: float

    @classmethod
    def told(cls, uptime: float, *, asked: float, at: float) -> Started:
        """Return what an uptime means that was asked for and answered then, and may have been a repetition.

        One of 0 means nothing: see `Resources.tells_age`.
        """
        if uptime <= 0:
            return cls(-inf, inf)
        return cls(asked - TOLD_AGAIN_FOR - uptime - SLACK, at - uptime + SLACK)

    def saw(self, moment: float) -> bool:
        """Tell whether it is sure that what was done at a moment was done before the start."""
        return moment <= self.earliest

    def missed(self, moment: float) -> bool:
        """Tell whether it is sure that what was done at a moment was done after the start."""
        return moment > self.latest


class Since(Enum):
    """Whether the process that runs now was started after a command."""

    NEW = auto()
    AS_BEFORE = auto()
    UNCLEAR = auto()
    """It was so young at the command that one started by it would be told of alike, or its age is not told."""


def since_command(before: Resources, now: Resources, *, apart: float, ago: float, was_down: bool) -> Since:
    """Tell which process runs: `before` and `now` are what was told, `apart` seconds from each other.

    `ago` is how many seconds ago the command was sent. Only a process's own age tells one from another, for the panel
    repeats itself; `was_down` says that in between it was seen in another state, which no running process is in.
    """
    # However old the answers are, what has run for longer than the command is ago was not started by it.
    if now.uptime >= ago + SLACK:
        return Since.AS_BEFORE
    if was_down:
        return Since.NEW
    if not now.tells_age:
        return Since.UNCLEAR
    if before.state is not RunState.RUNNING:
        return Since.NEW
    younger = now.uptime < before.uptime + max(apart - TOLD_AGAIN_FOR, 0.0) - SLACK
    return Since.NEW if younger else Since.UNCLEAR
