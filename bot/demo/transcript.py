"""What is seen in the tour, as a readable transcript; what was promised and is not there ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from bot.demo.people import Seen

_ESCAPE = re.compile(r"\\(.)")
_MENTION = re.compile(r"</([a-z ]+):\d+>")
_CHANNEL, _BOT = re.compile(r"<#\d+>"), re.compile(r"<@\d+>")
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))
_TIME = re.compile(r"<t:(\d+):([RT])>")
_UNRENDERED = re.compile(r"<(?:t:|@|#|/)[^>\n]*>?")
"""What nobody sees in Discord, which writes something else in its place."""


class TourFailed(Exception):
    """Something was not seen that the script promises."""


class Transcript:
    """Prints the steps of a visit, one after another."""

    def __init__(self, now: Callable[[], float], *, after: int = 0) -> None:
        self.steps = after
        self._now = now

    def tell(self, what: str, shown: str) -> None:
        """Print a step and what it showed."""
        self.steps += 1
        print(f"\n— {what}\n    {shown}")

    def show(self, what: str, seen: Seen, *expected: str, public: bool = False) -> None:
        """Print a step and the message seen after it; raise TourFailed unless it says all that is expected."""
        shown = _TIME.sub(self._when, _MENTION.sub(r"/\1", _ESCAPE.sub(r"\1", seen.text)))
        shown = _CHANNEL.sub("#game-servers", _BOT.sub("@Berth", shown))
        buttons = [label if able else f"({label})" for label, able in seen.buttons.items()]
        lines = shown.splitlines() + ([f"[{'] ['.join(buttons)}]"] if buttons else [])
        self.tell(what, "\n    ".join(lines))
        if raw := _UNRENDERED.search(shown):
            raise TourFailed(f"“{raw[0]}” is nothing that Discord shows, after: {what}")
        for part in expected:
            if part not in _ESCAPE.sub(r"\1", seen.text):
                raise TourFailed(f"“{part}” was to be seen after: {what}")
        if seen.ephemeral is public:
            raise TourFailed(f"{'nobody else' if seen.ephemeral else 'everybody'} could see the answer to: {what}")

    def _when(self, time: re.Match[str]) -> str:
        if time[2] == "T":
            return datetime.fromtimestamp(int(time[1]), UTC).astimezone().strftime("%H:%M:%S")
        return _age(int(time[1]) - self._now())


def _age(ahead: float) -> str:
    """Return how far off a moment is, in the largest unit of which it is one at least, as Discord shows it."""
    size, unit = next(((size, unit) for size, unit in _UNITS if abs(ahead) >= size), (1, "second"))
    number = round(abs(ahead) / size)
    if not number:
        return "now"
    words = f"{number} {unit}{'s' if number != 1 else ''}"
    return f"in {words}" if ahead > 0 else f"{words} ago"
