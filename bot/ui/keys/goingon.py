"""What somebody asked for before they had linked: once they have, a button does it.

It goes along in the custom_ids of what leads to a link, from the refusal to the form: whichever process gets the form
knows it, and nothing is stored of who is not linked. What does not fit, or for who comes another way, is in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

import discord
from cachetools import TTLCache

from bot.errors import Outdated
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
        if _is_worth(ids.parse(custom_id)):
            self._asked[user_id] = custom_id

    def button(self, user_id: int, asked: str | None) -> Item | None:
        """Return the button that goes on with what was `asked` by the form's own id, or is remembered, once."""
        remembered = self._asked.pop(user_id, None)
        custom_id = asked or remembered
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


def carried(custom_id: str | None) -> tuple[str, ...]:
    """Return what was asked for as arguments of what leads to a link; none where it is not worth it."""
    if custom_id is None:
        return ()
    asked = ids.parse(custom_id)
    if asked.verb == "link.open":
        return asked.args
    if not _is_worth(asked):
        return ()
    args = (asked.verb.replace(".", "-"), *asked.args)
    try:
        ids.make("link.submit", asked.owner, ids.nonce(), *args)
    except ValueError:
        return ()
    return args


def carried_on(owner: int, args: Sequence[str]) -> ids.ComponentId | None:
    """Return what was asked for from the arguments by which it was carried; None where there was nothing."""
    try:
        return ids.parse(":".join((ids.VERSION, args[0].replace("-", "."), str(owner), *args[1:]))) if args else None
    except Outdated:
        return None


def _is_worth(asked: ids.ComponentId) -> bool:
    return asked.verb not in _NOT_WORTH and _command(asked) not in _OF_THE_KEY


def _command(asked: ids.ComponentId) -> str | None:
    """Return the command that a custom_id runs once more; None where it does something else."""
    return asked.text(0).replace("-", " ") if asked.verb.startswith("again.") and asked.verb != "again.choose" else None
