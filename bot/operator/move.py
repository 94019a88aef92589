"""`python -m bot move --from … --to …`: everything in one database to another, while no bot runs on either."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path

from bot.settings import Settings
from bot.store.address import file_of, is_postgres
from bot.store.database import look_at_address, open_database
from bot.store.errors import AddressError, StoreError
from bot.store.keyfile import FILE_NAME
from bot.store.lock import only_bot_on


def move(settings: Settings, source: str, target: str) -> list[str]:
    """Move everything and return what to tell the operator.

    Raises StoreError for what must be put right first, DatabaseFailed for what may pass, each with one line, which says
    whether the target holds nothing then.
    """
    old, new = _looked_at(source, called="--from"), _looked_at(target, called="--to")
    if old == new and old is not None:
        raise StoreError("--from and --to name the same database")
    if old is not None and not old.exists():
        raise StoreError(f"there is no database {old} to move")
    # Slow to import, and needed only here.
    from bot.store.moving import move_everything  # noqa: PLC0415

    with ExitStack() as locks:
        for url in (source, target):
            locks.enter_context(only_bot_on(url))
        asyncio.run(_with_current_schema(target))
        counted = move_everything(source, target)
    rows = ", ".join(f"{name} {count}" for name, count in counted.items())
    told = [
        f"Moved everything, counted and compared: {rows}.",
        "Set DATABASE_URL to the new one before you start the bot. What members delete from then on stays in the old "
        "one: delete that once all is well.",
    ]
    if old is not None and new is None and settings.encryption_key is None:
        told.append(
            f"The keys were moved sealed: keep the file {old.parent / FILE_NAME}, which opens them, and set "
            "ENCRYPTION_KEY_FILE to it or to where you put it."
        )
    return told


def _looked_at(url: str, *, called: str) -> Path | None:
    try:
        path = file_of(url)
        if is_postgres(url):
            look_at_address(url)
    except AddressError as problem:
        raise AddressError(problem.words, called=called) from None
    if path is None and not is_postgres(url):
        raise StoreError(f"{called} names a database in memory, which no other program can reach")
    return path


async def _with_current_schema(url: str) -> None:
    await (await open_database(url)).close()
