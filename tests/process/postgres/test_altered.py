"""A table that is altered under a running bot, as by the migration of an update at noon: nobody notices."""

from __future__ import annotations

from tests.postgres.server import Server
from tests.process.commands import KEY
from tests.process.harbour import Harbour, Member

ALTER = "ALTER TABLE {} ADD COLUMN since_noon INTEGER"
TABLES = ("links", "changes", "names", "plans", "intents", "settings")
OFTEN = 8
"""People after whom the connections that are in use have prepared what they are asked."""


async def read_by(harbour: Harbour, member: Member) -> list[str]:
    """Return what somebody is shown of what the database keeps: their changes, their link, a name they gave."""
    server = {"server": member.server.identifier}
    commands = ("allocations history", "allocations list", "allocations address")
    shown = [await (await harbour.discord.slash(member.id, command, server)).wait_for_answer() for command in commands]
    return [answer.text for answer in shown]


async def test_history_lists_names_and_changes_are_as_ever_after_a_table_is_altered(
    harbour: Harbour, postgres: Server
) -> None:
    url = postgres.fresh()
    async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
        await bot.until_line("Ready as", within=40)
        members = [await harbour.linked() for _ in range(OFTEN)]
        for member in members:
            assert "✅" in (await (await harbour.annotate(member, "written at dawn")).wait_for_answer()).text
            before = await read_by(harbour, member)
        postgres.execute(*(ALTER.format(table) for table in TABLES), database=url.rpartition("/")[2])
        after = await read_by(harbour, member)
        changed = await (await harbour.annotate(members[0], "written at noon")).wait_for_answer()

    assert "written at dawn" in before[0]
    assert "25566" in before[1]
    assert after == before
    assert "✅" in changed.text
