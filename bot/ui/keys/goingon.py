"""What somebody asked for before they had linked: once they have, a button does it."""

from __future__ import annotations

import discord
from cachetools import TTLCache

from bot.ui.parts import ids
from bot.ui.parts.screen import Item, button

REMEMBERED = 5_000
KEPT = 1_800.0
"""Seconds for which it is remembered: making a key on the panel takes its time."""
_NOT_WORTH = frozenset({"link.open", "link.submit", "account.show", "account.export", "unlink.ask", "servers.list"})
"""What a new link leads to by itself, or away from."""
_OF_THE_KEY = frozenset({"link", "account", "unlink", "servers", "help"})


class GoingOn:
    """Remembers for each person the last thing that needed a link, as the custom_id that does it; it only reads."""

    def __init__(self) -> None:
        self._asked: TTLCache[int, str] = TTLCache(REMEMBERED, KEPT)
        self._on: TTLCache[int, Item] = TTLCache(REMEMBERED, KEPT)

    def note(self, user_id: int, custom_id: str) -> None:
        """Remember what this person asked for, unless a new link leads there anyway."""
        asked = ids.parse(custom_id)
        if asked.verb not in _NOT_WORTH and _command(asked) not in _OF_THE_KEY:
            self._asked[user_id] = custom_id

    def button(self, user_id: int) -> Item | None:
        """Return the button that goes on with it, once."""
        custom_id = self._asked.pop(user_id, None)
        if custom_id is None:
            return None
        command = _command(ids.parse(custom_id))
        label = f"Go on with /{command}" if command else "Go on where I stopped"
        return button(label, custom_id, style=discord.ButtonStyle.primary)

    def put(self, message_id: int | None, go_on: Item | None) -> None:
        """Remember that a message has this button: what takes its place about the key is to have it too."""
        if message_id is not None and go_on is not None:
            self._on[message_id] = go_on

    def on(self, message: discord.Message | None) -> Item | None:
        """Return the button that a message has, or had before what was about the key took its place."""
        return None if message is None else self._on.get(message.id)


def _command(asked: ids.ComponentId) -> str | None:
    """Return the command that a custom_id runs once more; None where it does something else."""
    return asked.text(0).replace("-", " ") if asked.verb.startswith("again.") and asked.verb != "again.choose" else None
