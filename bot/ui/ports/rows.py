"""How allocations look in a message: one line each, as options of a select, and which page one is on."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.models import Allocation, GameServer
from bot.domain.search import found
from bot.ui.parts import ids
from bot.ui.parts.paging import Page, page_of
from bot.ui.parts.screen import Item, button, select
from bot.ui.parts.text import DESCRIPTION, OPTION_LABEL, OPTIONS, address, clean, clip, code, named, plain, safe, spot

PER_PAGE = OPTIONS
"""Allocations on a page of the list: as many as its select holds, so that each can be read and chosen."""
LIST = "alloc.list"
"""Shows a page of a server's list."""
SHOW_ALLOCATIONS = "Show allocations"
"""What the button to a server's list is called on a message that does not show it."""
REFRESH = "Refresh"
"""The button that reads anew what a message shows."""
_LIMITS = ((64, 80), (64, 50), (64, 24), (40, 0), (24, 0))
"""Characters of an address and of notes in a list; the later pairs where the message would be too long."""
_NAME = 100
_LABEL = 40
"""Characters that are shown of an alias that is no address."""
_SPARE = 100
"""Characters kept free for what is put into a text when it is sent, as clickable mentions."""


def page_with(rows: Sequence[Allocation], allocation: int | None, *, otherwise: int = 0) -> int:
    """Return the number of the page with this allocation, or another number where none of them is it."""
    return next((index // PER_PAGE for index, row in enumerate(rows) if row.id == allocation), otherwise)


def page(server: GameServer, number: int, sought: str = "") -> Page[Allocation]:
    """Return a page of the server's allocations, or of those that are sought; the nearest there is."""
    return page_of(found(server, sought), number, PER_PAGE)


def line(row: Allocation, *, address_limit: int = 200, notes_limit: int) -> str:
    """Return an allocation on one line: mark, address, notes."""
    mark = (
        f"⭐ {spot(row.address, address_limit)} **Primary**"
        if row.is_primary
        else f"▫️ {spot(row.address, address_limit)}"
    )
    if not notes_limit:
        return mark
    label = [f"alias {code(row.label, _LABEL)}"] if row.label else []
    return " · ".join([mark, *label, *filter(None, [safe(row.notes or "", notes_limit)])])


def title_of(row: Allocation | None, server_name: str) -> str:
    """Return which port of which server something is about, for a title; the server alone where no port is known."""
    name = named(server_name, _NAME)
    if row is None:
        return name
    return f"Port {row.port} · {name}" if row.port else f"Port with id {row.id} · {name}"


def with_rows(above: Sequence[str], rows: Sequence[Allocation], below: Sequence[str], *, empty: str) -> str:
    """Return the text with all rows of the page, shortened as far as it takes to fit."""
    text = ""
    for address_limit, notes_limit in _LIMITS:
        drawn = [line(row, address_limit=address_limit, notes_limit=notes_limit) for row in rows]
        text = "\n".join([*above, *(drawn or [empty]), *below])
        if len(text) <= DESCRIPTION - _SPARE:
            break
    return text


def list_button(
    label: str, server: GameServer, number: int, *, owner: int, sought: str = "", off: bool = False, row: int
) -> Item:
    """Return a button that shows a page of the list as it is then."""
    custom_id = ids.make(LIST, owner, server.identifier, number, *_packed(sought))
    return button(label, custom_id, disabled=off, row=row)


def show_allocations(owner: int, server: str, *, label: str = SHOW_ALLOCATIONS, row: int | None = None) -> Item:
    """Return the button to a server's list from a message that does not show it."""
    return button(label, ids.make(LIST, owner, server, 0), row=row)


def port_select(
    server: GameServer, shown: Page[Allocation], *, owner: int, sought: str = "", chosen: int | None = None
) -> Item:
    """Return the select with the allocations of a page, of which one may be the chosen one."""
    return select(
        ids.make("alloc.pick", owner, server.identifier, shown.number, *_packed(sought)),
        [(address(row.address, OPTION_LABEL), str(row.id), _option_words(row)) for row in shown.rows],
        placeholder="Choose a port to manage",
        chosen=None if chosen is None else str(chosen),
        row=0,
    )


def whereabouts(server: GameServer, shown: Page[Allocation]) -> str:
    """Return the footer: which page this is, and for whom it may concern the node and the identifier."""
    node = f"Node {plain(server.node, 40)}" if clean(server.node) else ""
    return " · ".join(part for part in (shown.words, node, f"Server {server.identifier}") if part)


def _packed(sought: str) -> tuple[str, ...]:
    return (ids.pack(sought),) if sought else ()


def _option_words(row: Allocation) -> str:
    parts = ["Primary"] if row.is_primary else []
    parts += [clip(clean(row.label), _LABEL)] if row.label else []
    if row.notes:
        parts.append(clean(row.notes))
    return " · ".join(parts) or "No notes"
