"""The way to a key: the panel's page on which one is made, and the form that takes it."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.domain.models import GameServer
from bot.domain.site import PanelSite
from bot.ui.keys.goingon import carried
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, button, embed, link_button, server_link

HAVE_KEY = "I have my key"
CREATE_KEY = "Create a key on {panel}"
SEE_KEYS = "See your keys on {panel}"


def keys_page_button(site: PanelSite, *, label: str = CREATE_KEY) -> Item:
    """Return the button that opens the page; it calls the panel by its name."""
    return link_button(label.format(panel=site.name), site.keys_page)


def account_page_button(site: PanelSite) -> Item:
    """Return the button that opens the panel's page of one's account."""
    return link_button(f"Open your account on {site.name}", site.account_page)


def account_button(owner: int) -> Item:
    """Return the way to what is stored of a person, where they replace the key or unlink."""
    return button("My account", ids.make("account.show", owner))


def server_page_button(server: str, *, row: int | None = None) -> Item:
    """Return the button that opens a server's own page on the panel."""
    return server_link("Open the server on {panel}", server, row=row)


def mending(server: GameServer, *, row: int | None = None) -> list[Item]:
    """Return the way to where a server is mended whose state blocks every change until then; nothing for any other."""
    return [server_page_button(server.identifier, row=row)] if server.state.lasts else []


def link_buttons(owner: int, site: PanelSite, *, page: str = CREATE_KEY, asked: str | None = None) -> list[Item]:
    """Return the two buttons of linking: the page on which a key is made, worded as `page`, and the form.

    `asked` is the custom_id of what they had asked for, which is gone on with after that.
    """
    have = button(HAVE_KEY, ids.make("link.open", owner, *carried(asked)), style=discord.ButtonStyle.primary)
    return [keys_page_button(site, label=page), have]


def first_step(
    owner: int, site: PanelSite, *, before: str = "", after: Sequence[str] = (), asked: str | None = None
) -> Screen:
    """Return what somebody sees who has not linked yet: nothing went wrong, this is where everybody starts.

    `before` says what they asked, where that has an answer without a link; `after` comes last. `asked` is the custom_id
    of what they asked, where it only reads.
    """
    lines = [
        *([before, ""] if before else []),
        "I act on {panel} with your own permissions only, so I need a key of yours. You do this only once.",
        "",
        f"1. **{CREATE_KEY}**: the button opens the page, under {{keys}}. Give the key any description, leave the "
        "allowed IPs empty, and copy it: {panel} shows it once.",
        f"2. **{HAVE_KEY}**: paste it into the form. I check it, store it encrypted, and you can delete it at any time "
        "with {/unlink}.",
        *after,
    ]
    title = "🔗 First, link your account on {panel}"
    return Screen(embed(title, "\n".join(lines)), link_buttons(owner, site, asked=asked), may_need_help=True)
