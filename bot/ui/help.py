"""The one message that explains the bot."""

from __future__ import annotations

from bot import __version__
from bot.ui.account import link_button
from bot.ui.screen import Item, Screen, embed
from bot.ui.screen import link_button as address_button

_COMMANDS = (
    ("link", "link your panel account, or replace its key"),
    ("servers", "your servers with state, address and allocations"),
    ("allocations list", "a server's allocations, with buttons for everything below"),
    ("allocations create", "add an allocation, with notes or as primary if you like"),
    ("allocations notes", "say what an allocation is for"),
    ("allocations primary", "choose the address players connect to"),
    ("allocations delete", "give an allocation back, after a question"),
    ("allocations history", "your own changes, with undo where it still makes sense"),
    ("account", "what I store about you, as JSON too"),
    ("unlink", "delete everything I store about you"),
)


def help_screen(*, owner: int, support_url: str | None, privacy_url: str | None) -> Screen:
    """Return three steps to start, one line per command, privacy, support and version."""
    lines = [
        "I manage the network allocations (IP:port) of your game servers, with your own panel permissions.",
        "",
        "**Start in three steps**",
        "1. On the panel, open Account, API Credentials (on Pelican Profile, API Keys), and create a client API key.",
        "2. Run {/link} and paste the key into the form.",
        "3. Run {/allocations list}.",
        "",
        "**Commands**",
        *(f"{{/{name}}}: {what}" for name, what in _COMMANDS),
        "",
        "**Good to know**: the panel picks new ports, nobody can choose them. Changes reach the game server at its "
        "next start. Replies are only visible to you; Share address is the one exception.",
        "",
        "**Privacy**: I store your Discord id, the panel, your user name and id there and whether you administer it, "
        "your API key (encrypted, and its first and last characters), when you linked, when and for which server you "
        "used me last, and a record of your changes for a limited time. {/unlink} deletes it all. The key goes to the "
        "panel only.",
    ]
    items: list[Item] = [link_button(owner)]
    if privacy_url:
        items.append(address_button("Privacy policy", privacy_url))
    if support_url:
        items.append(address_button("Support", support_url))
    return Screen(embed("Berth", "\n".join(lines), footer=f"Berth {__version__} · MIT license"), items)
