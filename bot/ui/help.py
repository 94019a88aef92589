"""The one message that explains the bot."""

from __future__ import annotations

from dataclasses import dataclass

from bot import __version__
from bot.domain.site import PanelSite
from bot.ui.keys.keyspage import CREATE_KEY, HAVE_KEY, account_button, link_buttons
from bot.ui.parts.screen import Item, Screen, embed, link_button
from bot.ui.parts.support import LABEL as SUPPORT
from bot.ui.parts.text import named
from bot.ui.ports.rows import show_allocations
from bot.ui.servers.servers import MY_SERVERS, servers_button

_COMMANDS = (
    ("link", "link your panel account, or replace its key"),
    ("servers", "your servers with state, address and ports used"),
    ("allocations list", "a server's ports (allocations), with buttons to add, name, promote and remove them"),
    ("allocations find", "which of your servers has a port, an address or words in its notes"),
    ("allocations create", "add a port or several, with notes or as primary if you like"),
    ("allocations notes", "say what a port is for"),
    ("allocations primary", "choose the address players connect to"),
    ("allocations delete", "remove a port, after a question"),
    ("allocations history", "your own changes (**History** on the list), with undo where it still makes sense"),
    ("allocations address", "the name that players type, and whether its DNS leads there"),
    ("account", "what I store about you, as JSON too"),
    ("unlink", "delete everything I store about you"),
)

_STEPS = (
    "**Start in three steps**",
    f"1. **{CREATE_KEY}**: the button opens the page, under {{keys}}. Copy the key.",
    f"2. **{HAVE_KEY}**, or {{/link}}: paste it into the form.",
    "3. Run {/allocations list}.",
)
_NOT_KNOWN = (
    "I could not read my own database just now, which is on my side, so I do not know whether you are linked. If you "
    "are, go on with **My account** or {/servers}. If you are not, begin here:",
    "",
)
_PORTS_OF = "Ports of "
_NAME = 60


@dataclass(frozen=True, slots=True)
class Start:
    """Where somebody goes on who has linked: as whom, and at which server they were last, with its name if known."""

    username: str
    server: str | None
    name: str | None


def help_screen(
    *,
    owner: int,
    site: PanelSite,
    support_url: str | None,
    privacy_url: str | None,
    start: Start | None = None,
    known: bool = True,
) -> Screen:
    """Return what comes first for this person, one line per command, privacy, support and version.

    `start` is where somebody who has linked goes on; everybody else is told how to begin, and where it is not `known`
    whether they have linked, that too.
    """
    lines = [
        "I manage the ports (allocations) of your game servers on {panel}, with your own permissions there.",
        "",
        *(() if known else _NOT_KNOWN),
        *(_STEPS if start is None else _onward(start)),
        "",
        "**Commands**",
        *(f"{{/{name}}}: {what}" for name, what in _COMMANDS),
        "",
        "**Good to know**: {panel} picks new ports; nobody can choose them. Changes reach the game server at its "
        "next start. Only you see my replies; **Post address here** asks before it shows others anything.",
        "",
        "**Privacy**: I store your Discord id, the address of {panel}, your user name and id there and whether you "
        "administer it, your API key (encrypted, and its first and last characters), when you linked, when and for "
        "which server you used me last, and the names you gave for players to type. Of a key that I made, I store what "
        "it is called there and which addresses it works from; until it is deleted there also since when, and a key to "
        "delete it with (encrypted); of the one you pasted before it, the first and last characters and a mark to find "
        "it by. For a limited time I also keep a record of your changes, several ports asked for at once, and texts of "
        "yours that wait for a choice. {/unlink} deletes it all. A key goes to {panel} only.",
    ]
    items: list[Item] = link_buttons(owner, site) if start is None else _ways(start, owner)
    if not known:
        items.append(account_button(owner))
    if privacy_url:
        items.append(link_button("Privacy policy", privacy_url))
    if support_url:
        items.append(link_button(SUPPORT, support_url))
    return Screen(embed("Berth", "\n".join(lines), footer=f"Berth {__version__} · MIT license"), items)


def _onward(start: Start) -> list[str]:
    """Return what somebody can do now who has linked."""
    last = f", and **{_PORTS_OF}{named(_called(start), _NAME)}** the server you used last" if start.server else ""
    return [
        f"**You are linked** as {named(start.username, _NAME)}.",
        f"**{MY_SERVERS}** lists what you can manage{last}. Under **My account** you replace the key or unlink.",
    ]


def _ways(start: Start, owner: int) -> list[Item]:
    last = [show_allocations(owner, start.server, label=f"{_PORTS_OF}{_called(start)}")] if start.server else []
    return [*last, servers_button(owner), account_button(owner)]


def _called(start: Start) -> str:
    return start.name or start.server or ""
