"""The name that players type: its page, the form for it, and what DNS says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import discord

from bot.domain.hostnames import LONGEST_TYPED
from bot.domain.models import GameServer
from bot.domain.resolved import Finding, Leads
from bot.services.joining import Looked, Naming, cannot_name
from bot.ui import ids
from bot.ui.notices import Notice
from bot.ui.rows import SHOW_ALLOCATIONS
from bot.ui.screen import Item, Screen, Tone, button, embed
from bot.ui.text import MODAL_TITLE, clip, code, named, spot, spot_of, when

SHOW = "join.show"
"""Shows the page, with what DNS says now."""
FORM = "join.form"
SUBMIT = "join.submit"
CLEAR = "join.clear"
FIELD = "name"
"""The name of the form's field."""
LABEL = "Players' address"
"""The button on the primary's page."""
_NAME = 100
_HOST = 120
_RECORD = 400
_SEEN_BY_ALL = "Everybody who reads this server through me sees it; nothing changes on {panel} or in DNS."


def show_button(server: str, *, owner: int, label: str = LABEL, row: int | None = None) -> Item:
    """Return the button that shows the page."""
    return button(label, ids.make(SHOW, owner, server), row=row)


def page(
    server: GameServer,
    *,
    owner: int,
    looked: Looked | None = None,
    looks_up: bool = False,
    notice: Notice | None = None,
) -> Screen:
    """Return the name that players type, who gave it, what DNS says of it, and what can be done about it."""
    off = cannot_name(server)
    lines = [notice.text, ""] if notice else []
    lines += _name_lines(server, owner)
    tone = notice.tone if notice else Tone.NEUTRAL
    if looked is not None:
        lines += ["", *dns_lines(looked)]
        tone = tone_of(looked) if tone is not Tone.BAD else tone
    own = server.given is not None and server.given.user_id == owner
    if off:
        lines += ["", f"**{_form_label(server)}** is off. {off}"]
    where = (owner, server.identifier)
    items = [
        button(
            _form_label(server),
            ids.make(FORM, *where),
            style=discord.ButtonStyle.primary,
            disabled=off is not None,
            row=0,
        )
    ]
    if server.given is not None:
        items.append(button("Clear", ids.make(CLEAR, *where), disabled=off is not None and not own, row=0))
    if looks_up and server.join_name is not None:
        items.append(show_button(server.identifier, owner=owner, label="Look again", row=1))
    items.append(button(SHOW_ALLOCATIONS, ids.make("alloc.list", *where, 0), row=1))
    return Screen(embed(f"{LABEL} · {named(server.name, _NAME)}", "\n".join(lines), tone=tone), items)


def _form_label(server: GameServer) -> str:
    return "Change name…" if server.given is not None else "Give a name…"


def _name_lines(server: GameServer, owner: int) -> list[str]:
    primary = server.primary
    if server.given is not None:
        who = "you" if server.given.user_id == owner else "somebody else"
        lines = [f"🌐 Players type {spot_of(server.given.name.text)}, as {who} said {when(server.given.at)}."]
        if primary is None:
            return [*lines, "⚠️ No port of this server is the primary, so there is nothing for it to lead to."]
        return [*lines, f"The primary is {spot(primary.address)}.", _SEEN_BY_ALL]
    if primary is None:
        return ["No port of this server is the primary, so there is no address that players could type."]
    lines = [f"Players type {spot(primary.address)}."]
    if server.join_name is not None:
        return [f"🌐 {lines[0]}", "That is its alias on {panel}, for nobody gave a name here."]
    return [*lines, f"Nobody gave a name for it. {_SEEN_BY_ALL}"]


def first_line(server: GameServer) -> str | None:
    """Return the line on top of a server's list with the name that somebody gave; None where nobody did."""
    return None if server.given is None else f"🌐 Players type {spot_of(server.given.name.text)}"


def of_naming(naming: Naming) -> Notice:
    """Return what became of giving a name, or of clearing it."""
    now = naming.server.given
    if naming.already:
        same = "I had that name already." if now else "There was no name to clear."
        return Notice(f"☑️ {same} I changed nothing.", Tone.NEUTRAL)
    before = f"\nBefore: {spot_of(naming.earlier.text)}" if naming.earlier else ""
    if now is None:
        return Notice(f"✅ Cleared the name.{before}", Tone.GOOD)
    return Notice(f"✅ Players type {spot_of(now.name.text)} from now on, as everybody sees here.{before}", Tone.GOOD)


def name_form(server: str, *, owner: int, current: str | None, read: bool = True) -> discord.ui.Modal:
    """Return the form for the name; `current` is the one that somebody gave, unless it could not be read in time."""
    mark = ids.nonce()
    form = discord.ui.Modal(
        title=clip("The name that players type", MODAL_TITLE),
        custom_id=ids.make(SUBMIT, owner, server, mark),
        timeout=None,
    )
    hint = "With a port only where players have to type it. Leave it empty to clear it."
    form.add_item(
        discord.ui.Label(
            text="Name",
            description=hint if read else "I did not learn in time what it is now; what you enter replaces it.",
            component=discord.ui.TextInput(
                custom_id=f"{FIELD}{ids.MARK}{mark}",
                placeholder="play.example.org",
                default=current,
                max_length=LONGEST_TYPED,
                required=not read,
            ),
        )
    )
    # A stopped form is sent but not kept.
    form.stop()
    return form


def tone_of(looked: Looked) -> Tone:
    """Return the tone of what DNS says: good where players find the server, a warning where they may not."""
    leads = looked.finding.leads
    if leads in (Leads.BY_RECORD, Leads.BY_DEFAULT, Leads.WITH_PORT):
        return Tone.GOOD
    return Tone.NEUTRAL if leads in (Leads.UNKNOWN, Leads.INNER, Leads.PORT_MISSING) else Tone.WARNING


def dns_lines(looked: Looked) -> list[str]:
    """Return what DNS says of the name, and the record that would make it right."""
    finding = looked.finding
    lines = [_SAID[finding.leads](finding, looked.since)]
    if finding.to_set:
        lines += [code(record, _RECORD) for record in finding.to_set]
    return lines


def with_dns(notice: Notice, looked: Looked) -> Notice:
    """Return what became of a change of the primary with what DNS says of the name that players type."""
    tone = Tone.WARNING if notice.tone is Tone.GOOD and tone_of(looked) is Tone.WARNING else notice.tone
    return replace(notice, text="\n".join([notice.text, *dns_lines(looked)]), tone=tone)


def _primary(finding: Finding, since: datetime | None) -> str:
    moment = f" since {when(since)}" if since else ""
    return f"the primary is `:{finding.primary.port}`{moment}"


def _name(finding: Finding) -> str:
    return spot_of(finding.name.host_words)


def _unknown(finding: Finding, _: datetime | None) -> str:
    return (
        f"❔ I could not look up {_name(finding)}: {finding.trouble}. That does not say that it is wrong; try again in "
        "a minute."
    )


def _nowhere(finding: Finding, _: datetime | None) -> str:
    what = f"its DNS record leads to {_target(finding)}, and that" if finding.target else _name(finding)
    return f"⚠️ {what[:1].upper()}{what[1:]} has no address in DNS, so players do not find it.{_remedy(finding)}"


def _no_service(finding: Finding, since: datetime | None) -> str:
    return (
        f"⚠️ Its DNS record says that there is no server under this name, while {_primary(finding, since)}. Players "
        f"will not find it until the record is changed.{_remedy(finding)}"
    )


def _by_record(finding: Finding, _: datetime | None) -> str:
    port = finding.target.port if finding.target else finding.primary.port
    return f"✅ No port needed: its DNS leads to `:{port}`, the primary."


def _old_port(finding: Finding, since: datetime | None) -> str:
    port = finding.target.port if finding.target else 0
    return (
        f"⚠️ DNS still leads to `:{port}`; {_primary(finding, since)}. Players will not find it until the record is "
        f"changed.{_remedy(finding)}"
    )


def _partly(finding: Finding, since: datetime | None) -> str:
    return (
        f"⚠️ Only some of its {finding.records} DNS records lead to the primary; one leads to {_target(finding)}, and "
        f"{_primary(finding, since)}. Some players will not find it until that is changed.{_remedy(finding)}"
    )


def _by_default(finding: Finding, _: datetime | None) -> str:
    return (
        f"✅ No port needed: its DNS leads to this server, and the primary is the game's own `:{finding.primary.port}`."
    )


def _with_port(finding: Finding, _: datetime | None) -> str:
    return f"✅ Its DNS leads to this server, and `:{finding.primary.port}`, which players type, is the primary."


def _port_missing(finding: Finding, _: datetime | None) -> str:
    full = spot_of(f"{finding.name.host_words}:{finding.primary.port}")
    return (
        f"☑️ Its DNS leads to this server, but says no port: players type {full}, unless it is their game's own. This "
        "record saves them that, where the game asks for it:"
    )


def _other_port(finding: Finding, since: datetime | None) -> str:
    return (
        f"⚠️ Its DNS leads to this server, but players type `:{finding.name.port}`, and {_primary(finding, since)}: "
        "fine behind a proxy or a forwarded port, wrong otherwise."
    )


def _elsewhere(finding: Finding, since: datetime | None) -> str:
    there = spot(f"{finding.address}") if finding.address else "another address"
    if finding.target is not None:
        there = f"{_target(finding)} at {there}"
    return (
        f"⚠️ The name leads to {there}, the server is at {spot(finding.primary.bare_address)}: fine behind a proxy, "
        f"wrong otherwise.{_remedy(finding)}"
    )


def _inner(finding: Finding, _: datetime | None) -> str:
    return (
        "❔ I cannot tell whether the name leads to this server: one of the two addresses is of an inner network. Try "
        "it in the game."
    )


def _target(finding: Finding) -> str:
    target = finding.target
    return spot(f"{target.host}:{target.port}", _HOST + 6) if target is not None else "it"


def _remedy(finding: Finding) -> str:
    if not finding.to_set:
        return ""
    return " To set:" if len(finding.to_set) == 1 else " To set, both:"


_SAID = {
    Leads.UNKNOWN: _unknown,
    Leads.NOWHERE: _nowhere,
    Leads.TO_NO_SERVICE: _no_service,
    Leads.BY_RECORD: _by_record,
    Leads.TO_OLD_PORT: _old_port,
    Leads.PARTLY: _partly,
    Leads.BY_DEFAULT: _by_default,
    Leads.WITH_PORT: _with_port,
    Leads.PORT_MISSING: _port_missing,
    Leads.TO_OTHER_PORT: _other_port,
    Leads.ELSEWHERE: _elsewhere,
    Leads.INNER: _inner,
}
