"""Sealing every link again under the first encryption key, row by row, while the bot may be running."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.schema import links
from bot.store.vault import Unsealable, Vault


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many links were sealed again, were current already, or cannot be opened with any key at hand."""

    resealed: int
    current: int
    unreadable: int


async def reseal(engine: AsyncEngine, vault: Vault) -> Rotation:
    """Seal all links under the vault's first key.

    Each row is one transaction that changes nothing if its owner linked anew meanwhile: it can be interrupted at any
    point and run again, and readers find every row under one of the keys at any time.
    """
    resealed = current = unreadable = 0
    async with engine.connect() as connection:
        rows = (await connection.execute(select(links.c.user_id, links.c.panel_origin, links.c.sealed_key))).all()
    for user_id, panel, sealed in rows:
        if vault.is_current(sealed):
            current += 1
            continue
        try:
            key = vault.open(sealed, owner=user_id, panel=panel)
        except Unsealable:
            unreadable += 1
            continue
        fresh = vault.seal(key, owner=user_id, panel=panel)
        same_row = (links.c.user_id == user_id) & (links.c.sealed_key == sealed)
        async with engine.begin() as connection:
            changed = await connection.execute(update(links).where(same_row).values(sealed_key=fresh))
        resealed += changed.rowcount
    return Rotation(resealed, current, unreadable)
