"""The bot on a stage whose database is a server's, reached by way of what counts the statements."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo.panel import PanelState
from bot.demo.people import Person, Seen
from tests.postgres.proxy import UNENCRYPTED, Proxy, proxy_before
from tests.postgres.server import Server
from tests.postgres.stage import stage_on
from tests.stage import Stage, open_stage


@dataclass
class Counted:
    """The stage, and what lies before its database."""

    stage: Stage
    proxy: Proxy
    server: Server
    database: str

    def found(self, *statements: str) -> list[tuple[Any, ...]]:
        """Return what the last of these statements of another program finds."""
        return self.server.execute(*statements, database=self.database)

    @property
    def executed(self) -> int:
        """How many statements the bot has asked for."""
        return self.proxy.executed

    def last_server_of(self, person: Person) -> str | None:
        """Return the server that the database says a person used last."""
        [(server,)] = self.found(f"SELECT last_server FROM links WHERE user_id = {person.id}")  # noqa: S608 - a number
        return None if server is None else str(server)

    async def restart_after_a_minute(self) -> None:
        """Replace the bot by one that knows nobody, a minute after anybody was there, and has its connections."""
        await self.stage.env.advance_time(61)
        await self.stage.restart()
        await self.stage.person("nobody").run("account")
        await noted(self.stage)


@asynccontextmanager
async def counted_on(server: Server, state: PanelState, folder: Path) -> AsyncIterator[Counted]:
    """Yield the bot on a new database of the server."""
    name = server.fresh().rpartition("/")[2]
    with proxy_before(server.port) as proxy:
        kind = stage_on(server.url(name, port=proxy.port) + UNENCRYPTED)
        async with open_stage(state, folder, kind=kind) as stage:
            yield Counted(stage, proxy, server, name)
            stage.env.raise_errors()


async def noted(stage: Stage) -> None:
    """Wait until what nobody waits for is written."""
    database: Any = vars(stage.bot.memory)["_database"]
    while database._later:
        await asyncio.wait(database._later)


async def do(person: Person, step: str | tuple[str, dict[str, str]]) -> Seen:
    """Run a command, press a button, or choose from a select."""
    if isinstance(step, tuple):
        return await person.run(step[0], **step[1])
    kind, _, what = step.partition(": ")
    return await (person.press(what) if kind == "press" else person.choose(what))
