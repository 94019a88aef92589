"""`rotate-key` killed or interrupted at any point: every link opens, and the next run goes on."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.domain.models import ApiKey, PanelAccount
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.keyfile import load_or_create, read_keys
from bot.store.links import LinkStore
from bot.store.vault import Vault
from tests.security.evidence import run_sql
from tests.security.process import start_bot

PEOPLE = 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Crowd:
    """Many links in a database of their own, without a bot."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            _env_file=None,
            discord_token="token-that-opens-nothing",
            panel_url="https://panel.example.com",
            database_url=f"sqlite:///{folder / 'data' / 'berth.db'}",
        )
        self.folder = folder
        self.data = folder / "data"
        self.keys = {number: ApiKey(f"ptlc_{number:043d}") for number in range(1, PEOPLE + 1)}

    async def link(self) -> None:
        """Link everybody, under a key file of one key."""
        async with self._store(create=True) as store:
            for number, key in self.keys.items():
                await store.save(number, PanelAccount(number, "x"), key, at=NOW)

    async def opened(self) -> int:
        """Return how many links open with the key file as it is now, and give the right key."""
        async with self._store() as store:
            found = [await store.open(number) for number in self.keys]
        return sum(pair is not None and pair[1] == key for pair, key in zip(found, self.keys.values(), strict=True))

    def sealed_under(self, key: bytes) -> int:
        """Return how many links are sealed under an encryption key."""
        vault = Vault([key])
        rows = run_sql(self.data / "berth.db", "SELECT sealed_key FROM links")
        return sum(vault.is_current(sealed) for (sealed,) in rows)

    @asynccontextmanager
    async def _store(self, *, create: bool = False) -> AsyncIterator[LinkStore]:
        database = await open_database(self.settings.database_url)
        keys = load_or_create(self.data / "encryption.key") if create else read_keys(self.data / "encryption.key")
        try:
            yield LinkStore(database, Vault(keys), panel=self.settings.panel_origin)
        finally:
            await database.close()

    async def start(self, *options: str) -> asyncio.subprocess.Process:
        """Start a rotation."""
        return await start_bot(
            self.folder,
            "rotate-key",
            *options,
            DISCORD_TOKEN="token-that-opens-nothing",
            PANEL_URL="https://panel.example.com",
            DATABASE_URL=self.settings.database_url,
        )

    def resealed(self) -> int:
        """Return how far a rotation has come: -1 before it has made its key."""
        keys = read_keys(self.data / "encryption.key")
        return self.sealed_under(keys[0]) if len(keys) == 2 else -1

    def has_resealed(self, wanted: int) -> bool:
        """Tell whether a rotation has come this far."""
        return self.resealed() >= wanted


def _is_past(moment: float) -> bool:
    return asyncio.get_running_loop().time() >= moment


async def kill_when(process: asyncio.subprocess.Process, reached: Callable[[], bool]) -> None:
    """Kill a process at the moment something is reached, unless it ends before."""
    ended = asyncio.create_task(process.communicate())
    while not ended.done() and not reached():
        await asyncio.wait({ended}, timeout=0.002)
    if not ended.done():
        process.send_signal(signal.SIGKILL)
    await ended


async def test_killed_at_any_row_every_link_still_opens_and_the_next_run_goes_on(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path)
    await crowd.link()
    stopped_at = []

    for target in (0, 1, 10, 40, 80):
        await kill_when(await crowd.start(), partial(crowd.has_resealed, target))

        stopped_at.append(crowd.resealed())
        assert await crowd.opened() == PEOPLE
    await (await crowd.start()).communicate()
    await (await crowd.start("--drop-old")).communicate()

    assert sum(0 <= reached < PEOPLE for reached in stopped_at) >= 2
    assert await crowd.opened() == PEOPLE
    (key,) = read_keys(crowd.data / "encryption.key")
    assert crowd.sealed_under(key) == PEOPLE


async def test_killed_at_random_moments_no_link_is_lost_and_no_key_file_is_half_written(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path)
    await crowd.link()
    chance = random.Random(4)

    for number in range(6):
        process = await crowd.start(*(("--drop-old",) if number % 2 else ()))
        moment = asyncio.get_running_loop().time() + chance.uniform(0.2, 1.5)
        await kill_when(process, partial(_is_past, moment))

        assert await crowd.opened() == PEOPLE
        assert len(read_keys(crowd.data / "encryption.key")) in (1, 2)


async def test_a_key_file_left_half_written_by_a_crash_stops_nobody(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path)
    await crowd.link()
    for number in range(2, 5000):
        crowd.data.joinpath(f"encryption.{number}.new").write_text("half")

    await (await crowd.start()).communicate()

    assert await crowd.opened() == PEOPLE
    assert crowd.resealed() == PEOPLE


async def test_a_key_that_was_taken_out_is_in_no_file_that_a_killed_rotation_left(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path)
    await crowd.link()
    old = (crowd.data / "encryption.key").read_text()
    # As a rotation leaves it that is killed just before its file takes the place of the key file.
    crowd.data.joinpath("encryption.k1lled_.new").write_text(old)

    await (await crowd.start()).communicate()
    await (await crowd.start("--drop-old")).communicate()

    assert await crowd.opened() == PEOPLE
    assert [path.name for path in crowd.data.iterdir() if old.strip().encode() in path.read_bytes()] == []


async def test_interrupting_by_hand_says_in_one_line_that_nothing_is_lost(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path)
    await crowd.link()
    process = await crowd.start()
    printing = asyncio.create_task(process.communicate())

    while crowd.resealed() < 1:
        await asyncio.wait({printing}, timeout=0.002)
    process.send_signal(signal.SIGINT)
    output, _ = await printing

    assert process.returncode == 130
    assert output.decode() == "berth: interrupted; every link still opens, run rotate-key again\n"
    assert await crowd.opened() == PEOPLE
