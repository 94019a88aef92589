"""The list of the servers of others, for an administrator of the panel."""

from __future__ import annotations

from bot.domain.models import Listing
from bot.ui.parts import ids
from bot.ui.parts.paging import page_of
from bot.ui.parts.screen import Item, Screen, Tone, embed, select
from bot.ui.parts.text import count
from bot.ui.ports.notices import Notice
from bot.ui.servers.servers import OPEN, OTHERS, OTHERS_LABEL, aged, missing, option_words, row, servers_button, turning


def of_only_one() -> Notice:
    """Return what stands above the only server of others, which is shown without a list."""
    return Notice(
        "👥 Of other people's servers, you see only this one as an administrator of {panel}. Your changes are made "
        "with your own key.",
        Tone.NEUTRAL,
    )


def others_list(listing: Listing, *, owner: int, page: int = 0) -> Screen:
    """Return one page of the servers of others; choosing one opens it."""
    shown = page_of(listing.servers, page)
    lines = ["{panel} shows you no servers of other people.", ""]
    if listing.servers:
        lines = [
            f"{count(len(listing.servers), 'server')} of other people, which you see as an administrator of {{panel}}. "
            "Choose one to open its ports, or name it in a command. Your changes are made with your own key.",
            "",
        ]
    if listing.unreadable:
        lines += [missing(listing.unreadable, whose="of other people"), ""]
    if listing.read_at is not None:
        lines += [aged(listing.read_at), ""]
    lines += [row(server) for server in shown.rows]
    items: list[Item] = []
    if shown.rows:
        items.append(
            select(
                ids.make(OPEN, owner, shown.number, "others"),
                [(server.name, server.identifier, option_words(server)) for server in shown.rows],
                placeholder="Choose somebody else's server",
                row=0,
            )
        )
    items += turning(shown, owner, OTHERS)
    items.append(servers_button(owner, row=2))
    return Screen(embed(OTHERS_LABEL, "\n".join(lines).strip(), footer=shown.words or None), items)
