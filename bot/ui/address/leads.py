"""What DNS says of the name that players type, in words."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

from bot.domain.led import Beside
from bot.domain.resolved import TO_PRIMARY, Finding, Leads, Target
from bot.services.address.joining import Looked, Remembered
from bot.ui.parts.screen import Tone
from bot.ui.parts.text import clock, code, count, low, spot, spot_of, when
from bot.ui.ports.notices import Notice

_HOST = 120
_RECORD = 400
_NEITHER = (Leads.UNKNOWN, Leads.INNER, Leads.PORT_MISSING, Leads.UNKNOWN_GAME)
"""What is neither right nor wrong."""


def tone_of(looked: Looked) -> Tone:
    """Return the tone of what DNS says: good where players find the server, a warning where they may not."""
    leads = looked.finding.leads
    if (looked.finding.beside or looked.finding.not_seen) and leads in TO_PRIMARY:
        return Tone.NEUTRAL
    if leads in (Leads.BY_RECORD, Leads.BY_DEFAULT, Leads.WITH_PORT):
        return Tone.GOOD
    return Tone.NEUTRAL if leads in _NEITHER else Tone.WARNING


def leads_astray(looked: Looked | None) -> bool:
    """Tell whether DNS was found to lead players who type the name away from the server, or perhaps."""
    return looked is not None and tone_of(looked) is Tone.WARNING


def dns_lines(looked: Looked) -> list[str]:
    """Return what DNS says of the name, and the record that would make it right."""
    finding = looked.finding
    lines = [_SAID[finding.leads](finding, looked)]
    if finding.to_set:
        lines += [code(record, _RECORD) for record in finding.to_set]
    lines += [_elsewhere_too(beside) for beside in finding.beside]
    lines += [_other(target) for target in finding.others]
    if finding.not_seen and finding.leads is not Leads.UNKNOWN:
        lines.append(_not_seen(finding.not_seen))
    if finding.leads in TO_PRIMARY and _listens_elsewhere(looked):
        lines.append(
            f"⏳ A game that is running listens on {_where_it_listens(looked)} until it restarts: from then on players "
            f"find it on `:{finding.primary.port}`."
        )
    if looked.remembered is not None and finding.leads is not Leads.UNKNOWN:
        lines.append(_of_before(looked.remembered))
    return lines


def _of_before(remembered: Remembered) -> str:
    # The time of day, rounded up: "from in 40 seconds on" is no English, and a second too early asks nothing.
    told, again = when(remembered.told), clock(ceil(remembered.again.timestamp()))
    if remembered.whole:
        return f"🕒 DNS told me this {told}; I ask it again from {again} on."
    return f"🕒 DNS told me part of this {told}, the rest just now; I ask for that part again from {again} on."


def _listens_elsewhere(looked: Looked) -> bool:
    """Tell whether the game, after a change of the primary, listens somewhere else until it restarts, or may."""
    listens = looked.listens
    return listens is not None and listens.runs is not False and not looked.is_listened_at


def _may_listen_on(looked: Looked, port: int) -> bool:
    """Tell whether the game may listen on the port to which DNS leads, of an earlier primary, until it restarts."""
    if looked.listens is None:
        return True
    there = looked.listens.address
    return _listens_elsewhere(looked) and (there is None or there.rpartition(":")[2] == str(port))


def _where_it_listens(looked: Looked) -> str:
    address = looked.listens.address if looked.listens else None
    if address is None:
        return "what was the primary when it was started,"
    port = address.rpartition(":")[2]
    return spot(address) if port == str(looked.finding.primary.port) else f"`:{port}`"


def with_dns(notice: Notice, looked: Looked) -> Notice:
    """Return what became of a change of the primary with what DNS says of the name that players type."""
    tone = Tone.WARNING if notice.tone is Tone.GOOD and tone_of(looked) is Tone.WARNING else notice.tone
    whose = [f"🌐 {_name(looked.finding)} is the earlier primary's alias on {{panel}}:"] if looked.of_earlier else []
    return replace(
        notice,
        text="\n".join([notice.text, *whose, *dns_lines(looked)]),
        tone=tone,
        says_dns=True,
        astray=leads_astray(looked),
    )


def _players(finding: Finding) -> str:
    """Return whom a service record leads: not those who type the port, unless the game asks for it then too."""
    alias = finding.primary.other
    own = alias is not None and alias.name == finding.name
    port = finding.primary.port
    if own and not finding.by_port and finding.target and finding.target.game.asks_though_typed(port):
        return f"Players, also those who type `:{port}` after the name,"
    return "Players who type the name without a port" if own or finding.by_port else "Players"


def _the_others(finding: Finding) -> str:
    """Say who finds the server all the same, of those whom a service record does not lead."""
    if not finding.by_port:
        return ""
    return f" Anyone who types {spot_of(f'{finding.name.host_words}:{finding.primary.port}')} finds it."


def _primary(finding: Finding, looked: Looked) -> str:
    port = f"`:{finding.primary.port}`"
    return f"the primary became {port} {when(looked.since)}" if looked.since else f"the primary is {port}"


def _name(finding: Finding) -> str:
    return spot_of(finding.name.host_words)


def _unknown(finding: Finding, _: Looked) -> str:
    return (
        f"❔ I could not look up {_name(finding)}: {finding.trouble}. That does not say that it is wrong; try again in "
        "a minute."
    )


def _nowhere(finding: Finding, _: Looked) -> str:
    what = f"Its DNS record leads to {_target(finding)}, and that" if finding.target else _name(finding)
    who = low(_players(finding))
    return f"⚠️ {what} has no address in DNS, so {who} do not find it.{_the_others(finding)}{_remedy(finding)}"


def _no_service(finding: Finding, looked: Looked) -> str:
    return (
        f"⚠️ Its DNS record says that there is no server under this name, but {_primary(finding, looked)}. "
        f"{_players(finding)} will not find it until the record is changed.{_the_others(finding)}{_remedy(finding)}"
    )


def _by_record(finding: Finding, _: Looked) -> str:
    port = finding.target.port if finding.target else finding.primary.port
    whose = f" in {finding.for_game}" if finding.for_game else ""
    return f"✅ No port needed{whose}: its DNS leads to `:{port}`, the primary."


def _old_port(finding: Finding, looked: Looked) -> str:
    port = finding.target.port if finding.target else 0
    lost = f"{_players(finding)} will not find it until the record is changed.{_the_others(finding)}{_remedy(finding)}"
    if looked.since is not None and _may_listen_on(looked, port):
        lost = (
            f"A game that is running listens on {_where_it_listens(looked)} until it restarts. Once it listens on "
            f"`:{finding.primary.port}`, {low(lost)}"
        )
    return f"⚠️ DNS still leads to `:{port}`; {_primary(finding, looked)}. {lost}"


def _partly(finding: Finding, looked: Looked) -> str:
    astray = finding.astray
    there = ", ".join(_place(target) for target in astray)
    which = "at which I looked" if finding.not_seen else "that the game may take"
    return (
        f"⚠️ {len(astray)} of the {finding.choices} DNS records {which} "
        f"{'lead' if astray[1:] else 'leads'} elsewhere: {there}; {_primary(finding, looked)}. It takes one of them by "
        "chance: anyone led there does not find the server, anyone led by another does."
        f"{_the_others(finding)} Remove what leads elsewhere."
    )


def _not_seen(number: int) -> str:
    return (
        f"❔ The game may take {count(number, 'more DNS record')} at which I did not look: where "
        f"{'that leads' if number == 1 else 'those lead'} I do not know."
    )


def _place(target: Target) -> str:
    return spot(f"{target.host}:{target.port}", _HOST + 6) if target.host else "to no server"


def _elsewhere_too(beside: Beside) -> str:
    there = spot(f"{beside.address}") if beside.address else "an address of an inner network"
    over, other = f"IPv{beside.version}", f"IPv{10 - beside.version}"
    if beside.by_chance:
        return (
            f"☑️ Over {over} it leads to {there} as well, by chance: anyone led there finds the server only if that is "
            "the same machine or a proxy for it; anyone led to the other address finds it."
        )
    return (
        f"☑️ Over {over} it leads to {there}, which {{panel}} does not list as an address of this server: anyone who "
        f"connects over {over} finds it only if that is the same machine or a proxy for it; anyone who connects over "
        f"{other} finds it."
    )


def _by_default(finding: Finding, _: Looked) -> str:
    return (
        f"✅ No port needed: its DNS leads to this server, and the primary is the game's own `:{finding.primary.port}`."
    )


def _with_port(finding: Finding, _: Looked) -> str:
    return f"✅ Its DNS leads to this server, and `:{finding.primary.port}`, which players type, is the primary."


def _port_missing(finding: Finding, _: Looked) -> str:
    full = spot_of(f"{finding.name.host_words}:{finding.primary.port}")
    saves = (
        "This record saves them that, where the game asks for it:"
        if finding.to_set
        else "No record can save them that: the name is too long to have one. A shorter name can."
    )
    return (
        f"☑️ Its DNS leads to this server, but says no port: players type {full}, unless that port is their game's own. "
        f"{saves}"
    )


def _unknown_game(finding: Finding, _: Looked) -> str:
    full = spot_of(f"{finding.name.host_words}:{finding.primary.port}")
    return (
        f"☑️ Its DNS leads to this server. I do not know which game runs on it: players type {full}, or the name alone "
        f"where `:{finding.primary.port}` is their game's own port."
    )


def _other(target: Target) -> str:
    if not target.host:
        return f"For {target.game.name}, its DNS has a record that says that there is no server under this name."
    there = spot(f"{target.host}:{target.port}", _HOST + 6)
    return f"For {target.game.name}, its DNS has a record that leads to {there}, not to the primary."


def _other_port(finding: Finding, looked: Looked) -> str:
    return (
        f"⚠️ Its DNS leads to this server, but players type `:{finding.name.port}`, and {_primary(finding, looked)}: "
        "fine behind a proxy or a forwarded port, wrong otherwise."
    )


def _elsewhere(finding: Finding, looked: Looked) -> str:
    there = spot(f"{finding.address}") if finding.address else "another address"
    if finding.target is not None:
        there = f"{_target(finding)} at {there}"
    return (
        f"⚠️ The name leads to {there}, the server is at {spot(finding.primary.bare_address)}: fine behind a proxy, "
        f"wrong otherwise.{_the_others(finding)}{_remedy(finding)}"
    )


def _inner(finding: Finding, _: Looked) -> str:
    return (
        "❔ I cannot tell whether the name leads to this server: one of the two addresses belongs to an inner network. "
        "Try it in the game."
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
    Leads.UNKNOWN_GAME: _unknown_game,
    Leads.TO_OTHER_PORT: _other_port,
    Leads.ELSEWHERE: _elsewhere,
    Leads.INNER: _inner,
}
