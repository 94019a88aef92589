"""Whatever stands on record, in the bot's or in the panel's own, its pages stay within Discord's limits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.record import Entry
from bot.errors import UndoOff
from bot.services.changing.history import HistoryPage
from bot.services.everyone import LogPage
from bot.ui.history import history
from bot.ui.history.everyone import everyone
from bot.ui.parts.masking import without_email
from tests.property.screens import check, pages
from tests.property.strategies import (
    OWNER,
    entries,
    history_pages,
    hostile,
    log_pages,
    twin_entry,
    twin_log_page,
)


@given(page=history_pages(), narrowed=st.booleans(), days=st.integers(1, 3650))
async def test_any_page_of_the_record(page: HistoryPage, narrowed: bool, days: int) -> None:
    server = "5e000001" if narrowed else None
    harmless = replace(page, entries=tuple(twin_entry(entry) for entry in page.entries))

    check(
        history.history(page, owner=OWNER, server=server, days=days),
        history.history(harmless, owner=OWNER, server=server, days=days),
    )


@given(page=log_pages())
async def test_any_page_of_a_servers_log(page: LogPage) -> None:
    text = check(everyone(page, owner=OWNER), everyone(twin_log_page(page), owner=OWNER))

    assert text.count("\n<t:") == len(page.lines)


@given(
    text=hostile,
    local=st.from_regex(r"[a-z0-9._%+-]{1,20}", fullmatch=True),
    domain=st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True),
)
async def test_an_e_mail_address_in_any_text_of_a_log_is_taken_out(text: str, local: str, domain: str) -> None:
    assert f"{local}@{domain}" not in without_email(f"{text} {local}@{domain} {text}")


@given(entry=entries, now=st.one_of(st.none(), hostile), page=pages)
async def test_any_change_on_record(entry: Entry, now: str | None, page: int) -> None:
    off, harmless = (text and UndoOff("Now it is {subject}.", subject=text) for text in (now, now and "x"))

    check(
        history.change(entry, off or None, owner=OWNER, scope="all", page=page),
        history.change(twin_entry(entry), harmless or None, owner=OWNER, scope="all", page=page),
    )
