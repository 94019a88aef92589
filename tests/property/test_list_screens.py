"""Whatever a server holds, its list stays within Discord's limits and keeps its structure."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.cogs.suggestions import _allocation_label
from bot.domain.models import Allocation, GameServer, ServerState
from bot.panel.errors import PanelFailed
from bot.services.changing.changes import Change, Step, Truth, Verb
from bot.services.offers import Offers
from bot.ui.parts import ids
from bot.ui.ports import manage, port, rows
from bot.ui.ports.notices import of_change
from bot.ui.servers.search import opened
from tests.property.discord_rules import (
    check_choice,
    check_screen,
    structure,
)
from tests.property.screens import check, pages
from tests.property.strategies import (
    OWNER,
    allocations,
    changes,
    hostile,
    servers,
    twin_allocation,
    twin_change,
    twin_server,
)


@given(server=servers(), page=pages, off=st.booleans())
async def test_the_panel_of_any_server(server: GameServer, page: int, off: bool) -> None:
    screen = manage.panel(server, owner=OWNER, page=page, offers=Offers(self_service_off=off))
    harmless = manage.panel(twin_server(server), owner=OWNER, page=page, offers=Offers(self_service_off=off))

    text = check(screen, harmless)

    shown = text.count("\n⭐ `") + text.count("\n▫️ `")
    assert shown == len(rows.page(server, page).rows)


@given(server=servers(), page=pages, words=hostile)
async def test_what_is_found_of_any_server_by_any_words(server: GameServer, page: int, words: str) -> None:
    sought = ids.packable(words)

    embed, parts = check_screen(
        manage.panel(server, owner=OWNER, page=page, sought=sought, offers=Offers(share=True, power=True))
    )

    shown = embed["description"].count("\n⭐ `") + embed["description"].count("\n▫️ `")
    assert shown == len(rows.page(server, page, sought).rows)
    labels = {part["label"] for row in parts for part in row["components"] if "label" in part}
    assert labels >= ({"Find", "Show all"} if sought else set())
    assert ids.unpack(ids.pack(sought)) == sought


@given(count=st.integers(26, 500), page=pages, data=st.data())
async def test_what_is_found_among_hundreds_keeps_its_way_back(count: int, page: int, data: st.DataObject) -> None:
    longest = "voice " * 4 + "voices"
    held = tuple(
        Allocation(2**53 - 1 - n, "203.0.113.7", None, 20000 + n, longest, is_primary=n == 0) for n in range(count)
    )
    server = GameServer("5e000001", "5e000001", "x", "x", ServerState.OK, 500, held, True)
    row = data.draw(st.sampled_from(held))
    assert len(longest) == ids.PACKED

    check_screen(manage.panel(server, owner=OWNER, page=page, sought=longest, offers=Offers(share=True, power=True)))
    _, parts = check_screen(port.detail(server, row, owner=OWNER, sought=longest))

    back = next(part for row in parts for part in row["components"] if part.get("label") == "Back")
    assert back["custom_id"].endswith(f":{ids.pack(longest)}")


@given(change=changes().filter(lambda change: change.server is not None), share=st.booleans(), page=pages)
async def test_what_comes_after_any_addition(change: Change, share: bool, page: int) -> None:
    assert change.server is not None
    many = tuple(Allocation(2**53 - 1 - n, "203.0.113.7", None, 20000 + n, None, False) for n in range(30))
    server = replace(change.server, allocations=(*change.server.allocations, *many))

    check_screen(
        manage.panel(
            server,
            owner=OWNER,
            page=page,
            notice=of_change(change),
            offers=Offers(share=share, power=share),
            added=change.allocation or many[0],
        )
    )


@given(sample=st.lists(allocations(), min_size=1, max_size=10), count=st.integers(1, 500), page=pages)
async def test_the_panel_of_a_server_with_hundreds_of_allocations(
    sample: list[Allocation], count: int, page: int
) -> None:
    held = tuple(replace(sample[n % len(sample)], id=n + 1, is_primary=n == 0) for n in range(count))
    server = GameServer("5e000001", "5e000001", "x", "x", ServerState.OK, 500, held, True)

    screen = manage.panel(server, owner=OWNER, page=page)

    check(screen, manage.panel(twin_server(server), owner=OWNER, page=page))


async def test_a_page_of_the_longest_texts_shows_every_row_and_every_reason() -> None:
    row = Allocation(1, "2001:db8::25", "`" * 191, 65535, "@" * 191, is_primary=False)
    held = tuple(replace(row, id=n + 1) for n in range(60))
    server = GameServer("5e000001", "5e000001", "*" * 191, "_" * 191, ServerState.OK, 60, held, is_owner=True)
    refused = PanelFailed("It answered with HTTP 500.", panel_words="@" * 300)
    failed = tuple(Step(verb, Truth.UNKNOWN, refused) for verb in (Verb.NOTES, Verb.PRIMARY))
    notice = of_change(Change(Verb.CREATE, Truth.DONE, row, server, verified=False, trouble=refused, steps=failed))

    embed, _ = check_screen(manage.panel(server, owner=OWNER, notice=notice))

    assert embed["description"].count(":65535`") == 26  # a page of rows, and the new one above them
    assert "60 of 60 ports used" in embed["description"]
    assert "**Add port** is off until there is room: remove a port" in embed["description"].splitlines()[-1]


@given(change=changes())
async def test_the_outcome_of_any_change(change: Change) -> None:
    harmless = twin_change(change)

    check(
        manage.outcome("5e000001", change, of_change(change), owner=OWNER),
        manage.outcome("5e000001", harmless, of_change(harmless), owner=OWNER),
    )
    assert of_change(change).tone == of_change(harmless).tone


@given(change=changes().filter(lambda change: change.server is not None), page=pages)
async def test_the_panel_under_the_outcome_of_any_change(change: Change, page: int) -> None:
    harmless = twin_change(change)
    assert change.server is not None
    assert harmless.server is not None

    check(
        manage.panel(change.server, owner=OWNER, page=page, notice=of_change(change)),
        manage.panel(harmless.server, owner=OWNER, page=page, notice=of_change(harmless)),
    )


@given(row=st.one_of(st.none(), allocations()))
async def test_the_words_above_a_list_opened_at_any_row(row: Allocation | None) -> None:
    assert structure(opened(row).text) == structure(opened(row and twin_allocation(row)).text)


@given(row=allocations(), primary=st.booleans())
def test_the_suggestion_of_any_allocation(row: Allocation, primary: bool) -> None:
    check_choice(_allocation_label(replace(row, is_primary=primary)), str(row.id))
