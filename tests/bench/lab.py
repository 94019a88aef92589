"""The laboratory: the panel, the database with its links, and the contenders that a scenario asks for."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from math import ceil
from pathlib import Path

import psycopg
from yarl import URL

from bot.domain.models import ApiKey
from bot.store.address import is_postgres
from bot.store.database import open_database
from bot.store.moments import stored
from bot.store.vault import Vault
from tests.bench.processes import Contender, PanelProcess
from tests.bench.world import Account, Person, key
from tests.wire import WireDiscord


@dataclass(frozen=True, slots=True)
class Options:
    """How thoroughly to measure."""

    rounds: int = 5
    actions: int = 100
    """Actions a batch, where one person after another acts."""
    seconds: float = 5.0
    """How long a batch with so many actions a second takes."""
    people: int = 100_000
    links: int = 100_000
    guilds: int = 10_000


PEOPLE = tuple(Person(number) for number in range(50))
CROWD = tuple(Person(number) for number in range(5_000))
SPECIAL = tuple(Person(number, account) for account in Account for number in range(50) if account is not Account.CROWD)
PER_SHARD = 2_500
"""Guilds at most on one shard; Discord refuses more."""
_LINK = """
    INSERT INTO links (user_id, panel_origin, panel_user_id, panel_username, sealed_key, masked_key, linked_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_COPY = """
    COPY links (user_id, panel_origin, panel_user_id, panel_username, sealed_key, masked_key, linked_at) FROM STDIN
"""


class Lab:
    """Starts what a scenario needs; everything is gone at the end."""

    def __init__(self, options: Options, folder: Path, stack: AsyncExitStack, panel: PanelProcess) -> None:
        self.options = options
        self.panel = panel
        self._folder = folder
        self._stack = stack
        self._numbers = count(1)
        self._encryption_key = os.urandom(32)

    def within(self, stack: AsyncExitStack) -> Lab:
        """Return this laboratory with contenders that end with the stack."""
        return Lab(self.options, self.new_folder(), stack, self.panel)

    async def floor(self) -> Contender:
        """Return the floor, started."""
        discord = await self._stack.enter_async_context(WireDiscord())
        floor = Contender(
            "floor", discord, self.new_folder(), ("tests.bench.floor",),
            PANEL_URL=self.panel.url, PANEL_KEY=key(Account.ADMIN, 0),
        )  # fmt: skip
        await floor.start("--sync")
        self._stack.push_async_callback(floor.stop)
        return floor

    async def discord(self, *, guilds: int) -> WireDiscord:
        """Return a Discord with as many shards as these guilds need, all of which may begin at once."""
        discord = await self._stack.enter_async_context(WireDiscord(guilds=guilds, shards=ceil(guilds / PER_SHARD)))
        discord.rest.sessions["max_concurrency"] = 16
        return discord

    async def bot(
        self, *, people: Iterable[Person], guilds: int = 1, hidden: Sequence[str] = (), **settings: str
    ) -> Contender:
        """Return the real bot, started; these people are linked. It cannot import `hidden` packages."""
        discord = await self.discord(guilds=guilds)
        url = f"sqlite:///{self.new_folder() / 'berth.db'}"
        await self.link(url, people)
        bot = self.process("bot", discord, url, hidden=hidden, **settings)
        await bot.start()
        self._stack.push_async_callback(bot.stop)
        return bot

    def process(
        self, name: str, discord: WireDiscord, url: str, *, hidden: Sequence[str] = (), **settings: str
    ) -> Contender:
        """Return a process of the real bot on a database, to be started."""
        return Contender(
            name, discord, self.new_folder(), ("bot",), hidden=hidden,
            PANEL_URL=self.panel.url, DATABASE_URL=url,
            ENCRYPTION_KEY=base64.urlsafe_b64encode(self._encryption_key).decode(), **settings,
        )  # fmt: skip

    @contextmanager
    def cores_apart(self, *contenders: Contender) -> Iterator[None]:
        """Give the contenders one core, as on the smallest host; this process and the panel share the others."""
        cores = sorted(os.sched_getaffinity(0))
        others = set(cores[1:]) or set(cores)
        try:
            for contender in contenders:
                _keep_to(contender.pid, {cores[0]})
            for pid in (os.getpid(), self.panel.pid):
                _keep_to(pid, others)
            yield
        finally:
            for pid in (os.getpid(), self.panel.pid):
                _keep_to(pid, set(cores))

    def new_folder(self) -> Path:
        """Return a new folder, which is gone at the end."""
        folder = self._folder / str(next(self._numbers))
        folder.mkdir()
        return folder

    async def link(self, url: str, people: Iterable[Person]) -> None:
        """Fill a new database as if these people had linked: sealed by the bot's own vault."""
        vault = Vault([self._encryption_key])
        panel = f"{URL(self.panel.url).origin()}"
        now = stored(datetime.now(UTC))

        def row(person: Person) -> tuple[object, ...]:
            key = ApiKey(person.key)
            sealed = vault.seal(key, owner=person.user_id, panel=panel)
            return (person.user_id, panel, 1, person.account.value, sealed, key.masked, now)

        database = await open_database(url)
        if is_postgres(url):
            await database.close()
            with psycopg.connect(url) as server, server.cursor().copy(_COPY) as copy:
                for person in people:
                    copy.write_row(row(person))
            return
        await database.write(
            lambda connection: [connection.execute(_LINK, row(person)) for person in people], patience=600
        )
        await database.close()


def _keep_to(pid: int, cores: set[int]) -> None:
    for thread in os.listdir(f"/proc/{pid}/task"):
        os.sched_setaffinity(int(thread), cores)


@asynccontextmanager
async def open_lab(options: Options, folder: Path) -> AsyncIterator[Lab]:
    """Yield a laboratory with the panel running."""
    async with AsyncExitStack() as stack:
        panel = PanelProcess()
        await panel.start()
        stack.push_async_callback(panel.stop)
        yield Lab(options, folder, stack, panel)
