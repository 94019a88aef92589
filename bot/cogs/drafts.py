"""Notes that somebody typed and that could not be saved: kept for a while, for **Edit again** to open the form with."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass, field

from bot.domain.models import Allocation, GameServer
from bot.domain.rules import NotesTooLong
from bot.errors import BotError, DraftForgotten, TextForgotten
from bot.services.bundle import Services
from bot.services.changing.overwriting import seen_of
from bot.services.servers.meant import row_of
from bot.ui.errors import given_back


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed into a form and was not saved, with the address it is for and how much the panel keeps."""

    text: str = field(repr=False)
    address: str
    limit: int

    async def keep(self, services: Services, user: int) -> str:
        """Keep it and return the token that leads to it."""
        return await services.drafts.keep(user, json.dumps(astuple(self)))


async def draft_of(services: Services, user: int, token: str) -> Draft:
    """Return what was kept; raise DraftForgotten where it is no longer."""
    try:
        return Draft(*json.loads(await services.drafts.of(user, token)))
    except TextForgotten:
        raise DraftForgotten from None


@asynccontextmanager
async def editable(
    services: Services, user: int, server: str, allocation: int | str, text: str, *, seen: str | None = None
) -> AsyncIterator[None]:
    """Have notes that are too long for a port that is known edited again, by a button on the error.

    `seen` is the mark of the notes that the person saw; those of who saw none are as they were when they were read.
    """
    try:
        yield
    except NotesTooLong as error:
        known = services.directory.remembered(user, server)
        row = _row_of(known, allocation)
        # What may not be given back, for a key is in it, is not kept either.
        if known is not None and row is not None and given_back(text):
            token = await Draft(text, row.address, error.limit).keep(services, user)
            error.edits((server, row.id, seen or seen_of(known, row), token))
        raise


def _row_of(known: GameServer | None, allocation: int | str) -> Allocation | None:
    """Return the port, if it is known which one is meant and what its address is."""
    try:
        row = row_of(known, allocation) if known is not None else None
    except BotError:
        return None
    return row if row is not None and row.port else None
