"""The names under which players join servers: given by members, and read from memory."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from bot.domain.hostnames import JoinName
from bot.domain.models import GameServer, GivenName
from bot.errors import NotLinked, OwnDatabaseUnreadable
from bot.store.connection import Row
from bot.store.database import Database
from bot.store.moments import moment, stored
from bot.store.telling import read_or_told, written_or_told

SETTLES_WITHIN = 1.0
"""Seconds for which a reading of servers waits for their names, where another process has just changed one."""
_NOT_KEPT = "The name was not kept."
_NOT_CLEARED = "I still have the name."
_IN_DOUBT = "I do not know whether that was kept. {/allocations address} shows which name I have."
# One statement, so that no unlink can come between the look and the writing.
_PUT = """
    INSERT INTO names (panel, server, host, port, user_id, at)
    SELECT ?, ?, ?, ?, user_id, ? FROM links WHERE user_id = ?
    ON CONFLICT (panel, server)
    DO UPDATE SET host = excluded.host, port = excluded.port, user_id = excluded.user_id, at = excluded.at
"""
_CLEAR = "DELETE FROM names WHERE panel = ? AND server = ?"
_ALL = "SELECT * FROM names WHERE panel = ?"
_ONE = "SELECT * FROM names WHERE panel = ? AND server = ?"
_BY = "SELECT * FROM names WHERE user_id = ? ORDER BY at, server"


class NameStore:
    """Keeps the names of one panel's servers; they are all in memory, so that no list waits for the database.

    A name takes some hundred bytes there. What another process changes has to be told: `doubt`.
    """

    def __init__(self, database: Database, *, panel: str) -> None:
        self._database = database
        # Whether it is reached by http or https: a panel that moves from one to the other keeps its names.
        self._panel = panel.partition("://")[2]
        self._names: dict[str, GivenName] = {}
        self._reading: set[asyncio.Task[None]] = set()
        # A change and what is remembered of it are one: of two, the later is what stays in memory too.
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        """Read all of them, as once at start."""
        async with self._changing:
            rows = await self._database.rows(_ALL, (self._panel,))
            self._names = {row["server"]: _given(row) for row in rows}

    async def read_again(self, server: str) -> None:
        """Read the name of one server anew, which somebody else may have changed."""
        async with self._changing:
            await self._read(server)

    def doubt(self, server: str) -> None:
        """Have the name of one server read anew soon, which another process may have changed; never raises."""
        task = asyncio.create_task(self._read_in_time(server), name="name read again")
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def settled(self) -> None:
        """Wait until what other processes have changed is read; at once where they have not, and never for long."""
        if self._reading:
            await asyncio.wait(self._reading, timeout=SETTLES_WITHIN)

    async def _read_in_time(self, server: str) -> None:
        with suppress(OwnDatabaseUnreadable):  # its page reads it again, and so does who is back in touch
            await self.read_again(server)

    def of(self, server: str) -> GivenName | None:
        """Return the name of a server, or None."""
        return self._names.get(server)

    def completed(self, server: GameServer) -> GameServer:
        """Return a server, as the panel told it, with its name."""
        given = self._names.get(server.identifier)
        return server if given is None else replace(server, given=given)

    async def put(self, given: GivenName) -> None:
        """Keep a name in place of the server's earlier one; raise NotLinked if who gives it has unlinked meanwhile."""
        name = given.name
        values = (self._panel, given.server, name.host, name.port, stored(given.at), given.user_id)
        async with self._changing:
            with written_or_told(_NOT_KEPT, in_doubt=_IN_DOUBT):
                kept = await self._database.write(lambda connection: connection.execute(_PUT, values).rowcount)
            if kept:
                await self._read(given.server)
        if not kept:
            raise NotLinked

    async def clear(self, server: str) -> None:
        """Forget the name of a server, and erase it."""
        async with self._changing:
            with written_or_told(_NOT_CLEARED, in_doubt=_IN_DOUBT):
                await self._database.write(
                    lambda connection: connection.execute(_CLEAR, (self._panel, server)).rowcount
                )
            self._names.pop(server, None)
        self._database.erase_soon()

    async def given_by(self, user_id: int) -> list[GivenName]:
        """Return every name that this person gave, the oldest first."""
        with read_or_told():
            rows = await self._database.rows(_BY, (user_id,))
        return [_given(row) for row in rows]

    async def left(self, user_id: int) -> tuple[str, ...]:
        """Drop from memory what this person gave, which an unlink has deleted; return the servers it was of."""
        async with self._changing:
            return self.forget(user_id)

    def forget(self, user_id: int) -> tuple[str, ...]:
        """Drop from memory what this person gave, which is deleted; return the servers it was of."""
        servers = tuple(server for server, given in self._names.items() if given.user_id == user_id)
        for server in servers:
            del self._names[server]
        return servers

    async def _read(self, server: str) -> None:
        with read_or_told():
            row = await self._database.row(_ONE, (self._panel, server))
        if row is None:
            self._names.pop(server, None)
        else:
            self._names[server] = _given(row)


async def opened_names(database: Database, *, panel: str) -> NameStore:
    """Return the names of a panel's servers, all of them read."""
    names = NameStore(database, panel=panel)
    await names.load()
    return names


def _given(row: Row) -> GivenName:
    return GivenName(row["server"], JoinName(row["host"], row["port"]), row["user_id"], moment(row["at"]))
