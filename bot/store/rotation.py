"""Sealing every stored key again under the first encryption key, row by row, while the bot may be running."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.store.connection import Connection
from bot.store.database import Database
from bot.store.vault import Unsealable, Vault

_ALL = "SELECT user_id, panel_origin, sealed_key FROM links"
_RESEAL = "UPDATE links SET sealed_key = ? WHERE user_id = ? AND sealed_key = ?"
_ALL_INTENTS = "SELECT user_id, panel_origin, sealed_key FROM intents"
_RESEAL_INTENT = "UPDATE intents SET sealed_key = ? WHERE user_id = ? AND sealed_key = ?"


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many links were sealed again, were current already, or cannot be opened with any key at hand."""

    resealed: int
    current: int
    unreadable: int


async def reseal(database: Database, vault: Vault) -> Rotation:
    """Seal all links, and the keys of all intents, under the vault's first key; return what became of the links.

    Each row is one transaction that changes nothing if its owner linked anew meanwhile: it can be interrupted at any
    point and run again, and readers find every row under one of the keys at any time.
    """
    links = await _resealed(database, vault, _ALL, _RESEAL)
    intents = await _resealed(database, vault, _ALL_INTENTS, _RESEAL_INTENT)
    if links.resealed or intents.resealed:
        await database.erase()  # what was sealed under an earlier key is not to stay in the log
    return links


async def _resealed(database: Database, vault: Vault, every: str, one: str) -> Rotation:
    resealed = current = unreadable = 0
    rows = await database.rows(every)
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
        resealed += await database.write(partial(_reseal_one, statement=one, values=(fresh, user_id, sealed)))
    return Rotation(resealed, current, unreadable)


def _reseal_one(connection: Connection, *, statement: str, values: tuple[bytes, int, bytes]) -> int:
    return connection.execute(statement, values).rowcount
