"""What is stored of a person, and the ways to change it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import discord

from bot.services.accounts import Linked
from bot.services.ports import DeletedLike, LinkLike
from bot.ui import ids
from bot.ui.screen import Item, Screen, Tone, button, embed
from bot.ui.text import code, count, named, when


def link_button(owner: int, *, label: str = "Link my panel account") -> Item:
    """Return the button that opens the link form."""
    return button(label, ids.make("link.open", owner), style=discord.ButtonStyle.primary)


def linked(result: Linked, *, owner: int) -> Screen:
    """Return the confirmation of a link: whose panel account, and how many servers it sees."""
    name = named(result.link.account.username, 60)
    sees = count(result.servers, "server") if result.servers else "no servers yet"
    if result.link.account.is_admin:
        own = count(result.servers, "server") if result.servers else "no servers"
        sees = f"{own} of your own, and as an administrator those of others"
    if result.servers is None:
        sees = "servers that the panel could not list just now"
    replaced = " The earlier key was replaced." if result.replaced else ""
    return Screen(
        embed(
            "✅ Linked",
            f"You are **{name}** on the panel; the key sees {sees}.{replaced}\n\n"
            f"The key {code(result.link.masked_key)} is stored encrypted. {{/account}} shows what I keep, "
            "{/unlink} deletes it. Delete the message or note you copied the key from.",
            tone=Tone.GOOD,
        ),
        [button("Show my servers", ids.make("servers.list", owner, 0))]
        if result.servers or result.link.account.is_admin
        else [],
    )


def profile(link: LinkLike, *, owner: int) -> Screen:
    """Return everything that is stored of this person, with re-link, unlink and export."""
    used = when(link.last_used_at) if link.last_used_at else "not yet"
    last = code(link.last_server) if link.last_server else "none yet"
    return Screen(
        embed(
            "Your link",
            f"**Panel account**: {named(link.account.username, 60)}{_panel_id(link)}\n"
            f"**Panel**: {code(link.panel)}\n"
            f"**API key**: {code(link.masked_key)}, stored encrypted and bound to your Discord account\n"
            f"**Linked**: {when(link.linked_at)}\n"
            f"**Last used**: {used}\n"
            f"**Last server**: {last}\n\n"
            "Besides this I keep a record of your changes, in {/allocations history}. That is all I store about you.",
        ),
        [
            button("Replace the key", ids.make("link.open", owner), style=discord.ButtonStyle.primary),
            button("Get it all as JSON", ids.make("account.export", owner)),
            button("Unlink…", ids.make("unlink.ask", owner)),
        ],
    )


def _panel_id(link: LinkLike) -> str:
    number = "" if link.account.id is None else f" (id {link.account.id})"
    return f"{number}, an administrator of the panel" if link.account.is_admin else number


def exported(data: Mapping[str, object]) -> Screen:
    """Return the stored data as a JSON file."""
    content = json.dumps(data, indent=2, ensure_ascii=False).encode()
    return Screen(
        embed("Your data", "Everything I store about you is in the file. The key is masked: I never show it."),
        attachment=("berth-account.json", content),
    )


def confirm_unlink(link: LinkLike, *, owner: int) -> Screen:
    """Return the question before unlinking; the danger button names the object."""
    return Screen(
        embed(
            "⚠️ Unlink your panel account?",
            f"I delete your key {code(link.masked_key)} and everything else I store about you. Your servers and "
            "allocations stay as they are. The key itself stays valid until you delete it on the panel under Account, "
            "API Credentials (on Pelican Profile, API Keys).",
            tone=Tone.WARNING,
        ),
        [
            button("Cancel", ids.make("account.show", owner)),
            button(f"Unlink {link.masked_key}", ids.make("unlink.confirm", owner), style=discord.ButtonStyle.danger),
        ],
    )


def unlinked(gone: DeletedLike, *, owner: int) -> Screen:
    """Return the confirmation that nothing is stored any more, or that the last of it is still to be erased."""
    words = "Everything I stored about you is gone." if gone.had else "There was nothing stored about you."
    if gone.had and not gone.erased:
        words = (
            "I have deleted everything I stored about you, and cannot read it any more. Another program is using my "
            "database at this moment: until it lets go, a copy is left in a file beside it. I erase that by myself as "
            "soon as I can."
        )
    return Screen(
        embed(
            "✅ Unlinked",
            f"{words} If you no longer need the key, delete it on the panel too, under Account, API Credentials (on "
            "Pelican Profile, API Keys).",
            tone=Tone.GOOD,
        ),
        [link_button(owner, label="Link again")],
    )
