"""The simulated panel's name in texts, which is another on every run."""

from __future__ import annotations

import re

from bot.demo.people import Seen

_NAME = re.compile(r"127\.0\.0\.1:\d+")


def unnamed(text: str) -> str:
    """Return a text as the bot has it before the panel's name is filled in, with `{panel}` in its place."""
    return _NAME.sub("{panel}", text)


LINKING = ["Create a key on {panel}", "I have my key"]
"""The buttons of every message whose next step is to link."""


def buttons_on(seen: Seen) -> list[str]:
    """Return the labels of the buttons that can be pressed."""
    return [unnamed(label) for label, enabled in seen.buttons.items() if enabled]
