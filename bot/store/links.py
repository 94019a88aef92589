"""The links: which Discord user acts with which panel key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.models import ApiKey, PanelAccount
from bot.errors import LinkUnreadable
from bot.store.schema import changes, links
from bot.store.vault import Unsealable, Vault


@dataclass(frozen=True, slots=True)
class Link:
    """What is stored of one person, the key itself apart."""

    user_id: int
    account: PanelAccount
    masked_key: str
    linked_at: datetime
    last_used_at: datetime | None
    last_server: str | None


class LinkStore:
    """Saves, reads and deletes links; `panel` is the origin that keys are bound to.

    A panel that moved from http to https keeps its links. One that seems to have moved back does not: a key that only
    ever travelled encrypted is not to cross a network in the clear because of a slip in PANEL_URL.
    """

    def __init__(self, engine: AsyncEngine, vault: Vault, *, panel: str) -> None:
        self._engine = engine
        self._vault = vault
        self._panel = panel
        self._earlier = panel.replace("https://", "http://", 1)
        # Built once: SQLAlchemy caches the compiled form by statement.
        self._by_user = select(links)

    async def save(self, user_id: int, account: PanelAccount, key: ApiKey, *, at: datetime) -> None:
        """Store a link, in place of the person's earlier one."""
        row = {
            "user_id": user_id,
            "panel_origin": self._panel,
            "panel_user_id": account.id,
            "panel_username": account.username[:191],
            "sealed_key": self._vault.seal(key, owner=user_id, panel=self._panel),
            "masked_key": key.masked,
            "linked_at": at,
        }
        async with self._engine.begin() as connection:
            await connection.execute(delete(links).where(links.c.user_id == user_id))
            await connection.execute(insert(links), row)

    async def get(self, user_id: int) -> Link | None:
        """Return the person's link, or None."""
        row = await self._row(user_id)
        return None if row is None else _to_link(row)

    async def open(self, user_id: int) -> tuple[Link, ApiKey] | None:
        """Return the person's link with the key; None without a link, LinkUnreadable if the key cannot be opened."""
        row = await self._row(user_id)
        if row is None:
            return None
        panel = row["panel_origin"]
        if panel not in (self._panel, self._earlier):
            raise LinkUnreadable("Your link is for another panel than the one I work with now.")
        try:
            key = self._vault.open(row["sealed_key"], owner=user_id, panel=panel)
        except Unsealable:
            raise LinkUnreadable(
                "Your stored key can no longer be decrypted here; whoever runs me changed mine."
            ) from None
        return _to_link(row), key

    async def used(self, user_id: int, *, at: datetime, server: str | None) -> None:
        """Note when the link was last used and for which server (None leaves that as it was)."""
        values: dict[str, Any] = {"last_used_at": at}
        if server is not None:
            values["last_server"] = server
        async with self._engine.begin() as connection:
            await connection.execute(update(links).where(links.c.user_id == user_id).values(**values))

    async def delete(self, user_id: int) -> bool:
        """Delete everything stored of this person; tell whether there was anything."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(changes).where(changes.c.user_id == user_id))
            gone = await connection.execute(delete(links).where(links.c.user_id == user_id))
        await self._empty_the_wal()
        return gone.rowcount > 0

    async def _empty_the_wal(self) -> None:
        """Write the deletion into the database file itself, so that the log beside it keeps no copy of what is gone."""
        if self._engine.dialect.name == "sqlite":
            async with self._engine.connect() as connection:
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _row(self, user_id: int) -> Mapping[str, Any] | None:
        async with self._engine.connect() as connection:
            found = await connection.execute(self._by_user.where(links.c.user_id == user_id))
            row = found.mappings().first()
        return None if row is None else dict(row)


def _to_link(row: Mapping[str, Any]) -> Link:
    return Link(
        user_id=row["user_id"],
        account=PanelAccount(row["panel_user_id"], row["panel_username"]),
        masked_key=row["masked_key"],
        linked_at=row["linked_at"],
        last_used_at=row["last_used_at"],
        last_server=row["last_server"],
    )
