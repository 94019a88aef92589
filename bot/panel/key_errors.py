"""What the panel's refusals about an account's API keys mean; those of every call are in `bot.panel.errors`.

PanelError
├── KeyLimitReached     400
├── KeysOff             403, 404, 405
├── KeyNotThere         404
└── KeyNotMade          422
"""

from __future__ import annotations

from bot.nextstep import NextStep
from bot.panel.errors import PanelError


class KeyLimitReached(PanelError):
    """400: the account holds as many client API keys as the panel allows, expired ones included."""

    title = "Your panel account has no room for another API key"
    advice = "On {panel} delete a key that nothing uses, under {keys}, and try again. Nothing was changed."
    next_step = NextStep.KEYS


class KeysOff(PanelError):
    """403, 404 or 405: the panel lets no program list, make or delete keys, or not with this key."""

    title = "{panel} does not let me make or delete API keys"
    advice = "Your linked key works as before. You can make and delete keys there yourself, under {keys}."
    next_step = NextStep.KEYS


class KeyNotThere(PanelError):
    """404: the account has no client API key with this identifier (any more)."""

    title = "{panel} has no such API key of yours"
    advice = "It was deleted before, so there is nothing left to do."
    next_step = NextStep.ACCOUNT


class KeyNotMade(PanelError):
    """422: the panel does not accept the description or the addresses of the new key."""

    title = "{panel} did not accept the new API key"
    advice = (
        "Nothing was changed, and your linked key works as before. Tell whoever runs this bot what the panel answered."
    )
    next_step = NextStep.ACCOUNT
