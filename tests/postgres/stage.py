"""The bot on a stage whose database is one of a PostgreSQL server."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import psycopg
from pydantic import SecretStr

from bot.demo.people import Person
from bot.front.client import Bot
from bot.settings import Settings
from bot.store.postgres.claims import Claims
from bot.store.postgres.exclusion import Exclusion
from tests.stage import Stage

KEY = "QmVydGggdGVzdHMgd2l0aCB0aGlzIGtleSBvbmx5ISE="
"""32 bytes, for there is no folder beside the database to make a key in."""
_NOW = """
    CREATE OR REPLACE FUNCTION berth_now() RETURNS double precision LANGUAGE sql VOLATILE
    AS 'SELECT extract(epoch FROM clock_timestamp())::double precision + {}'
"""


class OnServer(Stage):
    """A stage with a database of a server."""

    url: ClassVar[str]
    texts_stay = True

    @property
    def settings(self) -> Settings:
        """The settings the bot is built with; nothing of the machine's own."""
        return super().settings.model_copy(update={"database_url": self.url, "encryption_key": SecretStr(KEY)})

    async def build(self) -> Bot:
        """Return a bot whose actions do not wait until it tells what is over, as they do for all that is due soon."""
        bot = await super().build()
        claims = bot.services.fleet.claims
        assert isinstance(claims, Claims)
        claims.aside.within = 60.0
        return bot

    async def restart_without_texts(self) -> None:
        """Restart when the time of what people typed is over."""
        with psycopg.connect(self.url) as connection:
            connection.execute("UPDATE texts SET until = 0")
        await self.restart()

    def is_turn(self, lock: asyncio.Lock) -> bool:
        """Tell whether it is another lock than that of a connection."""
        fleet = self.bot.services.fleet
        assert isinstance(fleet.claims, Claims)
        assert isinstance(fleet.exclusion, Exclusion)
        return lock not in {line._free for line in (fleet.claims._line, fleet.exclusion.line)}

    async def note_uses(self) -> None:
        """Have it noted when links were used, which is told along with the next action otherwise."""
        claims = self.bot.services.fleet.claims
        assert isinstance(claims, Claims)
        await claims.aside.close()

    def keep_time(self) -> None:
        """Let the server's clock go on where the test lets time pass."""
        advance, ahead = self.env.advance_time, 0.0

        async def advance_all(seconds: float) -> None:
            nonlocal ahead
            ahead += seconds
            with psycopg.connect(self.url) as connection:
                connection.execute(_NOW.format(ahead).encode())
            await advance(seconds)

        self.env.advance_time = advance_all  # type: ignore[method-assign]

    @property
    def kept(self) -> bytes:
        """Everything in the database, whatever the table, as text."""
        with psycopg.connect(self.url) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            rows = [connection.execute(f"SELECT t::text FROM {table} t".encode()).fetchall() for (table,) in tables]  # noqa: S608
        return str(rows).encode()

    def stored_of(self, person: Person) -> list[tuple[Any, ...]]:
        """Return every row of the database that belongs to a person, whatever the table."""
        with psycopg.connect(self.url) as connection:
            owned = "SELECT table_name FROM information_schema.columns WHERE column_name = 'user_id'"
            tables = [name for (name,) in connection.execute(owned)]
            return [
                row
                for table in sorted(tables)
                for row in connection.execute(f"SELECT * FROM {table} WHERE user_id = %s".encode(), (person.id,))  # noqa: S608
            ]


def stage_on(url: str) -> type[OnServer]:
    """Return the kind of stage whose database is this one."""
    return type("OnThisServer", (OnServer,), {"url": url})
