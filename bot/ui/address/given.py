"""The names that a person gave for players to type: each leads to its page, where it is cleared."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.address.joining import OwnName
from bot.ui.address.joining import called
from bot.ui.parts import ids
from bot.ui.parts.paging import page_of
from bot.ui.parts.screen import Item, Screen, button, embed, select
from bot.ui.parts.text import count, spot_of
from bot.ui.servers.servers import turning
from bot.ui.servers.which_server import ADDRESS

LIST = "account.names"
LABEL = "Names you gave"


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
        *(f"▫️ {spot_of(one.name.text)} · {called(one)}" for one in shown.rows),
    ]
    options = [(one.name.text, one.server, f"{one.called or 'Server'} {one.server}") for one in shown.rows]
    items = [
        select(ids.make(ADDRESS, owner, shown.number), options, placeholder="Choose a name", row=0),
        *turning(shown, owner, LIST),
        back,
    ]
    return Screen(embed(LABEL, "\n".join(lines), footer=shown.words or None), items)
