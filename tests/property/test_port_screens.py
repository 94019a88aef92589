"""Whatever a port holds, its page and the questions about it stay within Discord's limits and keep their structure."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.models import Allocation, GameServer
from bot.domain.places import Purpose
from bot.domain.purposes import PURPOSES
from bot.ui.parts.text import quoted
from bot.ui.ports import port
from bot.ui.ports.conflict import conflict
from bot.ui.ports.promoting import confirm_new_primary, confirm_primary
from tests.property.screens import check
from tests.property.strategies import (
    OWNER,
    allocations,
    names,
    notes,
    servers,
    twin_allocation,
    twin_server,
)


@given(server=servers(), row=allocations(), primary=st.booleans())
async def test_the_detail_of_any_allocation(server: GameServer, row: Allocation, primary: bool) -> None:
    row = replace(row, is_primary=primary)

    check(
        port.detail(server, row, owner=OWNER),
        port.detail(twin_server(server), twin_allocation(row), owner=OWNER),
    )


@given(server=servers(), row=allocations())
async def test_the_question_before_any_deletion(server: GameServer, row: Allocation) -> None:
    check(
        port.confirm_delete(server, row, owner=OWNER),
        port.confirm_delete(twin_server(server), twin_allocation(row), owner=OWNER),
    )


@given(server=servers(), row=allocations(), purposes=st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True))
async def test_the_question_before_any_primary_that_is_for_something_else(
    server: GameServer, row: Allocation, purposes: list[Purpose]
) -> None:
    check(
        confirm_primary(server, row, purposes, owner=OWNER),
        confirm_primary(twin_server(server), twin_allocation(row), purposes, owner=OWNER),
    )


@given(notes=names, server=servers(), purposes=st.lists(st.sampled_from(PURPOSES), min_size=1, unique=True))
async def test_the_question_before_any_new_primary_that_is_for_something_else(
    notes: str, server: GameServer, purposes: list[Purpose]
) -> None:
    check(
        confirm_new_primary("5e000001", notes, purposes, "0123abcd", owner=OWNER, name=server.name),
        confirm_new_primary("5e000001", "x", purposes, "0123abcd", owner=OWNER, name=twin_server(server).name),
    )


@given(server=servers(), mine=notes, unseen=st.booleans(), data=st.data())
async def test_the_question_whose_notes_stay(
    server: GameServer, mine: str | None, unseen: bool, data: st.DataObject
) -> None:
    assume(server.allocations)
    row = data.draw(st.sampled_from(server.allocations))
    twin = twin_server(server)
    other = next(each for each in twin.allocations if each.id == row.id)
    lines = ["\n".join("x" for _ in quoted(text or "", 600).splitlines()) for text in (row.notes, mine)]
    other = replace(other, notes=lines[0] or None)
    twin = replace(twin, allocations=tuple(other if each.id == row.id else each for each in twin.allocations))

    check(
        conflict(server, row, owner=OWNER, mine=mine or "", token="0123abcd", unseen=unseen),
        conflict(twin, other, owner=OWNER, mine=lines[1], token="0123abcd", unseen=unseen),
    )
