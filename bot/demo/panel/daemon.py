"""The machines behind the panel: how one answers it, and what the processes on it do as time goes by."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

OFFLINE, STARTING, RUNNING, STOPPING = "offline", "starting", "running", "stopping"
HAS_RUN_FOR = 10_800.0
"""Seconds since the start of a process of which nothing else is said."""


class Reply(Enum):
    """What is in the machine's 200."""

    WHOLE = auto()
    BARE = auto()
    """A JSON object with nothing in it."""
    GARBLED = auto()
    """No JSON, or null, or a redirect: the panel stumbles over it."""


@dataclass(slots=True)
class Daemon:
    """How the machine of a node answers the panel; in good health unless a test says otherwise."""

    connects: bool = True
    """Whether it takes connections and answers before it closes them."""
    status: int = 200
    says: str = ""
    """The text of its own error, which goes with a status of 400 to 499."""
    reply: Reply = Reply.WHOLE
    seconds: float = 0.0
    """What it takes for an answer; a command is carried out when they are over."""

    @property
    def obeys(self) -> bool:
        """Whether a command that reaches it is carried out."""
        return self.connects and self.status < 400 and self.reply is Reply.WHOLE


class Step(NamedTuple):
    """What a process does from a moment on."""

    at: float
    state: str
    started_at: float | None
    """Since when its uptime counts; None while it is offline."""


@dataclass(slots=True)
class Process:
    """The process of a server: what it does at any moment follows from what it was told before."""

    steps: list[Step]
    starts: float = 8.0
    """Seconds from the start until it is running."""
    stops: float = 4.0
    """Seconds from being told to stop until it is offline."""
    suspended: bool = False
    """Whether the machine takes the server for suspended, whatever the panel thinks."""
    _told: list[tuple[float, str]] = field(default_factory=list)

    @classmethod
    def running(cls, now: float, seconds: float = HAS_RUN_FOR) -> Process:
        """Return one that was started so long ago."""
        return cls([Step(now - seconds, RUNNING, now - seconds)])

    @classmethod
    def offline(cls, now: float) -> Process:
        """Return one that is not running."""
        return cls([Step(now, OFFLINE, None)])

    def tell(self, signal: str, at: float) -> None:
        """Send it a signal, which reaches it at a moment that may be to come."""
        self._told.append((at, signal))
        self._told.sort(key=lambda told: told[0])

    def at(self, moment: float) -> Step:
        """Return what it does at a moment."""
        while self._told and self._told[0][0] <= moment:
            at, signal = self._told.pop(0)
            self.steps = self._obey(signal, at)
        return self._step(moment)

    def _step(self, moment: float) -> Step:
        return next((step for step in reversed(self.steps) if step.at <= moment), self.steps[0])

    def _obey(self, signal: str, at: float) -> list[Step]:
        """Return its steps after a signal; one that asks for what it does already changes nothing."""
        now = self._step(at)
        if signal == "kill":
            return [Step(at, OFFLINE, None)]
        if now.state == OFFLINE:
            return self.steps if signal == "stop" else self._starting(at)
        if signal == "start":
            return self.steps
        stopping = now if now.state == STOPPING else Step(at, STOPPING, now.started_at)
        over = stopping.at + self.stops
        return [stopping, Step(over, OFFLINE, None)] if signal == "stop" else [stopping, *self._starting(over)]

    def _starting(self, at: float) -> list[Step]:
        return [Step(at, STARTING, at), Step(at + self.starts, RUNNING, at)]
