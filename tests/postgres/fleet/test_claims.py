"""Who answers an interaction, and what its person does, over all processes."""

from __future__ import annotations

import asyncio
import hashlib

from bot.store.postgres.fleet import PostgresFleet
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.fleet.fleets import ANN, BOB, Fleets
from tests.postgres.server import Server

PEOPLE = "SELECT person FROM claims ORDER BY interaction"


async def test_an_interaction_is_taken_once_however_often_it_is_asked_for(fleets: Fleets) -> None:
    claims = await asyncio.gather(
        *(fleet.claims.take(number, ANN) for number in range(40) for fleet in (fleets.one, fleets.two))
    )
    again = await fleets.one.claims.take(0, ANN), await fleets.two.claims.take(0, ANN)

    assert sum(claim.mine for claim in claims) == 40
    assert sorted(claim.mine for claim in again) == [False, True]


async def test_what_a_person_does_is_counted_over_both_and_nobody_elses(fleets: Fleets) -> None:
    for number in range(3):
        await fleets.one.claims.take(number, ANN)
    await fleets.two.claims.take(10, BOB)

    before = await fleets.two.claims.take(11, ANN)
    for number in range(3):
        fleets.one.claims.over(number)
    told = await fleets.two.claims.elsewhere(ANN)
    after = await fleets.two.claims.take(12, ANN)

    assert (before.lately, before.elsewhere) == (4, 3)
    assert told == 0
    assert (after.lately, after.elsewhere) == (5, 0)


async def test_nothing_of_who_acted_can_be_read_from_what_is_kept(fleets: Fleets, postgres: Server) -> None:
    person = 200_000_000_000_000_001
    await fleets.one.claims.take(1, person)
    await fleets.one.marks.put(f"post {person} 5e000001 3", 60)

    kept = postgres.execute("SELECT c::text || m::text FROM claims c, marks m", database=fleets.database)

    assert len(kept) == 1
    assert str(person) not in str(kept)
    assert "5e000001" not in str(kept)


async def test_who_acted_cannot_be_guessed_without_the_key_and_both_processes_agree(
    fleets: Fleets, postgres: Server
) -> None:
    """Ids of Discord's people are no secret: a plain hash of each could be compared with what is kept."""
    hashed = int.from_bytes(hashlib.sha256(f"berth person {ANN}".encode()).digest()[:8], signed=True)
    marked = hashlib.sha256(b"berth mark posted").hexdigest()[:40]
    stranger = PostgresFleet(fleets.url, Vault([b"s" * KEY_BYTES]), me="stranger")

    await fleets.one.claims.take(1, ANN)
    seen = await fleets.two.claims.take(2, ANN)
    await fleets.one.marks.put("posted", 300)
    again = await fleets.two.marks.put("posted", 300)
    await stranger.claims.take(3, ANN)
    await stranger.close()
    people = [person for (person,) in postgres.execute(PEOPLE, database=fleets.database)]
    marks = [what for (what,) in postgres.execute("SELECT what FROM marks", database=fleets.database)]

    assert (seen.lately, seen.elsewhere) == (2, 1)
    assert again is not None
    assert people[0] == people[1] != people[2]
    assert hashed not in people
    assert len(marks) == 1
    assert marked not in marks


async def test_while_the_key_is_changed_actions_are_counted_by_who_has_both_keys(fleets: Fleets) -> None:
    old, new = b"k" * KEY_BYTES, b"n" * KEY_BYTES
    both = PostgresFleet(fleets.url, Vault([new, old]), me="both")
    done = PostgresFleet(fleets.url, Vault([new]), me="done")

    await fleets.one.claims.take(1, ANN)
    seen = await both.claims.take(2, ANN)
    seen_by_old = await fleets.two.claims.take(3, ANN)
    await done.claims.take(4, ANN)
    seen_of_new = await both.claims.take(5, ANN)
    taken = await done.claims.take(5, ANN)  # whose an interaction is does not depend on the person
    await both.close()
    await done.close()

    assert (seen.lately, seen_by_old.lately, seen_of_new.lately) == (2, 3, 5)
    assert not taken.mine


async def test_what_is_too_old_is_forgotten(fleets: Fleets, postgres: Server) -> None:
    await fleets.one.claims.take(1, ANN)
    await fleets.one.marks.put("posted", 300)
    await fleets.one.claims.tidy()
    assert postgres.execute("SELECT count(*) FROM claims, marks", database=fleets.database) == [(1,)]
    postgres.execute("UPDATE claims SET at = at - 901", "UPDATE marks SET until = 0", database=fleets.database)

    await fleets.one.claims.tidy()

    left = "SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM marks)"
    assert postgres.execute(left, database=fleets.database) == [(0,)]
