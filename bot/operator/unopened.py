"""Links that no encryption key at hand opens: what the operator is told of them, and warned of by the start."""

from __future__ import annotations

import logging
from collections.abc import Collection

from bot.store.database import Database
from bot.store.errors import DatabaseFailed
from bot.store.sealed import BY_KEY, counted, unopened

log = logging.getLogger(__name__)


async def sealed_under(database: Database) -> dict[str, int]:
    """Return how many links are sealed under each encryption key, by the key's name; raise DatabaseFailed."""
    return counted(await database.rows(BY_KEY))


def what_to_do(sealed: dict[str, int], at_hand: Collection[str], place: str) -> str | None:
    """Return what is so and what to do about it; None where every link is sealed under a key at hand."""
    closed = unopened(sealed, at_hand)
    if not closed:
        return None
    return (
        f"Links that no encryption key at hand opens: {closed} of {sum(sealed.values())}. They were sealed under "
        f"another key, which lies with this bot's settings and not with its members: put that key into {place}, after "
        "a comma where one is there, and restart the bot. If it is lost, their owners will be asked to link again."
    )


async def warn_of_unopened(database: Database, at_hand: Collection[str], place: str) -> None:
    """Log what to do where there are such links; the bot runs all the same, for their owners can link again."""
    try:
        words = what_to_do(await sealed_under(database), at_hand, place)
    except DatabaseFailed as problem:
        words = f"It is not known whether the encryption keys at hand open the links: {problem}"
    if words:
        log.warning("%s", words)
