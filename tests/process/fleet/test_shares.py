"""Each process carries its share of the shards, begins its sessions alone, and answers whoever it is sent."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.documents import ROOT
from tests.ports import free_port
from tests.postgres.server import Server
from tests.process.commands import ran
from tests.process.fleet.processes import FIRST, FOUR, SECOND, SHARDS, both, here, process, took
from tests.process.harbour import Harbour
from tests.wire.discord_gateway import Two

pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True)]


async def test_each_process_carries_its_shards_and_any_answers_anybody(harbour: Harbour, url: str) -> None:
    async with both(harbour, url) as (one, two):
        member = await harbour.linked()

        in_guild = await here(harbour, member)
        direct = await here(harbour, member, direct=True)

    assert sorted(shard for shard, _ in harbour.discord.gateway.begun) == [0, 1, 2, 3]
    assert "25566" in in_guild.text
    assert "25566" in direct.text
    assert (took(one, in_guild), took(two, in_guild)) == (False, True)
    assert (took(one, direct), took(two, direct)) == (True, False)


async def test_two_shares_with_one_address_for_their_numbers_are_a_mistake_that_ends_the_start(
    harbour: Harbour, url: str
) -> None:
    place = f"127.0.0.1:{free_port()}"
    async with process(harbour, url, FIRST, METRICS=place) as one:
        await one.until_line("Ready as", within=60)
        async with process(harbour, url, SECOND, METRICS=place) as two:
            code = await two.ended(60)

    assert code == 2
    assert two.lines[-1] == (
        f"berth: METRICS: {place} cannot be listened at: Address already in use, "
        "by another process of Berth: give each a port of its own, or end that one"
    )


async def test_the_second_share_is_asked_for_its_health_as_the_document_says(harbour: Harbour, url: str) -> None:
    document = (ROOT / "docs" / "operations" / "processes.md").read_text()
    (asked,) = re.findall(r"env (.+?) \.venv/bin/python -m bot health", document)
    named = dict(setting.split("=") for setting in asked.split())
    place = f"127.0.0.1:{free_port()}"
    async with process(harbour, url, FIRST), process(harbour, url, SECOND, METRICS=place) as two:
        await two.until_line("Ready as", within=60)
        # What is in the file that both read, and what the command adds to that.
        file: dict[str, str] = {"DATABASE_URL": url, "SHARD_COUNT": str(SHARDS)}
        said = await ran(harbour, "health", **file | named | {"METRICS": place})

    assert named["METRICS"] == "127.0.0.1:9465"
    assert said == (0, "healthy: ready")


async def test_two_processes_of_one_copied_file_say_what_they_carry_and_which_shards_nobody_does(
    harbour: Harbour, url: str
) -> None:
    # In haste, for it is looked for every two minutes.
    async with process(harbour, url, FIRST) as one, process(harbour, url, FIRST, haste=20) as two:
        carries = [await bot.until_line("Carries ", within=60) for bot in (one, two)]
        told = await two.until_line("No process of this bot", within=60)
        async with process(harbour, url, SECOND) as other:
            carries.append(await other.until_line("Carries ", within=60))
            again = await two.until_line("carried again", within=60)

    assert [line.partition("Carries ")[2] for line in carries] == [
        *("shards 0-1 of 4", "shards 0-1 of 4", "shards 2-3 of 4")
    ]
    assert " WARNING " in told
    assert told.endswith(
        "No process of this bot is connected with shards 2-3 of 4, so the Discord servers there get no answer: let a "
        "process run for each share, and each with another PROCESS or SHARD_IDS; this one carries shards 0-1 of 4"
    )
    assert again.endswith("Each of the 4 shards of this bot is carried again")
    assert two.stderr.count("No process of this bot") == 1


async def test_two_processes_begin_no_session_together(harbour: Harbour, url: str) -> None:
    one, two = process(harbour, url, FIRST), process(harbour, url, SECOND)
    harbour.discord.rest.sessions["max_concurrency"] = 2
    async with one, two:
        await harbour.discord.until_ready(within=60)

    begun = harbour.discord.gateway.begun
    assert sorted(shard for shard, _ in begun) == [0, 1, 2, 3]
    for bucket in (0, 1):
        first, second = sorted(at for shard, at in begun if shard % 2 == bucket)
        assert second - first >= 5


async def test_while_the_database_is_away_one_of_two_says_so_and_the_other_is_silent(
    harbour: Harbour, url: str, postgres: Server
) -> None:
    harbour.discord.gateway.two_sessions = Two.BOTH
    async with process(harbour, url, "1/1") as one, process(harbour, url, "1/1") as two:
        await asyncio.gather(one.until_line("Ready as", within=60), two.until_line("Ready as", within=60))
        member = await harbour.linked()
        postgres.stop("immediate")
        try:
            told = await (await harbour.annotate(member, "not now")).wait_for_answer()
            await harbour.discord.until(lambda: told.refusals, what="the other is refused")
            listed = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
            await harbour.discord.until(lambda: listed.refusals, what="the other is refused")
        finally:
            postgres.start()
        for bot in (one, two):
            await bot.until_line("is heard again")
        after = await (await harbour.annotate(member, "and now")).wait_for_answer()

    for answer in (told, listed):
        assert "did nothing" in answer.text, answer.text
        assert answer.refusals == [40060]
        assert answer.followups == []
    assert "✅ Noted `" in after.text
    assert harbour.writes() == 1
