"""A new encryption key in a key file, beside a running bot."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from bot.demo.people import Person
from bot.domain.models import ApiKey
from bot.store.keyfile import read_keys, write_keys
from bot.store.vault import KEY_BYTES, Vault
from tests.names import LINKING, buttons_on
from tests.security.evidence import database_file, run_sql
from tests.security.rotation.rotating import DONE, key_file, rotate, works
from tests.stage import Stage
from tests.world import World


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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
async def test_the_key_file_that_root_rotates_is_the_bots_own(stage: Stage) -> None:
    """Else a bot that runs as another user opens no link that was sealed again."""
    os.chown(key_file(stage), 12345, 12346)

    ended = [await rotate(stage), await rotate(stage, "--drop-old")]

    owner = key_file(stage).stat()
    assert [each.code for each in ended] == [0, 0]
    assert (owner.st_uid, owner.st_gid) == (12345, 12346)


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


@pytest.mark.parametrize("options", [[], ["--drop-old"]], ids=["make", "drop"])
async def test_a_key_file_that_opens_no_link_is_not_rotated_and_loses_no_key(
    stage: Stage, world: World, options: list[str]
) -> None:
    ann = await stage.linked("ann", world.ann)
    right = key_file(stage).read_bytes()
    write_keys(key_file(stage), [bytes([number]) * KEY_BYTES for number in range(1, 2 + len(options))])
    wrong = key_file(stage).read_bytes()

    refused = await rotate(stage, *options)

    assert refused.code == 2
    assert "nothing was rotated. Links that no encryption key at hand opens: 1 of 1." in refused.output
    assert f"put that key into {key_file(stage)}" in refused.output
    assert key_file(stage).read_bytes() == wrong
    key_file(stage).write_bytes(right)
    await stage.restart()
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
