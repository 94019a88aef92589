"""Another encryption key than the one that the links on a server are sealed under: who runs the bot is told."""

from __future__ import annotations

from tests.postgres.server import Server
from tests.process.commands import KEY, NEXT_KEY, ran
from tests.process.harbour import Harbour

NONE_OPENS = "Links that no encryption key at hand opens: 1 of 1. They were sealed under another key"


async def test_a_start_and_a_check_with_another_key_say_that_no_link_opens_and_a_new_link_works(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    empty = await ran(harbour, "check", DATABASE_URL=url)
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as")
        member = await harbour.linked()
        bot.terminate()
        await bot.ended()
        first = bot.lines
    right, wrong = [await ran(harbour, "check", DATABASE_URL=url, ENCRYPTION_KEY=key) for key in (KEY, NEXT_KEY)]

    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=NEXT_KEY) as bot:
        await bot.until_line("Ready as")
        refused = await harbour.open_panel(member)
        other = await harbour.linked()
        listed = await harbour.open_panel(other)
        bot.terminate()
        await bot.ended()
        warned = [line for line in bot.lines if " WARNING " in line]

    assert "ok     encryption key: ENCRYPTION_KEY holds 1 key\n" in empty[1]
    assert "ok     encryption key: ENCRYPTION_KEY holds 1 key; links, each sealed under a key that is" in right[1]
    assert f"FAILED encryption key: ENCRYPTION_KEY holds 1 key. {NONE_OPENS}" in wrong[1]
    assert wrong[0] == 2
    assert [line for line in first if " WARNING " in line] == []
    assert len(warned) == 1
    assert NONE_OPENS in warned[0]
    assert "put that key into ENCRYPTION_KEY, after a comma where one is there, and restart the bot" in warned[0]
    assert "Please link your panel account again" in refused.text
    assert "25566" in listed.text
