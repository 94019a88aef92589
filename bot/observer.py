"""What is told of the bot's work to whoever watches it: numbers and fixed words, never whose work it was."""

from __future__ import annotations

from typing import Protocol


class Observer(Protocol):
    """Takes note of what was done; every time is in seconds, every word one of a small set."""

    def interaction(self, verb: str, outcome: str, *, acknowledged: float | None, seconds: float) -> None:
        """Note an interaction: what it was, how it ended, when Discord had a first answer, if any, and the last."""

    def bug(self) -> None:
        """Note a mistake of the bot itself, for which there is a reference in the log."""

    def panel_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Note a request to the panel; the route is without names, the status a number or what went wrong."""

    def held_back(self, limiter: str, seconds: float) -> None:
        """Note that the panel's own limit is waited for: whose, and for how long."""

    def database(self, kind: str, seconds: float) -> None:
        """Note a transaction, from when it was asked for; `shared` is what the processes of one bot ask each other."""


class Unobserved:
    """Takes note of nothing."""

    def interaction(self, verb: str, outcome: str, *, acknowledged: float | None, seconds: float) -> None:
        """Let it pass."""

    def bug(self) -> None:
        """Let it pass."""

    def panel_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Let it pass."""

    def held_back(self, limiter: str, seconds: float) -> None:
        """Let it pass."""

    def database(self, kind: str, seconds: float) -> None:
        """Let it pass."""


UNOBSERVED: Observer = Unobserved()
