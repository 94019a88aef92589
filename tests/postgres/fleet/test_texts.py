"""What people typed and are asked about yet, for whichever process gets the answer."""

from __future__ import annotations

import asyncio

import pytest

from bot.domain.together import NEWEST_TEXTS
from bot.errors import OwnDatabaseUnreadable
from tests.postgres.fleet.fleets import ANN, BOB, LINK, Fleets
from tests.postgres.server import Server


def _linked(fleets: Fleets, postgres: Server, *people: int) -> None:
    for person in people:
        row = f"({person}, 'https://p', 1, 'ann', '', '', 1, false)"
        postgres.execute(LINK + row, database=fleets.database)


async def test_what_somebody_typed_is_known_to_the_other_process_and_to_nobody_else(
    fleets: Fleets, postgres: Server
) -> None:
    _linked(fleets, postgres, ANN, BOB)
    await fleets.one.texts.keep(ANN, "token", "the lobby \ud83d of mine", 900)

    assert await fleets.two.texts.of(ANN, "token") == "the lobby \ud83d of mine"
    assert await fleets.two.texts.of(BOB, "token") is None
    assert await fleets.two.texts.of(ANN, "another") is None
    stored = postgres.execute("SELECT encode(sealed, 'escape') FROM texts", database=fleets.database)
    assert "lobby" not in str(stored)
    # Nor is it another's, were it written to them.
    postgres.execute("UPDATE texts SET user_id = 2", database=fleets.database)
    assert await fleets.two.texts.of(BOB, "token") is None


async def test_what_somebody_typed_goes_with_their_link_with_its_time_and_with_newer_ones(
    fleets: Fleets, postgres: Server
) -> None:
    _linked(fleets, postgres, ANN, BOB)
    for number in range(NEWEST_TEXTS + 5):
        await fleets.one.texts.keep(ANN, f"token {number}", "text", 900 + number)
    await fleets.one.texts.keep(BOB, "token", "text", 0.1)
    await fleets.one.texts.keep(3, "token", "of somebody who is not linked", 900)
    count = "SELECT user_id, count(*) FROM texts GROUP BY user_id ORDER BY user_id"
    before = postgres.execute(count, database=fleets.database)
    newest = await fleets.two.texts.of(ANN, f"token {NEWEST_TEXTS + 4}")

    await asyncio.sleep(0.15)
    expired = await fleets.two.texts.of(BOB, "token")
    await fleets.one.claims.tidy()
    tidied = postgres.execute(count, database=fleets.database)
    postgres.execute("DELETE FROM links", database=fleets.database)

    assert before == [(ANN, NEWEST_TEXTS), (BOB, 1)]
    assert newest == "text"
    assert expired is None
    assert tidied == [(ANN, NEWEST_TEXTS)]
    assert postgres.execute(count, database=fleets.database) == []


async def test_a_text_that_cannot_be_asked_for_is_not_told_to_be_forgotten(fleets: Fleets, postgres: Server) -> None:
    postgres.stop("immediate")
    try:
        await fleets.one.texts.keep(ANN, "token", "text", 900)
        with pytest.raises(OwnDatabaseUnreadable):
            await fleets.one.texts.of(ANN, "token")
    finally:
        postgres.start()
