"""What the running bot does by itself from time to time, until it is cancelled."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from bot.errors import BotError
from bot.services.changing.history import HistoryService
from bot.services.keys.flavour import Flavour
from bot.services.keys.keyring import Keyring
from bot.services.together.fleet import Carrying, Claims
from bot.shards import Shards
from bot.store.errors import DatabaseFailed

log = logging.getLogger(__name__)
SHARDS_EVERY = 120.0
"""Seconds between two looks whether each of the bot's shards is carried."""
ANEW_AFTER = 600.0
"""Seconds after which a chore that ended by a bug is begun again."""


async def kept_up(name: str, chore: Callable[[], Awaitable[None]], *, on_bug: Callable[[], None]) -> None:
    """Do a chore until it ends or is cancelled; a bug that ends it is told with its reference, and it begins anew."""
    while True:
        try:
            return await chore()
        except Exception as problem:  # nobody waits for a chore, so nobody else would hear of it
            reference = secrets.token_hex(4)
            on_bug()
            fields = {"reference": reference}
            log.error("Bug %s in what is done by itself: %s", reference, name, exc_info=problem, extra=fields)
        await asyncio.sleep(ANEW_AFTER)


async def keep_retention(history: HistoryService) -> None:
    """Delete what is on record for longer than configured, at start and every six hours."""
    while True:
        try:
            gone = await history.prune()
        except DatabaseFailed:
            log.exception("Old changes could not be deleted from the record; trying again later")
        else:
            if gone:
                log.info("Deleted %d changes from the record: older than %d days, or too many", gone, history.days)
        await asyncio.sleep(6 * 3600)


async def keep_tidy(keyring: Keyring) -> None:
    """Delete on the panel what a crash or a lost answer has left there, at start and every ten minutes."""
    while True:
        try:
            deleted = await keyring.tidy_all()
        except (BotError, DatabaseFailed):
            log.exception("Keys that nobody holds could not be looked for; trying again later")
        else:
            if deleted:
                log.info("Keys of mine that nobody held, deleted on the panel: %d", deleted)
        await asyncio.sleep(600)


async def keep_claims(claims: Claims) -> None:
    """Forget every five minutes who answered what: it does not come again."""
    while True:
        await asyncio.sleep(300)
        await claims.tidy()


async def watch_shards(carrying: Carrying, shards: Shards | None) -> None:
    """Warn of shards that no process carries, where two looks find the same ones: a start of many takes its time."""
    if shards is None or shards.are_all:
        return
    before: list[int] = []
    told: list[int] = []
    while True:
        await asyncio.sleep(SHARDS_EVERY)
        missing = await carrying.by_nobody(shards.count)
        if missing is None:
            continue
        if missing and missing == before and missing != told:
            told = missing
            log.warning(
                "No process of this bot is connected with %s, so the Discord servers there get no answer: let a "
                "process run for each share, and each with another PROCESS or SHARD_IDS; this one carries %s",
                *(shards.words(missing), shards),
            )
        elif told and not missing:
            told = missing
            log.info("Each of the %d shards of this bot is carried again", shards.count)
        before = missing


async def learn_flavour(flavour: Flavour) -> None:
    """Find out which panel it is, at start, and every ten minutes until it has told."""
    while True:
        try:
            if await flavour.learn():
                return
        except DatabaseFailed:
            log.exception("Which panel it is could not be written down; trying again later")
        await asyncio.sleep(600)
