"""Whatever text comes, errors, quotations and selects stay within Discord's limits and keep their structure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BotError
from bot.ui.errors import Around, of_bug, of_error
from bot.ui.forms import link_form
from bot.ui.help import help_screen
from bot.ui.keys import account
from bot.ui.parts.components import Drawn
from bot.ui.parts.screen import select
from bot.ui.parts.text import clean, quoted
from tests.property.discord_rules import (
    SITE,
    check_components,
    check_form,
    check_screen,
    structure,
)
from tests.property.screens import AROUND, check
from tests.property.strategies import (
    OWNER,
    bot_errors,
    hostile,
    twin_error,
)


@given(problem=bot_errors)
async def test_the_message_of_any_error(problem: BotError) -> None:
    check(of_error(problem, AROUND), of_error(twin_error(problem), AROUND))


@given(text=hostile, limit=st.integers(10, 600))
def test_a_quotation_of_any_text_is_lines_of_words_without_effect(text: str, limit: int) -> None:
    lines = quoted(text, limit).splitlines()

    assert all(line.startswith("> ") for line in lines)
    assert set(structure("\n".join(line[2:] for line in lines))) <= {"line end"}
    assert not lines or (clean(lines[0][2:]) and clean(lines[-1][2:]))
    assert sum(len(line) - 2 for line in lines) <= 3 * limit


async def test_the_screens_that_hold_nothing_of_a_panel() -> None:
    check_form(link_form(OWNER, SITE))
    check_screen(
        help_screen(
            owner=OWNER,
            site=SITE,
            support_url="https://support.example.com/" + "x" * 400,
            privacy_url="https://support.example.com/privacy",
            known=False,
        )
    )
    for around in (AROUND, Around(OWNER, SITE)):
        check_screen(of_bug("0123abcd", around))
    check_screen(account.exported({"x": "y"}))


@given(text=hostile)
async def test_a_select_takes_any_texts(text: str) -> None:
    item = select("v1:alloc.pick:1:5e000001:0", [(text, "1", text), (text, "2", text)], placeholder="Choose")

    check_components(Drawn([item]).to_components())
