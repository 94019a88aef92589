"""How a failure is told, whatever it is."""

from __future__ import annotations

import inspect
import re

import bot.errors
import bot.panel.errors
from bot.demo.people import Seen
from tests.names import unnamed
from tests.world import World

LINK = "I have my key"
_CLASSES = {
    name
    for module in (bot.errors, bot.panel.errors)
    for name, found in vars(module).items()
    if inspect.isclass(found) and issubclass(found, Exception)
}
_INSIDES = re.compile(r"Traceback|<[a-z!/]+|\"errors\"|Exception\b|sqlalchemy|aiohttp|discord\.|0x[0-9a-f]{6}")


def told(seen: Seen, world: World, title: str, *words: str) -> str:
    """Check that this failure is told as one should be, and return the text without the escaping."""
    text = unnamed(seen.text).replace("\\", "").replace("\u200b", "")
    first, second, *_ = text.split("\n")
    assert second == f"❌ **{title}**" or first.split(" · ")[0] == f"❌ {title}", text
    assert "**What to do**: " in text
    assert seen.ephemeral
    for part in words:
        assert part in text
    assert not [key for key in (world.ann, world.bob, world.cid, world.dan) if key in text]
    assert not [name for name in _CLASSES if name in text]
    assert not _INSIDES.search(re.sub(r"</[a-z ]+:\d+>|<t:\d+:[RT]>", "", text)), text
    return text
