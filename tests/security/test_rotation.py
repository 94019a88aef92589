"""`python -m bot rotate-key`: a new encryption key, interrupted at any point, beside a running bot."""

from __future__ import annotations

import asyncio
import base64
import random
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.demo import stage as demo
from bot.demo.people import Person
from bot.domain.models import ApiKey, PanelAccount
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.keyfile import load_or_create, read_keys
from bot.store.links import LinkStore
from bot.store.vault import Vault
from tests.names import LINKING, buttons_on
from tests.security.evidence import database_file, run_sql
from tests.security.process import Ended, run_bot, start_bot
from tests.stage import Stage
from tests.world import World

A, B, C = (base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
DONE = "Links sealed again under the first key: {}; already so: {}."
PEOPLE = 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def rotate(stage: Stage, *options: str, **settings: str) -> Ended:
    """Run `rotate-key` as a process of its own, on the database of the bot on the stage."""
    return await run_bot(
        database_file(stage).parent,
        "rotate-key",
        *options,
        DISCORD_TOKEN="token-that-opens-nothing",
        PANEL_URL=stage.panel.url,
        DATABASE_URL=stage.settings.database_url,
        **settings,
    )


def key_file(stage: Stage) -> Path:
    """Return the key file of the stage's bot."""
    return database_file(stage).parent / "encryption.key"


async def works(*people: Person) -> bool:
    """Tell whether each of these people sees their servers with their stored key."""
    return all(["ports used" in (await person.run("servers")).text for person in people])


# With a key file, beside a running bot


async def test_every_link_opens_before_after_and_with_the_old_key_dropped(stage: Stage, world: World) -> None:
    people = [await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)]
    (old,) = read_keys(key_file(stage))

    rotated = await rotate(stage)
    works_after = await works(*people)
    dropped = await rotate(stage, "--drop-old")

    assert rotated.code == dropped.code == 0
    assert DONE.format(2, 0) in rotated.output
    assert "`rotate-key --drop-old` takes it out" in rotated.output
    assert DONE.format(0, 2) in dropped.output
    assert works_after
    assert await works(*people)
    assert len(read_keys(key_file(stage))) == 1
    assert old not in read_keys(key_file(stage))
    await stage.restart()
    assert await works(*people)


async def test_links_made_during_a_rotation_survive_the_dropping_of_the_old_key(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await rotate(stage)
    bob = await stage.linked("bob", world.bob)
    await ann.link(world.ann)
    await rotate(stage, "--drop-old")
    dan = await stage.linked("dan", world.dan)

    await stage.restart()
    assert await works(ann, bob, dan)


async def test_a_key_linked_anew_while_its_row_is_about_to_be_sealed_again_is_not_overwritten(
    stage: Stage, world: World
) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    vault = Vault(read_keys(key_file(stage)))
    anew = vault.seal(ApiKey(world.bob), owner=dan.id, panel=stage.settings.panel_origin)
    trigger = (
        f"CREATE TRIGGER meanwhile AFTER UPDATE OF sealed_key ON links WHEN OLD.user_id = {ann.id} BEGIN "  # noqa: S608
        f"UPDATE links SET sealed_key = X'{anew.hex()}' WHERE user_id = {dan.id}; END"
    )
    run_sql(database_file(stage), trigger)

    rotated = await rotate(stage)
    await dan.run("servers")

    assert DONE.format(1, 0) in rotated.output
    assert stage.panel.requests[-1].key == world.bob
    run_sql(database_file(stage), "DROP TRIGGER meanwhile")
    await rotate(stage, "--drop-old")
    await stage.restart()
    assert await works(ann, dan)


async def test_rotating_twice_uses_a_new_key_each_time(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = set(read_keys(key_file(stage)))

    for _ in range(2):
        await rotate(stage)
        await rotate(stage, "--drop-old")
        seen |= set(read_keys(key_file(stage)))

    assert len(seen) == 3
    assert await works(ann)


async def test_a_rotation_that_ended_early_goes_on_with_the_same_new_key(stage: Stage, world: World) -> None:
    await stage.linked("ann", world.ann)
    await rotate(stage)
    keys = read_keys(key_file(stage))

    again = await rotate(stage)

    assert again.code == 0
    assert DONE.format(0, 1) in again.output
    assert read_keys(key_file(stage)) == keys


async def test_whichever_write_fails_every_link_still_opens_and_the_next_run_completes(
    stage: Stage, world: World
) -> None:
    people = [await stage.linked(name, key) for name, key in (("a", world.ann), ("b", world.bob), ("d", world.dan))]
    file = database_file(stage)

    for person in people:
        run_sql(
            file,
            f"CREATE TRIGGER fails BEFORE UPDATE OF sealed_key ON links WHEN OLD.user_id = {person.id} "
            "BEGIN SELECT RAISE(ABORT, 'disk full'); END",
        )
        failed = await rotate(stage)
        run_sql(file, "DROP TRIGGER fails")

        assert failed.code == 1
        assert failed.output.count("\n") == 1
        assert "every link still opens, run rotate-key again" in failed.output
        assert await works(*people)
    completed = await rotate(stage)

    assert completed.code == 0
    assert DONE.format(1, 2) in completed.output
    await rotate(stage, "--drop-old")
    await stage.restart()
    assert await works(*people)


async def test_the_old_key_is_not_dropped_when_a_row_could_not_be_sealed_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await rotate(stage)
    keys = read_keys(key_file(stage))
    await _seal_with(stage, ann, world.ann, keys[1])
    run_sql(
        database_file(stage),
        "CREATE TRIGGER fails BEFORE UPDATE OF sealed_key ON links BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )

    failed = await rotate(stage, "--drop-old")

    assert failed.code == 1
    assert read_keys(key_file(stage)) == keys
    assert await works(ann)


async def _seal_with(stage: Stage, person: Person, key: str, encryption_key: bytes) -> None:
    sealed = Vault([encryption_key]).seal(ApiKey(key), owner=person.id, panel=stage.settings.panel_origin)
    run_sql(database_file(stage), "UPDATE links SET sealed_key = ? WHERE user_id = ?", sealed, person.id)


async def test_a_database_that_is_locked_ends_the_rotation_with_one_line(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    with closing(sqlite3.connect(database_file(stage), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        failed = await rotate(stage)
        other.rollback()

    assert failed.code == 1
    assert failed.output.count("\n") == 1
    assert await works(ann)


async def test_dropping_before_rotating_is_refused_and_changes_nothing(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    keys = read_keys(key_file(stage))

    refused = await rotate(stage, "--drop-old")

    assert refused.code == 2
    assert "run rotate-key without --drop-old first" in refused.output
    assert read_keys(key_file(stage)) == keys
    assert await works(ann)


async def test_a_link_no_key_opens_is_counted_and_its_owner_asked_to_link_again(stage: Stage, world: World) -> None:
    ann, dan = await stage.linked("ann", world.ann), await stage.linked("dan", world.dan)
    run_sql(database_file(stage), "UPDATE links SET sealed_key = x'01020304' WHERE user_id = ?", ann.id)

    rotated = await rotate(stage)
    seen = await ann.run("servers")

    assert rotated.code == 0
    assert "Links that no key at hand opens: 1; their owners will be asked to link again." in rotated.output
    assert "Please link your panel account again" in seen.text
    assert buttons_on(seen) == LINKING
    assert await works(dan)
    await ann.link(world.ann)
    assert await works(ann)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x01",
        b"\x02" + bytes(60),
        bytes(200),
        "text of another type",
        "one bit",
        "cut",
    ],
)
async def test_a_row_damaged_in_any_way_means_link_again_and_never_a_crash(
    stage: Stage, world: World, damage: bytes | str
) -> None:
    ann = await stage.linked("ann", world.ann)
    file = database_file(stage)
    ((sealed,),) = run_sql(file, "SELECT sealed_key FROM links")
    if damage == "one bit":
        damage = sealed[:-1] + bytes([sealed[-1] ^ 1])
    elif damage == "cut":
        damage = sealed[:20]
    run_sql(file, "UPDATE links SET sealed_key = ?", damage)
    await stage.restart()
    stage.panel.requests.clear()

    answers = [
        await ann.run("servers"),
        await ann.run("allocations list", server="Survival"),
        await ann.run("allocations create", server=world.survival.identifier),
        await ann.run("allocations delete", server=world.survival.identifier, allocation="#2"),
    ]

    assert all("Please link your panel account again" in seen.text for seen in answers)
    assert await ann.suggest("allocations list", "server", "") == {}
    assert "ptlc_…" in (await ann.run("account")).text
    assert stage.asked == []


async def test_a_damaged_key_file_stops_the_rotation_but_not_the_running_bot(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    whole = key_file(stage).read_bytes()
    key_file(stage).write_bytes(whole[:-9])

    refused = await rotate(stage)

    assert refused.code == 2
    assert refused.output.count("\n") == 1
    assert "encryption.key is damaged" in refused.output
    assert await works(ann)
    key_file(stage).write_bytes(whole)


# Killed


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


async def test_interrupting_by_hand_says_in_one_line_that_nothing_is_lost(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path)
    await crowd.link()
    process = await crowd.start()
    printing = asyncio.create_task(process.communicate())

    while crowd.resealed() < 1:
        await asyncio.wait({printing}, timeout=0.002)
    process.send_signal(signal.SIGINT)
    output, _ = await printing

    assert process.returncode == 1
    assert output.decode() == "berth: interrupted; every link still opens, run rotate-key again\n"
    assert await crowd.opened() == PEOPLE


# With ENCRYPTION_KEY


class StageWithKeys(Stage):
    """A stage whose bot takes its encryption keys from the setting."""

    encryption_keys: str | None = A

    @property
    def settings(self) -> Settings:
        """The settings, with the keys this bot is started with."""
        changed = {} if self.encryption_keys is None else {"encryption_key": SecretStr(self.encryption_keys)}
        return super().settings.model_copy(update=changed)

    async def restart_with(self, keys: str | None) -> None:
        """Restart the bot with other keys."""
        self.encryption_keys = keys
        await self.restart()


@pytest.fixture
async def keyed(world: World, tmp_path: Path) -> AsyncIterator[StageWithKeys]:
    """Yield such a stage."""
    async with demo.open_stage(world.state, tmp_path, kind=StageWithKeys) as opened:
        yield opened


async def test_with_a_list_of_keys_the_new_one_comes_first_and_the_old_one_goes_afterwards(
    keyed: StageWithKeys, world: World
) -> None:
    ann = await keyed.linked("ann", world.ann)

    await keyed.restart_with(f"{B},{A}")
    works_with_both = await works(ann)
    bob = await keyed.linked("bob", world.bob)
    rotated = await rotate(keyed, ENCRYPTION_KEY=f"{B},{A}")
    works_after = await works(ann, bob)
    await keyed.restart_with(B)

    assert works_with_both
    assert rotated.code == 0
    assert DONE.format(1, 1) in rotated.output
    assert "The other keys can now be taken out of ENCRYPTION_KEY." in rotated.output
    assert works_after
    assert await works(ann, bob)
    assert not key_file(keyed).exists()


async def test_a_key_the_running_bot_does_not_know_is_refused_with_one_line(keyed: StageWithKeys, world: World) -> None:
    ann = await keyed.linked("ann", world.ann)

    refused = await rotate(keyed, ENCRYPTION_KEY=f"{C},{A}")

    assert refused.code == 2
    assert refused.output.count("\n") == 1
    assert "restart it with the new list first" in refused.output
    assert await works(ann)


async def test_moving_from_a_key_file_to_the_setting_needs_a_restart_first(keyed: StageWithKeys, world: World) -> None:
    await keyed.restart_with(None)
    ann = await keyed.linked("ann", world.ann)
    of_file = key_file(keyed).read_text().strip()

    too_early = await rotate(keyed, ENCRYPTION_KEY=f"{B},{of_file}")
    works_between = await works(ann)
    await keyed.restart_with(f"{B},{of_file}")
    rotated = await rotate(keyed, ENCRYPTION_KEY=f"{B},{of_file}")
    await keyed.restart_with(B)

    assert too_early.code == 2
    assert works_between
    assert rotated.code == 0
    assert await works(ann)


async def test_forgetting_the_setting_when_rotating_is_refused(keyed: StageWithKeys, world: World) -> None:
    await keyed.restart_with(None)
    await keyed.restart_with(A)
    ann = await keyed.linked("ann", world.ann)

    refused = await rotate(keyed)

    assert refused.code == 2
    assert "the bot was last started with ENCRYPTION_KEY: set it here too" in refused.output
    assert await works(ann)


async def test_a_bot_started_with_another_key_asks_to_link_again_and_keeps_the_rows(
    keyed: StageWithKeys, world: World
) -> None:
    ann = await keyed.linked("ann", world.ann)
    await keyed.restart_with(C)
    seen = await ann.run("servers")

    await keyed.restart_with(A)

    assert "Please link your panel account again" in seen.text
    assert "whoever runs me changed mine" in seen.text
    assert await works(ann)
