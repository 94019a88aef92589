"""What is another on every run, or names what it does: the simulated panel's name, and the button that undoes."""

from __future__ import annotations

import re

from bot.demo.people import Seen

_NAME = re.compile(r"127\.0\.0\.1:\d+")


def unnamed(text: str) -> str:
    """Return a text as the bot has it before the panel's name is filled in, with `{panel}` in its place."""
    return _NAME.sub("{panel}", text)


LINKING = ["Create a key on {panel}", "I have my key"]
"""The buttons of every message whose next step is to link."""
FIRST_STEP = [*LINKING, "Support"]
"""Those of what somebody sees who has not linked yet."""


def buttons_on(seen: Seen) -> list[str]:
    """Return the labels of the buttons that can be pressed."""
    return [unnamed(label) for label, enabled in seen.buttons.items() if enabled]


def links(seen: Seen) -> dict[str, str]:
    """Return the link buttons of a message: label and address."""
    return {unnamed(str(part["label"])): str(part["url"]) for part in seen.components if "url" in part}


def offers_undo(seen: Seen) -> bool:
    """Tell whether a message has a button that takes a change back."""
    return any(":history.undo:" in str(part.get("custom_id")) for part in seen.components)


def undo_of(seen: Seen) -> str:
    """Return the label of that button, which names what it will do."""
    return next(str(part["label"]) for part in seen.components if ":history.undo:" in str(part.get("custom_id")))
