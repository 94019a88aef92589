"""What was found over all servers at once, with the way to each; and how far a search is."""

from __future__ import annotations

from bot.domain.models import NOTES_LIMIT, Allocation
from bot.domain.progress import Progress
from bot.domain.search import Hit
from bot.services.servers.search import Findings
from bot.ui.parts import ids
from bot.ui.parts.paging import Page, page_of
from bot.ui.parts.screen import Item, Screen, Tone, button, embed, select
from bot.ui.parts.text import DESCRIPTION, OPTION_LABEL, address, clean, clip, code, count, named, spot_of
from bot.ui.ports.notices import Notice
from bot.ui.ports.rows import line
from bot.ui.servers.servers import OTHERS_LABEL, aged, missing, servers_button

LIST = "search.list"
"""Shows a page of what fits: whose servers, the page, whether to ask the panel again, and what is searched for."""
OPEN = "search.open"
"""Opens the server of what was chosen, at that row."""
OWN, OF_OTHERS = "own", "others"
KNOWN, ANEW = "known", "anew"
_LIMITS = ((64, 60, 40), (64, 40, 30), (48, 20, 20))
"""Characters of an address, of notes and of a server's name; the later ones where the message would be too long."""
_NAMED = 10
_SPARE = 100


def as_argument(text: str) -> str | None:
    """Return a text as an argument of a custom_id; None if it is too long for one."""
    return f"t{ids.pack(text)}" if ids.packable(text) == text else None


def of_argument(argument: str) -> str | None:
    """Return the text of an argument made by `as_argument`; None for another's, Outdated for a damaged one."""
    return ids.unpack(argument[1:]) if argument.startswith("t") else None


def searching(progress: Progress) -> Screen:
    """Return what is shown while the panel is being asked for the servers."""
    if progress.total is None:
        text = "I am asking {panel} for the servers."
    else:
        text = f"I have read {progress.read} of {count(progress.total, 'server')} so far."
    return Screen(embed("🔎 Searching", text))


def findings(found: Findings, *, owner: int, argument: str, page: int = 0) -> Screen:
    """Return a page of what fits; choosing one opens its server there. `argument` stands for what is searched for."""
    shown = page_of(found.hits, page)
    above = [_headline(found), *([aged(found.read_at)] if found.read_at is not None else []), ""]
    below = _not_searched(found)
    if found.is_admin and not found.of_others and not found.hits:
        below.append(f"You are an administrator of {{panel}}: **{OTHERS_LABEL}** searches those.")
    title = "🔎 Ports on other people's servers" if found.of_others else "🔎 Ports on your servers"
    text = _description(above, shown, below)
    return Screen(embed(title, text, footer=shown.words or None), _controls(found, shown, owner, argument))


def opened(row: Allocation | None) -> Notice:
    """Return what stands above a server's list that was opened at a row which was found; None if that is gone."""
    if row is None:
        return Notice("⚠️ The port that I found is no longer on this server.", Tone.WARNING)
    return Notice(f"🔎 {line(row, notes_limit=NOTES_LIMIT)}", Tone.NEUTRAL)


def _description(above: list[str], shown: Page[Hit], below: list[str]) -> str:
    text = ""
    for address_limit, notes_limit, name_limit in _LIMITS:
        lines = [_line(hit, address_limit, notes_limit, name_limit) for hit in shown.rows]
        text = "\n".join([*above, *lines, *(["", *below] if below else [])]).strip()
        if len(text) <= DESCRIPTION - _SPARE:
            break
    return text


def _line(hit: Hit, address_limit: int, notes_limit: int, name_limit: int) -> str:
    where = f"**{named(hit.server.name, name_limit)}** {code(hit.server.identifier)}"
    if hit.server.given is not None:
        where += f" · 🌐 {spot_of(hit.server.given.name.text, name_limit)}"
    return f"{line(hit.row, address_limit=address_limit, notes_limit=notes_limit)}\n\u2003on {where}"


def _headline(found: Findings) -> str:
    whose = "of other people" if found.of_others else "of yours"
    wanted = code(found.text, 60)
    if not found.searched:
        return f"{{panel}} shows me no servers {whose}, so there is nowhere to look for {wanted}."
    if not found.hits:
        return f"No port, address or note on {count(found.searched, 'server')} {whose} fits {wanted}."
    servers = len({hit.server.identifier for hit in found.hits})
    fit = "fits" if len(found.hits) == 1 else "fit"
    return (
        f"{count(len(found.hits), 'port')} on {count(servers, 'server')} {fit} {wanted}; "
        f"I searched {count(found.searched, 'server')} {whose}."
    )


def _not_searched(found: Findings) -> list[str]:
    """Say what may be there and could not be searched."""
    lines = []
    if found.partly:
        names = ", ".join(f"**{named(server.name, 30)}** {code(server.identifier)}" for server in found.partly[:_NAMED])
        more = len(found.partly) - _NAMED
        names += f" and {count(more, 'other')}" if more > 0 else ""
        lines.append(
            f"⚠️ On {count(len(found.partly), 'server')} that others own, I see at most one port: {names}. If there are "
            "more, you lack the panel permission `allocation.read` there, and I could not search them, nor any notes. "
            "Ask the owner to grant it on {panel} under Users."
        )
    if found.unreadable:
        lines.append(missing(found.unreadable, whose="of other people" if found.of_others else "you are a member of"))
    return lines


def _controls(found: Findings, shown: Page[Hit], owner: int, argument: str) -> list[Item]:
    whose = OF_OTHERS if found.of_others else OWN
    items: list[Item] = []
    if shown.rows:
        items.append(
            select(
                ids.make(OPEN, owner, shown.number),
                [(_option(hit), f"{hit.server.identifier}-{hit.row.id}", _about(hit)) for hit in shown.rows],
                placeholder="Choose a port to open its server",
                row=0,
            )
        )
    if shown.pages > 1:
        items += [
            button(
                label,
                ids.make(LIST, owner, whose, max(number, 0), KNOWN, argument),
                disabled=not 0 <= number < shown.pages,
                row=1,
            )
            for label, number in (("Previous", shown.number - 1), ("Next", shown.number + 1))
        ]
    items.append(button("Search again", ids.make(LIST, owner, whose, 0, ANEW, argument), row=2))
    if found.is_admin:
        other, label = (OWN, "Search yours") if found.of_others else (OF_OTHERS, OTHERS_LABEL)
        items.append(button(label, ids.make(LIST, owner, other, 0, KNOWN, argument), row=2))
    return [*items, servers_button(owner, row=2)]


def _option(hit: Hit) -> str:
    name = clip(clean(hit.server.name), 40) or "(no name)"
    return f"{address(hit.row.address, OPTION_LABEL - 3 - len(name))} · {name}"


def _about(hit: Hit) -> str:
    row = hit.row
    parts = ["Primary" if row.is_primary else "", clean(row.label or ""), clean(row.notes or ""), hit.server.identifier]
    return " · ".join(part for part in parts if part)
