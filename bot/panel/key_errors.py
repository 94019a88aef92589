"""What the panel's refusals about an account's API keys mean; those of every call are in `bot.panel.errors`.

PanelError
├── KeyLimitReached     400
├── KeysOff             403, 404, 405
├── KeyNotThere         404
└── KeyNotMade          422
"""

from __future__ import annotations

from bot.panel.errors import PanelError


class KeyLimitReached(PanelError):
    """400: the account holds as many client API keys as the panel allows, expired ones included."""

    title = "Your panel account has no room for another API key"
    advice = (
        "On the panel open Account, API Credentials (on Pelican Profile, API Keys), delete a key that nothing uses, "
        "and try again. Nothing was changed."
    )


class KeysOff(PanelError):
    """403, 404 or 405: the panel lets no program list, make or delete keys, or not with this key."""

    title = "The panel does not let me make or delete API keys"
    advice = (
        "Your linked key works as before. You can make and delete keys yourself on the panel under Account, API "
        "Credentials (on Pelican Profile, API Keys)."
    )


class KeyNotThere(PanelError):
    """404: the account has no client API key with this identifier (any more)."""

    title = "The panel has no such API key of yours"
    advice = "It was deleted before, so there is nothing left to do."


class KeyNotMade(PanelError):
    """422: the panel does not accept the description or the addresses of the new key."""

    title = "The panel did not accept the new API key"
    advice = (
        "Nothing was changed, and your linked key works as before. Tell whoever runs this bot what the panel answered."
    )
