"""The grammar of our custom_ids: `v1:<verb>:<owner>[:<argument>…]`, at most 100 characters.

All state of a message lives there, so its components work in whatever process answers the press.
"""

from __future__ import annotations

import base64
import binascii
import random
import re
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.rules import holds_key
from bot.errors import Outdated
from bot.ui.parts.text import CUSTOM_ID, clean

VERSION = "v1"
NONE = "none"
"""Stands for a number that there is not."""
MARK = "~"
"""Separates the value of a select's option, or the name of a form's field, from the nonce of its drawing."""
PACKED = 30
"""Bytes of a text that fit into a custom_id beside everything else; as Latin letters they are as many characters."""
_OURS = re.compile(r"v\d+:")
_VALID = re.compile(r"v1:[a-z]+\.[a-z]+:\d{1,20}(?::[0-9A-Za-z_-]*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ComponentId:
    """What a component does (`verb`), whose it is, and with what."""

    verb: str
    owner: int
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the custom_id."""
        text = ":".join((VERSION, self.verb, str(self.owner), *self.args))
        if len(text) > CUSTOM_ID or not _VALID.fullmatch(text):
            raise ValueError(f"not a valid custom_id: {text!r}")
        return text

    def text(self, index: int) -> str:
        """Return an argument; raise Outdated if this component has none there."""
        try:
            return self.args[index]
        except IndexError:
            raise Outdated from None

    def number(self, index: int) -> int:
        """Return a numeric argument, which is never negative; raise Outdated if it is none."""
        text = self.text(index)
        if not text.isdigit() or int(text) >= 2**53:
            raise Outdated
        return int(text)


def is_ours(custom_id: str) -> bool:
    """Tell whether a custom_id was made by this bot, whatever its version."""
    return _OURS.match(custom_id) is not None


def parse(custom_id: str) -> ComponentId:
    """Return the parts of a custom_id; raise Outdated for an earlier version or a damaged one."""
    if len(custom_id) > CUSTOM_ID or not _VALID.fullmatch(custom_id):
        raise Outdated
    _, verb, owner, *args = custom_id.split(":")
    return ComponentId(verb, int(owner), tuple(args))


def does(custom_id: str, verb: str) -> bool:
    """Tell whether a custom_id is one of ours that does this."""
    return custom_id.startswith(f"{VERSION}:{verb}:")


@lru_cache(5_000)
def make(verb: str, owner: int, *args: str | int) -> str:
    """Return the custom_id for a verb, its owner and its arguments; a list drawn again has all of its own again."""
    return str(ComponentId(verb, owner, tuple(str(arg) for arg in args)))


def nonce() -> str:
    """Return a random mark that makes one drawing of a button distinct from the next."""
    return f"{random.getrandbits(32):08x}"


def packable(text: str) -> str:
    """Return clean text, cut to what `pack` takes; none where a key is in it."""
    if not text:
        return ""
    cut = clean(clean(text).encode()[:PACKED].decode(errors="ignore"))
    return "" if holds_key(cut) else cut


def pack(text: str) -> str:
    """Return a short text as an argument."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(packed: str) -> str:
    """Return the text that was packed; raise Outdated where none was."""
    try:
        return packable(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode())
    except (binascii.Error, ValueError):
        raise Outdated from None
