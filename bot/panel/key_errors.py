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
    advice = "Delete a key that nothing uses on {panel}, under {keys}, and try again. Nothing was changed."
    next_step = NextStep.KEYS_AGAIN


class KeysOff(PanelError):
    """403, 404 or 405: the panel lets no program list, make or delete keys, or not with this key."""

    title = "{panel} does not let me make or delete API keys"
    advice = "Make and delete keys there yourself, under {keys}. Your linked key works as before."
    next_step = NextStep.ACCOUNT_AND_KEYS


class KeyNotThere(PanelError):
    """404: the account has no client API key with this identifier (any more)."""

    title = "{panel} has no such API key of yours"
    advice = "Leave it at that: the key was deleted before, so there is nothing left to do."
    next_step = NextStep.ACCOUNT


class KeyNotMade(PanelError):
    """422: the panel does not accept the description or the addresses of the new key."""

    title = "{panel} did not accept the new API key"
    advice = "Tell {operator} what {panel} answered. Nothing was changed, and your linked key works as before."
    next_step = NextStep.ACCOUNT
