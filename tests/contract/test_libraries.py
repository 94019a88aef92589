"""Each thing that a library promises nobody has a test that says in words what is gone.

Whoever uses another such name adds it to `RELIANCES`, with a check that fails when a new version lacks it or no longer
does what the bot needs; a test finds those that were forgotten.
"""

from __future__ import annotations

import pytest

from bot.front.client import Bot
from bot.front.guildless import Guildless
from tests.architecture.source import modules
from tests.contract.reliances import RELIANCES
from tests.contract.unpromised import of_others
from tests.stage import Stage


@pytest.mark.parametrize("name", RELIANCES)
async def test_a_library_still_does_what_it_promises_nobody(name: str) -> None:
    try:
        held = RELIANCES[name].holds()
        held = held if isinstance(held, bool) else await held
    except (AttributeError, KeyError, TypeError) as problem:
        raise AssertionError(RELIANCES[name].words) from problem

    assert held, RELIANCES[name].words


async def test_the_bot_has_the_state_that_keeps_no_servers(stage: Stage) -> None:
    state = stage.bot._connection

    assert type(state) is Guildless, RELIANCES["_get_state"].words
    assert state.parsers["READY"].__func__ is Guildless.parse_ready, RELIANCES["parse_ready"].words  # type: ignore[attr-defined]


def test_nothing_that_is_promised_to_nobody_is_used_without_a_test_of_it() -> None:
    used = {name for module in modules() for name in of_others(module)}

    assert used - set(RELIANCES) == set(), (
        "add it to RELIANCES, with a check that says in words what the bot needs of it"
    )
    assert {name for name in RELIANCES if " " not in name} - used == set(), (
        "is no longer used: take it out of RELIANCES"
    )


def test_the_bot_itself_is_looked_through() -> None:
    client = next(module for module in modules() if module.name == Bot.__module__)

    assert {"_get_state", "_handlers", "_hooks"} <= set(of_others(client))
