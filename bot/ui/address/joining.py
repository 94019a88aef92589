"""The name that players type: its page and the form for it."""

from __future__ import annotations

import discord

from bot.domain.hostnames import LONGEST_TYPED
from bot.domain.models import GameServer
from bot.services.address.joining import Looked, Naming, cannot_name
from bot.ui.address.leads import dns_lines, leads_astray, tone_of
from bot.ui.forms import NAME_FIELD, form_title
from bot.ui.parts import ids
from bot.ui.parts.screen import Item, Screen, Tone, button, embed
from bot.ui.parts.text import code, named, spot, spot_of, when
from bot.ui.ports.notices import Notice
from bot.ui.ports.rows import show_allocations

SHOW = "join.show"
"""Shows the page, with what DNS says."""
FORM = "join.form"
SUBMIT = "join.submit"
CLEAR = "join.clear"
FIELD = NAME_FIELD
"""The name of the form's field."""
LABEL = "Players' address"
"""The button on the primary's page."""
GIVE = "Give a name…"
"""The button that opens the form, where no name was given yet."""
_NAME = 100
_SEEN_BY_ALL = (
    "Everybody who looks at this server through me sees the name given here; nothing changes on {panel} or in DNS."
)


def show_button(server: str, *, owner: int, label: str = LABEL, row: int | None = None) -> Item:
    """Return the button that shows the page."""
    return button(label, ids.make(SHOW, owner, server), row=row)


def form_button(server: str, *, owner: int, label: str = GIVE, disabled: bool = False, row: int | None = None) -> Item:
    """Return the button that opens the form for the name."""
    style = discord.ButtonStyle.primary
    return button(label, ids.make(FORM, owner, server), style=style, disabled=disabled, row=row)


def page(
    server: GameServer,
    *,
    owner: int,
    looked: Looked | None = None,
    looks_up: bool = False,
    notice: Notice | None = None,
    told: bool = False,
) -> Screen:
    """Return the name that players type, who gave it, what DNS says of it, and what can be done about it.

    `told` says that the notice has the name, and that it was given by this person just now.
    """
    off, label = cannot_name(server), _form_label(server)
    lines = [notice.text, ""] if notice else []
    lines += _name_lines(server, owner, astray=leads_astray(looked))[1 if told and server.given else 0 :]
    tone = notice.tone if notice else Tone.NEUTRAL
    if looked is not None:
        lines += ["", *dns_lines(looked)]
        tone = tone_of(looked) if tone is not Tone.BAD else tone
    own = server.given is not None and server.given.user_id == owner
    if off:
        lines += ["", f"**{label}** is off. {off}"]
    where = (owner, server.identifier)
    items = [form_button(server.identifier, owner=owner, label=label, disabled=off is not None, row=0)]
    if server.given is not None:
        items.append(button("Clear", ids.make(CLEAR, *where), disabled=off is not None and not own, row=0))
    if looks_up and server.join_name is not None:
        items.append(show_button(server.identifier, owner=owner, label="Look again", row=1))
    items.append(show_allocations(*where, row=1))
    return Screen(embed(f"{LABEL} · {named(server.name, _NAME)}", "\n".join(lines), tone=tone), items)


def _form_label(server: GameServer) -> str:
    return "Change name…" if server.given is not None else GIVE


def _name_lines(server: GameServer, owner: int, *, astray: bool) -> list[str]:
    """Return the name and whose it is; that players type it is not said above that it leads them `astray`."""
    primary = server.primary
    if server.given is not None:
        who = "You" if server.given.user_id == owner else "Somebody else"
        given, at = spot_of(server.given.name.text), when(server.given.at)
        lines = [f"🌐 Players type {given}. {who} gave the server this name {at}."]
        if astray:
            lines = [f"🌐 {who} gave this server the name {given} {at}."]
        if primary is None:
            return [*lines, "⚠️ No port of this server is the primary, so there is nothing for it to lead to."]
        return [*lines, f"The primary is {spot(primary.address)}.", _SEEN_BY_ALL]
    if primary is None:
        return ["No port of this server is the primary, so there is no address that players could type."]
    typed, name = spot(primary.address), server.join_name
    if name is None:
        label = [no_address(primary.label)] if primary.label else []
        return [f"Players type {typed}.", *label, f"Nobody has given it a name yet. {_SEEN_BY_ALL}"]
    if astray:
        return [f"🌐 By its alias on {{panel}} its address is {typed}. Nobody has given it another name here."]
    alone = f", or {spot_of(name.text)} alone where DNS tells their game the port" if name.port is None else ""
    return [f"🌐 Players type {typed}{alone}.", "That is its alias on {panel}: nobody has given it another name here."]


def no_address(label: str) -> str:
    """Return what is said of an alias that is none of a name, an IP address, or either with a port."""
    return f"Its alias on {{panel}}, {code(label, _NAME)}, is no address that players can type."


def first_line(server: GameServer, *, astray: bool = False) -> str | None:
    """Return the line on top of a server's list with the name that somebody gave; None where nobody did.

    `astray` says that it is told there already that this name does not lead players to the server.
    """
    if server.given is None:
        return None
    name = spot_of(server.given.name.text)
    return f"🌐 Name for players: {name}" if astray else f"🌐 Players type {name}"


def of_naming(naming: Naming, looked: Looked | None) -> Notice:
    """Return what became of giving a name, or of clearing it; `looked` is where it was found to lead."""
    now = naming.server.given
    if naming.already:
        same = "I had that name already." if now else "There was no name to clear."
        return Notice(f"☑️ {same} I changed nothing.", Tone.NEUTRAL)
    before = f"\nBefore: {spot_of(naming.earlier.text)}" if naming.earlier else ""
    if now is None:
        return Notice(f"✅ Cleared the name.{before}", Tone.GOOD)
    name = spot_of(now.name.text)
    if leads_astray(looked):
        return Notice(f"✅ Saved {name} as the name for players.{before}", Tone.GOOD)
    return Notice(f"✅ Players type {name} from now on.{before}", Tone.GOOD)


def name_form(server: str, *, owner: int, known: GameServer | None, read: bool = True) -> discord.ui.Modal:
    """Return the form for the name that players type, with the one that somebody gave.

    `known` is the server as it is now, or where that could not be `read` in time as it was read before, if it was.
    """
    mark = ids.nonce()
    given = known.given if known and read else None
    form = discord.ui.Modal(
        title=form_title(LABEL, server, known),
        custom_id=ids.make(SUBMIT, owner, server, mark),
        timeout=None,
    )
    hint = "Add a port only where players have to type it. Leave this empty to clear the name."
    form.add_item(
        discord.ui.Label(
            text="Name",
            description=hint if read else "I could not find out in time what it is now; what you enter replaces it.",
            component=discord.ui.TextInput(
                custom_id=f"{FIELD}{ids.MARK}{mark}",
                placeholder="For example: play.example.org",
                default=given.name.text if given else None,
                max_length=LONGEST_TYPED,
                required=not read,
            ),
        )
    )
    # A stopped form is sent but not kept.
    form.stop()
    return form
