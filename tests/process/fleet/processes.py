"""Processes of one bot that share four shards, and what each of them was sent and told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.process.harbour import Harbour, Member
from tests.wire import BotProcess, Interaction

SHARDS = 4
"""Of which the first carries direct messages, and the third the harbour's guild."""
FIRST, SECOND = "1/2", "2/2"
FOUR = {"shards": SHARDS}


def process(harbour: Harbour, url: str, number: str, **more: Any) -> BotProcess:
    """Return one of the processes, not yet started; Discord lets all its shards begin at once."""
    harbour.discord.rest.sessions["max_concurrency"] = 16
    settings: dict[str, Any] = {"ENCRYPTION_KEY": "A" * 43 + "=", **more}
    return harbour.bot(DATABASE_URL=url, SHARD_COUNT=str(SHARDS), PROCESS=number, LOG_LEVEL="DEBUG", **settings)


@asynccontextmanager
async def both(harbour: Harbour, url: str, **more: Any) -> AsyncIterator[tuple[BotProcess, BotProcess]]:
    """Yield the process that carries direct messages and the one that carries the guild, both connected."""
    async with process(harbour, url, FIRST, **more) as one, process(harbour, url, SECOND, **more) as two:
        await harbour.discord.until_ready()
        yield one, two


async def here(harbour: Harbour, member: Member, *, direct: bool = False) -> Interaction:
    """Return the list of the member's server, asked for in the guild or in direct messages."""
    options = {"server": member.server.identifier}
    shown = await harbour.discord.slash(member.id, "allocations list", options, direct=direct)
    return await shown.wait_for_answer()


def took(bot: BotProcess, interaction: Interaction) -> bool:
    """Tell whether a process has let an interaction in, by its log."""
    mine = [line for line in bot.lines if f"Interaction {interaction.id}: " in line]
    return bool(mine) and not any("another process has it" in line for line in mine)
