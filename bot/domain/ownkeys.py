"""Keys that the bot made for itself on the panel: how they are named there, and what is known of them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.marks import mark

_NAME = 32
"""Characters of a Discord name, which has no more."""


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key that the bot made for itself: its description on the panel, and from where it works."""

    description: str
    allowed_ips: tuple[str, ...] = ()
    """The addresses it is locked to; none is from everywhere."""


@dataclass(frozen=True, slots=True)
class PastedKey:
    """A key that somebody pasted, and that is no longer stored but still on the panel, as far as is known."""

    masked: str
    """Its prefix and last four characters, for its owner's eyes."""
    mark: str
    """By which the panel's list tells it from others; nothing of the key can be read from it."""


def described(name: str) -> str:
    """Return a description for a new key: whose it is, with a mark that no other key has."""
    shown = "".join(character for character in name if character.isprintable())[:_NAME] or "somebody"
    return f"Berth, for {shown} on Discord ({secrets.token_hex(4)})"


def unused_deleted(keys: int, *, begin: str = "I also") -> str:
    """Return that so many keys of the bot's own, which nobody held, were deleted; the empty text for none."""
    if not keys:
        return ""
    which = "1 key" if keys == 1 else f"{keys} keys"
    return f"{begin} deleted {which} of mine on {{panel}} that nobody used any more."


def mark_of_all(descriptions: Iterable[str]) -> str:
    """Return a mark that tells these keys of the bot's own from others, in whatever order."""
    return mark(*sorted(descriptions))


def mark_of(identifier: str, owner: int) -> str:
    """Return what tells a key from others by its identifier, without the identifier."""
    return hashlib.sha256(f"berth key mark\0{owner}\0{identifier}".encode()).hexdigest()[:32]
