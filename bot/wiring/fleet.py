"""The other processes on the same database, where there can be any."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.front.pace import Starts
from bot.observer import Observer
from bot.services.together.fleet import Fleet
from bot.settings import Settings
from bot.store.address import is_postgres
from bot.store.errors import StoreError
from bot.store.lastuse import ByTheWay
from bot.store.vault import Vault


@asynccontextmanager
async def fleet_of(
    settings: Settings, vault: Vault, observer: Observer
) -> AsyncIterator[tuple[Fleet, Starts | None, ByTheWay | None]]:
    """Yield what the other processes are asked by.

    Where there can be any, with it who says when a session may be begun, and who notes uses of links by the way.
    Raises StoreError where one that runs has no encryption key in common: they would not keep out of each other's way.
    """
    if not is_postgres(settings.database_url):
        yield Fleet(), None, None
        return
    # What it needs is there only with the extra `postgres`.
    from bot.store.postgres.fleet import PostgresFleet  # noqa: PLC0415

    ours = PostgresFleet(settings.database_url, vault, observer=observer)
    fleet = Fleet(ours.claims, ours.marks, ours.exclusion, ours.exclusion, ours.news, ours.texts, ours.news.listen)
    try:
        if apart := await ours.exclusion.join():
            raise StoreError(
                f"running processes on this database that have no encryption key in common with this one: {apart}. "
                "Neither side would open what the other seals: give every process the same ENCRYPTION_KEY, and change "
                "it as docs/operations/postgresql.md says, or stop them all first"
            )
        yield fleet, ours.starts, ours.aside
    finally:
        await ours.close()
