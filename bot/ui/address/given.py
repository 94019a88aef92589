"""The names that a person gave for players to type: each leads to its page, or to where a lost server's is cleared."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.address.joining import OwnName
from bot.ui.address import joining
from bot.ui.parts import ids
from bot.ui.parts.paging import page_of
from bot.ui.parts.screen import Item, Screen, Tone, button, embed, select
from bot.ui.parts.text import code, count, named, spot_of
from bot.ui.servers.servers import servers_button, turning
from bot.ui.servers.which_server import ADDRESS

LIST = "account.names"
LABEL = "Names you gave"
_LOST = "{panel} knows no such server of yours any more: it may have been deleted, or you were removed from it."
_NAME = 100


def names_button(owner: int) -> Item:
    """Return the button that shows them."""
    return button(LABEL, ids.make(LIST, owner, 0))


def names_given(own: Sequence[OwnName], *, owner: int, page: int = 0) -> Screen:
    """Return one page of them; choosing one shows where it leads, and Clear, also of a server that was lost."""
    back = button("Back", ids.make("account.show", owner), row=2)
    if not own:
        return Screen(embed(LABEL, "I keep no name that you gave for players to type."), [back])
    shown = page_of(own, page)
    many = len(own) > 1
    lines = [
        f"{count(len(own), 'name')} for players to type. Choose {'one' if many else 'it'} to see where it leads, or to "
        "clear it, also where you no longer have the server.",
        "",
        *(f"▫️ {spot_of(one.name.text)} · {_called(one)}" for one in shown.rows),
    ]
    options = [(one.name.text, one.server, f"{one.called or 'Server'} {one.server}") for one in shown.rows]
    items = [
        select(ids.make(ADDRESS, owner, shown.number), options, placeholder="Choose a name", row=0),
        *turning(shown, owner, LIST),
        back,
    ]
    return Screen(embed(LABEL, "\n".join(lines), footer=shown.words or None), items)


def lost(own: OwnName, *, owner: int) -> Screen:
    """Return one's own name of a server that the panel does not show this person any more, with the way to clear it."""
    text = f"{_LOST}\n\nI still keep the name that you gave it, {spot_of(own.name.text)}. **Clear** deletes it."
    items = [button("Clear", ids.make(joining.CLEAR, owner, own.server)), *_ways(owner)]
    return Screen(embed(f"{joining.LABEL} · {_called(own)}", text, tone=Tone.NEUTRAL), items)


def let_go(cleared: OwnName, *, owner: int) -> Screen:
    """Return what became of clearing one's own name of a server that the panel does not show this person any more."""
    text = f"✅ Cleared the name.\nBefore: {spot_of(cleared.name.text)}\n\n{_LOST}"
    return Screen(embed(f"{joining.LABEL} · {_called(cleared)}", text, tone=Tone.GOOD), _ways(owner))


def _ways(owner: int) -> list[Item]:
    return [names_button(owner), servers_button(owner)]


def _called(own: OwnName) -> str:
    """Return what the server of a name is called, or its identifier where that is not known."""
    return named(own.called, _NAME) if own.called else code(own.server, _NAME)
