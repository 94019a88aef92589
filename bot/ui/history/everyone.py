"""What everybody changed on a server, as the panel's log has it: who, what, from what to what, and when.

Whoever reads it here is told no IP address of anybody and no e-mail address: those are not read from the log's own
fields, and are taken out of its texts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.domain.activity import NOTED, PORTS, PROMOTED, LoggedChange
from bot.services.everyone import NEWEST, LogPage, Scope
from bot.ui.history.events import WORDS
from bot.ui.parts import ids
from bot.ui.parts.masking import Address, hosts_in, without_email, without_ip
from bot.ui.parts.screen import Item, Screen, button, embed
from bot.ui.parts.text import DESCRIPTION, code, count, named, safe, spot, when
from bot.ui.ports.rows import REFRESH, show_allocations
from bot.ui.servers.servers import servers_button

LIST = "everyone.list"
"""Shows a page of the log: of which server, which events, and the page's number."""
LABEL = "Everyone's changes"
_SCOPES = {Scope.PORTS: "Ports", Scope.POWER: "Starts and stops", Scope.ALL: "Everything"}
_ABOUT = {
    Scope.PORTS: " about this server's ports",
    Scope.POWER: " about this server's starts and stops",
    Scope.ALL: " about this server",
}
_LIMITS = ((40, 60, 80), (30, 60, 40), (20, 40, 20), (16, 32, 10))
"""Characters of a name, an address and a text; the later ones where the message would be too long."""
_SPARE = 100


def everyone_button(owner: int, server: str, *, row: int | None = None) -> Item:
    """Return the button that leads from a person's own changes on a server to everybody's."""
    return button(LABEL, ids.make(LIST, owner, server, Scope.PORTS.value, NEWEST), row=row)


def everyone(page: LogPage, *, owner: int) -> Screen:
    """Return a page of the log with the ways to the others."""
    title = f"{LABEL} · {named(page.name, 100)}" if page.name else LABEL
    lines = count(page.total, "line") if page.total else "no lines"
    head = f"{{panel}}'s own log has {lines}{_ABOUT[page.scope]}"
    head += ", newest first." if page.total > 1 else "."
    footer = f"Server {page.server}"
    if page.pages > 1:
        footer = f"Page {page.position} of {page.pages} · {footer}"
    return Screen(embed(title, _description(head, page), footer=footer), _controls(page, owner))


def _description(head: str, page: LogPage) -> str:
    """Return all lines of the page, shortened as far as it takes to fit."""
    text = ""
    # The addresses of the server's ports are what the log is about; any other is somebody's.
    own = hosts_in([*page.addresses, *(line.address or "" for line in page.lines)])
    shown = [replace(line, texts=_private(line.texts, own)) for line in page.lines]
    for limits in _LIMITS:
        lines = [_line(line, page.username, *limits) for line in shown]
        text = "\n".join([head, "", *lines, *([""] if lines else []), f"**Not in the log**: {_not_there(page)}"])
        if len(text) <= DESCRIPTION - _SPARE:
            break
    return text


def _controls(page: LogPage, owner: int) -> list[Item]:
    def to(label: str, number: int | None, row: int, scope: Scope = page.scope) -> Item:
        # Several may lead to one page, and their custom_ids must differ all the same.
        custom_id = ids.make(LIST, owner, page.server, scope.value, number or NEWEST, row, label[:4].rstrip())
        return button(label, custom_id, disabled=number is None, row=row)

    items = [to(label, None if scope is page.scope else NEWEST, 0, scope) for scope, label in _SCOPES.items()]
    if page.pages > 1:
        items += [to("Previous", page.newer, 1), to("Next", page.older, 1)]
    return [
        *items,
        to(REFRESH, page.number, 2),
        button("Your changes", ids.make("history.list", owner, page.server, 0), row=2),
        show_allocations(owner, page.server, row=2),
        servers_button(owner, row=2),
    ]


def _line(line: LoggedChange, username: str, name_limit: int, address_limit: int, text_limit: int) -> str:
    who = "Somebody it does not name"
    if line.username is not None:
        who = f"**{named(without_ip(without_email(line.username)), name_limit)}**"
        if line.username.casefold() == username.casefold():
            who += " (you)"
    # Of what was done without a key it does not say where: on its page, over SFTP, or by the panel itself.
    how = " · with a key" if line.is_api else ""
    return f"{when(line.at)} · {who} · {_what(line, address_limit, text_limit)}{how}"


def _private(texts: tuple[str, str] | None, own: Collection[Address]) -> tuple[str, str] | None:
    if texts is None:
        return None
    before, after = (without_ip(without_email(text), but=own) for text in texts)
    return before, after


def _what(line: LoggedChange, address_limit: int, text_limit: int) -> str:
    where = spot(without_email(line.spelled), address_limit) if line.spelled else "a port"
    if line.event == NOTED:
        texts = "what it said is not in the log"
        if line.texts:
            before, after = (safe(text, text_limit) or "no notes" for text in line.texts)
            texts = f"{before} → {after}"
        return f"Noted {where}: {texts}"
    if line.event == PROMOTED:
        return f"Made primary {where}"
    if line.event == f"{PORTS}.create":
        return f"Added {where}"
    if line.event == f"{PORTS}.delete":
        return f"Removed {where}"
    words = WORDS.get(line.event) or f"Event {code(without_ip(without_email(line.event)), 40)}"
    if line.texts:
        before, after = (safe(text, text_limit) or "none" for text in line.texts)
        words += f": {before} → {after}"
    return words


def _not_there(page: LogPage) -> str:
    """Say what somebody might look for in vain."""
    sentences = [
        "what {panel} refused, whose key or which tool was used, and anything older than it keeps (90 days, "
        "unless its operator set otherwise). Its operator may also leave administrators out of it."
    ]
    events = {line.event for line in page.lines}
    if PROMOTED in events:
        sentences.append("It does not say which port was the primary before.")
    if NOTED in events and page.drops_tags:
        sentences.append("{panel} leaves out what stands in angle brackets.")
    if any(line.username is None for line in page.lines):
        sentences.append("Nobody is named where {panel} did it by itself, and where the account is gone.")
    if page.scope is Scope.ALL:
        sentences.append("I do not show its commands, file names, values and invitations.")
    return " ".join(sentences)
