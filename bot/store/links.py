"""The links: which Discord user acts with which panel key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from cachetools import TTLCache

from bot.domain.models import ApiKey, PanelAccount
from bot.domain.ownkeys import OwnKey, PastedKey
from bot.errors import LinkUnreadable
from bot.store.connection import Connection, Result, Work
from bot.store.database import Database
from bot.store.lastuse import ByTheWay, LastUse, Use
from bot.store.link import Deleted, Link, link_in, used_link
from bot.store.moments import stored
from bot.store.safe import Safe
from bot.store.telling import read_or_told, written_or_told
from bot.store.vault import Vault

RECENT = 2_000
"""Rows kept in memory."""
FRESH = 60.0
"""Seconds for which a row serves without being read again, so that an action need not wait for the disk."""
_SAVE = """
    INSERT INTO links
    (user_id, panel_origin, panel_user_id, panel_username, sealed_key, masked_key, linked_at, is_admin)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADMIN = "UPDATE links SET is_admin = ? WHERE user_id = ? AND linked_at = ?"
_OF_PELICAN = "SELECT 1 FROM links WHERE panel_origin IN (?, ?) AND masked_key LIKE 'pacc\\_%' ESCAPE '\\' LIMIT 1"
# A key of the bot's own that is replaced has to be removed from the panel, by itself: nobody else holds it.
_PART_WITH_OWN = """
    INSERT INTO intents (user_id, panel_origin, description, begun_at, sealed_key)
    SELECT user_id, panel_origin, own_description, ?, sealed_key FROM links
    WHERE user_id = ? AND own_description IS NOT NULL
    ON CONFLICT (description) DO NOTHING
"""
_SWAP = """
    UPDATE links
    SET panel_origin = ?, sealed_key = ?, masked_key = ?, own_description = ?, own_allowed_ips = ?, pasted_masked = ?,
        pasted_mark = ?
    WHERE user_id = ?
"""
_FULFIL = "DELETE FROM intents WHERE user_id = ? AND description = ?"
_SETTLE = "UPDATE links SET pasted_masked = NULL, pasted_mark = NULL WHERE user_id = ? AND pasted_mark = ?"
_DELETE = "DELETE FROM links WHERE user_id = ?"
_DELETE_WITH_IT = (
    "DELETE FROM changes WHERE user_id = ?",
    "DELETE FROM intents WHERE user_id = ?",
    "DELETE FROM plans WHERE user_id = ?",
    "DELETE FROM names WHERE user_id = ?",
)


@dataclass(slots=True)
class _Row:
    """A row as it is stored: the key in it is sealed. Its use is noted in place, which does not make it younger."""

    link: Link
    sealed: bytes = field(repr=False)


class LinkStore:
    """Saves, reads and deletes links; `panel` is the origin that keys are bound to.

    Rows lately read are kept in memory, as sealed as on the disk. What another process changes, as a rotation, is seen
    within a minute; until then the rows before it open with the keys before it.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        *,
        panel: str,
        by_the_way: ByTheWay | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._safe = Safe(vault, panel)
        self._last_use = LastUse(database, by_the_way=by_the_way, now=now)
        self._recent: TTLCache[int, _Row] = TTLCache(RECENT, FRESH, timer=now)
        self._reading: dict[int, asyncio.Task[_Row | None]] = {}
        self._changes = 0
        self._kept = True
        self._changing: set[asyncio.Task[object]] = set()

    async def save(self, user_id: int, account: PanelAccount, key: ApiKey, *, at: datetime) -> tuple[Link, bool]:
        """Store a link; return it, and whether it took the place of an earlier one, which is then erased.

        Where the earlier key was one of the bot's own, an intent to remove it from the panel is written with it.
        """
        sealed = self._safe.seal(key, owner=user_id)
        account = replace(account, username=account.username[:191])
        link = Link(user_id, self._safe.panel, account, key.masked, at, None, None)
        row = (
            user_id,
            self._safe.panel,
            account.id,
            account.username,
            sealed,
            key.masked,
            stored(at),
            account.is_admin,
        )

        def put(connection: Connection) -> bool:
            connection.execute(_PART_WITH_OWN, (stored(at), user_id))
            # So that nothing of the earlier one is left in columns that the new one does not fill.
            replaced = connection.execute(_DELETE, (user_id,)).rowcount > 0
            connection.execute(_SAVE, row)
            return replaced

        with written_or_told(
            "The key was not stored. If I had one of yours before, I still have that.",
            in_doubt="I do not know whether the key was stored.",
            of_person=True,
        ):
            replaced = await self._change(user_id, put)
        if replaced:
            self._database.erase_soon()
        return link, replaced

    async def swap(self, user_id: int, key: ApiKey, own: OwnKey, pasted: PastedKey) -> bool:
        """Store a key of the bot's own in place of the pasted one, which is then erased; False for who has no link.

        The intent to make it is fulfilled in the same moment: there is none at which both, or neither, hold.
        """
        sealed = self._safe.seal(key, owner=user_id)
        allowed = ",".join(own.allowed_ips) or None
        row = (self._safe.panel, sealed, key.masked, own.description, allowed, pasted.masked, pasted.mark, user_id)

        def put(connection: Connection) -> bool:
            swapped = connection.execute(_SWAP, row).rowcount > 0
            if swapped:
                connection.execute(_FULFIL, (user_id, own.description))
            return swapped

        with written_or_told(
            "So I still use the key you pasted.",
            in_doubt="I do not know whether my own key was stored in place of yours.",
            of_person=True,
        ):
            swapped = await self._change(user_id, put)
        self._database.erase_soon()
        return swapped

    async def settle_pasted(self, user_id: int, mark: str) -> None:
        """Forget the pasted key of this mark: its owner has said what is to become of it."""
        with written_or_told("I shall ask you again.", in_doubt="I may ask you again.", of_person=True):
            await self._change(user_id, lambda connection: connection.execute(_SETTLE, (user_id, mark)))

    async def get(self, user_id: int) -> Link | None:
        """Return the person's link, or None."""
        row = self._recent.get(user_id) or await self._row(user_id)
        return None if row is None else row.link

    async def open(self, user_id: int) -> tuple[Link, ApiKey] | None:
        """Return the person's link with the key; None without a link, LinkUnreadable if the key cannot be opened."""
        return await self._opened(user_id, None)

    async def use(self, user_id: int, *, at: datetime, server: str | None) -> tuple[Link, ApiKey] | None:
        """Return the same to somebody who acts with the key, and note that, at most once a minute for one server."""
        use = Use(at, server)
        opened = await self._opened(user_id, use)
        if opened is not None and use.is_news(opened[0].last_used_at, opened[0].last_server):
            self.used(user_id, at=at, server=server, linked_at=opened[0].linked_at)
        return opened

    async def _opened(self, user_id: int, use: Use | None) -> tuple[Link, ApiKey] | None:
        known = self._recent.get(user_id)
        if known is not None:
            with suppress(LinkUnreadable):  # a rotation may have sealed it again, and dropped the key of this one
                return known.link, self._key_in(known)
        row = await self._row(user_id, use)
        return None if row is None else (row.link, self._key_in(row))

    def forget(self, user_id: int) -> None:
        """Read this person's link anew the next time: another process has changed it."""
        self._changes += 1
        self._recent.pop(user_id, None)
        self._reading.pop(user_id, None)

    def trust(self, *, told_of_changes: bool) -> None:
        """Keep links in memory, or read each anew: while nobody tells what other processes change."""
        self._changes += 1
        self._recent.clear()
        self._reading.clear()
        self._kept = told_of_changes

    async def count(self) -> int:
        """Return how many people are linked."""
        row = await self._database.row("SELECT count(*) AS linked FROM links")
        return int(row["linked"])

    async def has_pelican_key(self) -> bool:
        """Tell whether anybody has linked a key that a Pelican made, so that the panel is one."""
        panels = self._safe.panels
        return await self._database.row(_OF_PELICAN, panels) is not None

    def _key_in(self, row: _Row) -> ApiKey:
        return self._safe.open(row.sealed, owner=row.link.user_id, panel=row.link.panel)

    def used(self, user_id: int, *, at: datetime, server: str | None, linked_at: datetime) -> None:
        """Note when the link made then was last used and for which server (None leaves that); nobody waits for it."""
        known, use = self._recent.get(user_id), Use(at, server)
        if known is not None and known.link.linked_at == linked_at:
            known.link = used_link(known.link, use)
        self._last_use.note(user_id, use, linked_at=linked_at)

    def learned(self, user_id: int, *, is_admin: bool, linked_at: datetime) -> None:
        """Note whether the account linked then is an administrator's; nobody waits for it, and a later link stays."""
        known = self._recent.get(user_id)
        if known is not None and known.link.linked_at == linked_at:
            known.link = replace(known.link, account=replace(known.link.account, is_admin=is_admin))
        values = (is_admin, user_id, stored(linked_at))
        self._database.write_later(_ADMIN, values)

    async def delete(self, user_id: int) -> Deleted:
        """Delete everything stored of this person, and erase what the log beside the file keeps of it."""

        def everything(connection: Connection) -> bool:
            for statement in _DELETE_WITH_IT:
                connection.execute(statement, (user_id,))
            return connection.execute(_DELETE, (user_id,)).rowcount > 0

        with written_or_told(
            "Nothing was deleted: I still have what I stored about you.",
            in_doubt="I do not know whether what I stored about you was deleted.",
            of_person=True,
        ):
            had = await self._change(user_id, everything)
        return Deleted(had, erased=await self._database.erase())

    async def _change(self, user_id: int, work: Work[Result]) -> Result:
        """Change the person's row, to its end though nobody may wait for that any more."""
        task = asyncio.create_task(self._changed(user_id, work), name="link changed")
        self._changing.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def _changed(self, user_id: int, work: Work[Result]) -> Result:
        """Forget the person's row before and after the change; what is read meanwhile is not kept."""
        self.forget(user_id)
        try:
            return await self._database.write(work)
        finally:
            self.forget(user_id)

    def _ended(self, task: asyncio.Task[Result]) -> None:
        self._changing.discard(task)
        if not task.cancelled():
            task.exception()  # told to whoever waits, if somebody still does

    async def _row(self, user_id: int, use: Use | None = None) -> _Row | None:
        """Read a person's row, once for all who ask for it at the same time; keep it, if others tell of changes."""
        if not self._kept:
            return await self._read(user_id, use)
        reading = self._reading.get(user_id)
        if reading is None:
            reading = self._reading[user_id] = asyncio.create_task(self._read_and_kept(user_id, use), name="link read")
            reading.add_done_callback(self._ended)
        return await asyncio.shield(reading)

    async def _read_and_kept(self, user_id: int, use: Use | None) -> _Row | None:
        changes = self._changes
        try:
            row = await self._read(user_id, use)
            if row is not None and changes == self._changes and self._kept:
                self._recent[user_id] = row
            return row
        finally:
            if self._reading.get(user_id) is asyncio.current_task():
                del self._reading[user_id]

    async def _read(self, user_id: int, use: Use | None = None) -> _Row | None:
        with read_or_told():
            row, noted = await self._last_use.read(user_id, use)
        if row is None:
            return None
        link = link_in(row)
        return _Row(used_link(link, use) if use is not None and noted else link, row["sealed_key"])
