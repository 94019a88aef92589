"""What one process at a time does."""

from __future__ import annotations

import asyncio
import hashlib

from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.fleet.fleets import CUT, VAULT, Fleets
from tests.postgres.server import Server


async def test_turns_are_taken_one_after_the_other_over_the_processes(fleets: Fleets) -> None:
    order: list[str] = []

    async def change(fleet: PostgresFleet, name: str) -> None:
        async with fleet.exclusion.turn("server"):
            order.append(f"{name} in")
            await asyncio.sleep(0.02)
            order.append(f"{name} out")

    for _ in range(5):
        await asyncio.gather(change(fleets.one, "one"), change(fleets.two, "two"))

    assert len(order) == 20
    assert all(came.split()[0] == went.split()[0] for came, went in zip(order[::2], order[1::2], strict=True))


async def test_who_gets_the_turn_has_heard_of_the_change_before_it(fleets: Fleets) -> None:
    for number in range(30):
        server = f"5e{number:06}"
        async with fleets.one.exclusion.turn("server"):
            await fleets.one.news.changed(server)

        async with fleets.two.exclusion.turn("server"):
            assert f"server {server}" in fleets.heard.words


async def test_what_is_done_alone_is_refused_to_others_and_free_after_a_crash(fleets: Fleets, postgres: Server) -> None:
    async with fleets.one.exclusion.alone("creation") as mine, fleets.two.exclusion.alone("creation") as theirs:
        assert (mine, theirs) == (True, False)
    async with fleets.two.exclusion.alone("creation") as free:
        assert free

    crashed = PostgresFleet(fleets.url, VAULT, me="three")
    async with crashed.exclusion.turn("server"):
        postgres.execute(CUT.format(fleets.database), database=fleets.database)
        async with asyncio.timeout(10), fleets.one.exclusion.turn("server"):
            pass
    await crashed.close()


async def test_which_lock_is_held_cannot_be_guessed_without_the_key(fleets: Fleets, postgres: Server) -> None:
    """Everybody who may log in to the server sees the numbers of its locks."""
    stranger = PostgresFleet(fleets.url, Vault([b"s" * KEY_BYTES]), me="stranger")
    hashed = int.from_bytes(hashlib.sha256(b"berth turn 5e000001").digest()[:8], signed=True)

    async with fleets.one.exclusion.turn("5e000001"):
        mine = _locked(postgres)
    async with fleets.two.exclusion.alone("5e000001"):
        theirs = _locked(postgres)
    async with stranger.exclusion.turn("5e000001"):
        strangers = _locked(postgres)
    await stranger.close()

    assert len(mine) == 1
    assert mine == theirs
    assert mine != strangers
    assert hashed not in mine


def _locked(postgres: Server) -> list[int]:
    """Return the numbers of the locks that are held, as everybody on the server sees them."""
    looked = "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
    return [number for (number,) in postgres.execute(looked)]


async def test_while_the_key_is_changed_process_by_process_turns_are_taken_and_nobody_waits_for_ever(
    fleets: Fleets,
) -> None:
    old, new = b"k" * KEY_BYTES, b"n" * KEY_BYTES
    both = PostgresFleet(fleets.url, Vault([new, old]), me="both")
    swapped = PostgresFleet(fleets.url, Vault([old, new]), me="swapped")
    done = PostgresFleet(fleets.url, Vault([new]), me="done")
    within: list[str] = []
    met: list[tuple[str, ...]] = []

    async def changes(fleet: PostgresFleet, name: str) -> None:
        for _ in range(10):
            async with fleet.exclusion.turn("server"):
                within.append(name)
                met.append(tuple(within))
                await asyncio.sleep(0.01)
                within.remove(name)

    async with asyncio.timeout(30):
        await asyncio.gather(changes(fleets.one, "old"), changes(both, "both"), changes(swapped, "swapped"))
        await asyncio.gather(changes(done, "new"), changes(both, "both"), changes(swapped, "swapped"))
    async with fleets.one.exclusion.alone("creation") as mine, both.exclusion.alone("creation") as theirs:
        refused = theirs
        async with done.exclusion.alone("creation") as free:
            pass
    for fleet in (both, swapped, done):
        await fleet.close()

    assert [names for names in met if len(names) > 1] == []
    assert len(met) == 60
    assert (mine, refused) == (True, False)
    assert free  # what could not be had by one key is held by no other


async def test_a_turn_that_nobody_waits_for_any_more_is_left_to_others(fleets: Fleets) -> None:
    async with fleets.one.exclusion.turn("server"):
        waiting = asyncio.create_task(_turn_of(fleets.two))
        await asyncio.sleep(0.1)
        waiting.cancel()
        await asyncio.wait([waiting])

    async with asyncio.timeout(5), fleets.one.exclusion.turn("server"):
        pass
    assert waiting.cancelled()


async def _turn_of(fleet: PostgresFleet) -> None:
    async with fleet.exclusion.turn("server"):
        pass
