"""What is stored of a person, and the ways to change it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import discord

from bot.domain.marks import mark
from bot.domain.ownkeys import unused_deleted
from bot.domain.site import PanelSite
from bot.services.address.joining import OwnName
from bot.services.keys.accounts import Linked, Unlinking
from bot.services.keys.keyring import Fate
from bot.services.ports import IntentLike, LinkLike
from bot.ui.address.given import names_button
from bot.ui.keys.swap import (
    keys_button,
    left_buttons,
    left_line,
    offer,
    parted_line,
    pasted_buttons,
    swap_button,
    works_from,
)
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import code, count, named, spot_of, when
from bot.ui.servers.servers import servers_button


def link_button(owner: int, *, label: str = "Link my panel account") -> Item:
    """Return the button that opens the link form."""
    return button(label, ids.make("link.open", owner), style=discord.ButtonStyle.primary)


def whose(result: Linked, site: PanelSite) -> str:
    """Return whose panel account a key is, and how many servers it sees."""
    name = named(result.link.account.username, 60)
    sees = count(result.servers, "server") if result.servers else "no servers yet"
    if result.link.account.is_admin:
        own = count(result.servers, "server") if result.servers else "no servers"
        sees = f"{own} of your own, and as an administrator other people's servers"
    if result.servers is None:
        sees = "servers that {panel} could not list just now"
    replaced = " The earlier key was replaced." if result.replaced else ""
    parted = f" {parted_line(result.parted, site)}" if result.parted else ""
    pasted = (
        f" The key you pasted before, {code(result.pasted)}, may still work on {site.name}: if nothing else uses it, "
        "delete it there."
        if result.pasted
        else ""
    )
    deleted = f" {unused_deleted(result.deleted)}" if result.deleted else ""
    return f"You are **{name}** on {site.name}; the key sees {sees}.{replaced}{parted}{deleted}{pasted}"


def linked(result: Linked, *, owner: int, site: PanelSite, swap: bool, go_on: Item | None = None) -> Screen:
    """Return the confirmation of a link: whose account, and the offer to swap the key where there is one.

    `go_on` leads to what they had asked for before.
    """
    items = [*([go_on] if go_on else []), servers_button(owner)]
    return Screen(
        embed(
            "✅ Linked",
            f"{whose(result, site)}\n\n"
            f"The key {code(result.link.masked_key)} is stored encrypted. {{/account}} shows what I keep, "
            "{/unlink} deletes it. Delete the message or note you copied the key from."
            f"{f'{chr(10) * 2}{offer(site)}' if swap else ''}",
            tone=Tone.GOOD,
        ),
        [
            *items,
            *([swap_button(owner)] if swap else []),
            *([keys_button(site)] if names_a_key(result) else []),
        ],
    )


def names_a_key(result: Linked) -> bool:
    """Tell whether the confirmation of a link names a key that its owner may have to delete on the panel."""
    return result.pasted is not None or _is_left(result)


def _is_left(result: Linked | Unlinking) -> bool:
    return result.parted is not None and result.parted.fate is Fate.LEFT


def profile(
    link: LinkLike, *, owner: int, site: PanelSite, swap: bool, left: Sequence[IntentLike], names: bool = False
) -> Screen:
    """Return everything that is stored of this person, with re-link, unlink, export, and the swap of a pasted key.

    `left` are keys of the bot's own that may be on the panel though nobody holds them; `names` says that the person
    gave names for players to type.
    """
    used = when(link.last_used_at) if link.last_used_at else "not yet"
    last = code(link.last_server) if link.last_server else "none yet"
    by_hand = [intent.description for intent in left if intent.given_up]
    return Screen(
        embed(
            "Your link",
            f"**Panel account**: {named(link.account.username, 60)}{_panel_id(link)}\n"
            f"**Panel**: {code(link.panel)}\n"
            f"{_key_lines(link, site)}"
            f"**Linked**: {when(link.linked_at)}\n"
            f"**Last used**: {used}\n"
            f"**Last server**: {last}\n"
            f"{_leftovers(link, site, left)}\n"
            "Besides this I keep the names that you gave for players to type and, for a limited time, a record of your "
            "changes ({/allocations history}), several ports that you asked for at once, and texts of yours that wait "
            "for a choice. **Get it all as JSON** shows everything that I store about you, except such texts.",
        ),
        [
            button("Replace the key", ids.make("link.open", owner), style=discord.ButtonStyle.primary),
            *([swap_button(owner)] if swap and link.own is None else []),
            *(pasted_buttons(owner, link.pasted) if link.pasted else []),
            *([names_button(owner)] if names else []),
            button("Get it all as JSON", ids.make("account.export", owner)),
            button("Unlink…", ids.make("unlink.ask", owner)),
            *(left_buttons(by_hand, owner, site) if by_hand else [keys_button(site)]),
        ],
    )


def _key_lines(link: LinkLike, site: PanelSite) -> str:
    kept = "stored encrypted and bound to your Discord account"
    if link.own is None:
        return (
            f"**API key**: {code(link.masked_key)}, the one you pasted, {kept}\n"
            f"**It works from**: anywhere, unless {site.name} lists allowed IPs for it\n"
        )
    return (
        f"**API key**: {code(link.masked_key)}, one I made for myself on {site.name}, where it is named "
        f"{code(link.own.description)}; {kept}\n"
        f"**It works from**: {works_from(link.own)}\n"
    )


def _leftovers(link: LinkLike, site: PanelSite, left: Sequence[IntentLike]) -> str:
    lines = [
        f"**To delete by hand**: {left_line(intent.description, site)}\n"
        if intent.given_up
        else f"**To be deleted**: a key named {code(intent.description)} may be left on {site.name}; I look for it and "
        "delete it.\n"
        for intent in left
    ]
    if link.pasted:
        lines.append(
            f"**The key you pasted**: {code(link.pasted.masked)}. I no longer have it, but unless you deleted it on "
            f"{site.name}, it still works there. Does anything else use it?\n"
        )
    return "".join(lines)


def _panel_id(link: LinkLike) -> str:
    number = "" if link.account.id is None else f" (id {link.account.id})"
    return f"{number}, an administrator of {{panel}}" if link.account.is_admin else number


def exported(data: Mapping[str, object]) -> Screen:
    """Return the stored data as a JSON file."""
    content = json.dumps(data, indent=2, ensure_ascii=False).encode()
    return Screen(
        embed(
            "Your data",
            "Everything I store about you is in the file, except texts that wait for a choice of yours, an hour at "
            "most. The key is masked: I never show it.",
        ),
        attachment=("berth-account.json", content),
    )


def mark_of(link: LinkLike, names: Sequence[OwnName]) -> str:
    """Return a mark that tells what an unlink takes, as the question says it, from anything else."""
    own = link.own.description if link.own else ""
    return mark(link.masked_key, link.linked_at.isoformat(), own, *(name.name.text for name in names))


def confirm_unlink(
    link: LinkLike, names: Sequence[OwnName] = (), *, owner: int, site: PanelSite, changed: bool = False
) -> Screen:
    """Return the question before unlinking, with the names that go from everybody; its button names the object.

    `changed` says that it is no longer what the person was shown before.
    """
    anew = "⚠️ What I store about you has changed since I asked. Nothing was deleted yet.\n\n" if changed else ""
    here = f"I delete my copy of your key {code(link.masked_key)} and everything else I store about you."
    there = f"The key itself stays valid until you delete it on {site.name}."
    if link.own is not None:
        here = f"I delete my key {code(link.masked_key)} on {site.name}, and everything I store about you."
        there = "A key that you pasted stays valid there unless you have deleted it."
    return Screen(
        embed(
            "⚠️ Unlink your panel account?",
            anew + " ".join([here, *_names_go(names), "Your servers and their ports stay as they are.", there]),
            tone=Tone.WARNING,
        ),
        [
            button("Cancel", ids.make("account.show", owner)),
            button(
                f"Unlink {link.masked_key}",
                ids.make("unlink.confirm", owner, mark_of(link, names)),
                style=discord.ButtonStyle.danger,
            ),
            keys_button(site),
        ],
    )


def _names_go(names: Sequence[OwnName]) -> list[str]:
    if not names:
        return []
    first, many = spot_of(names[0].name.text), len(names)
    if many == 1:
        return [f"The name {first} that you gave a server goes too: nobody is shown it any more."]
    return [f"The {many} names that you gave servers go too, {first} among them: nobody is shown them any more."]


def unlinked(result: Unlinking, *, owner: int, site: PanelSite) -> Screen:
    """Return that nothing is stored any more, or is still to be erased, and what is on the panel yet."""
    words = "Everything I stored about you is gone." if result.gone.had else "There was nothing stored about you."
    if result.gone.had and not result.gone.erased:
        words = (
            "I have deleted everything I stored about you, and cannot read it any more. Another program is using my "
            "database at this moment: until it lets go, a copy is left in a file beside it. I erase that by myself as "
            "soon as I can."
        )
    lines = [words, *([parted_line(result.parted, site)] if result.parted else [])]
    lines += [line for line in [unused_deleted(result.deleted)] if line]
    lines += [left_line(description, site) for description in result.left]
    pasted = result.pasted if result.parted else result.masked
    if pasted:
        lines.append(f"If you no longer need the key you pasted, {code(pasted)}, delete it on {site.name} too.")
    return Screen(
        embed("✅ Unlinked", "\n\n".join(lines), tone=Tone.GOOD),
        [link_button(owner, label="Link again"), keys_button(site)],
    )
