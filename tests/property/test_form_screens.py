"""Whatever a form is filled with, it stays within Discord's limits and gives back what was in it."""

from __future__ import annotations

from dataclasses import replace

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import NOTES_LIMIT, Allocation, GameServer
from bot.services.changing.overwriting import mark_of
from bot.ui.forms import draft_notes_form, lines_form, prefilled_notes_form, unread_notes_form
from bot.ui.ports.finding import find_form
from tests.property.discord_rules import (
    check_form,
)
from tests.property.strategies import (
    OWNER,
    allocation_ids,
    allocations,
    hostile,
    names,
    notes,
    servers,
)


def _filled_with(form: discord.ui.Modal) -> str:
    check_form(form)
    return str(form.to_dict()["components"][0]["component"].get("value") or "")


@given(server=servers(), row=allocations(), primary=st.booleans())
async def test_the_form_for_any_notes(server: GameServer, row: Allocation, primary: bool) -> None:
    row = replace(row, is_primary=primary)
    fits = len(row.notes or "") <= server.notes_limit

    assert _filled_with(prefilled_notes_form(OWNER, server, row)) == ((row.notes or "") if fits else "")


@given(allocation=allocation_ids, typed=st.booleans(), known=st.one_of(st.none(), servers()))
async def test_the_form_for_notes_that_were_not_read(allocation: int, typed: bool, known: GameServer | None) -> None:
    if known is not None and known.allocations and not typed:
        allocation = known.allocations[0].id

    assert _filled_with(unread_notes_form(OWNER, "5e000001", allocation, known=known, typed=typed)) == ""


@given(known=st.one_of(st.none(), servers()))
async def test_the_other_forms_about_a_server(known: GameServer | None) -> None:
    check_form(find_form(OWNER, "5e000001", known=known))
    check_form(lines_form(OWNER, "5e000001", ("voice", "map"), known=known))


@given(allocation=allocation_ids, address=names, text=hostile, theirs=notes)
async def test_the_form_for_a_text_edited_again(allocation: int, address: str, text: str, theirs: str | None) -> None:
    text = text[:NOTES_LIMIT]
    seen = mark_of(theirs)

    form = draft_notes_form(OWNER, "5e000001", allocation, address=address, text=text, seen=seen, limit=NOTES_LIMIT)

    assert _filled_with(form) == text
