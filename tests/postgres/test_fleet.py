"""What several processes ask each other by way of PostgreSQL, and every way to lose touch."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.errors import OwnDatabaseFailed, OwnDatabaseUnreadable
from bot.store.database import open_database
from bot.store.postgres.fleet import PostgresFleet
from bot.store.postgres.texts import NEWEST
from bot.store.vault import KEY_BYTES, Vault
from tests.postgres.server import Server

ANN, BOB = 1, 2
VAULT = Vault([b"k" * KEY_BYTES])
LINK = (
    "INSERT INTO links (user_id, panel_origin, panel_user_id, panel_username, sealed_key, masked_key, linked_at, "
    "is_admin) VALUES "
)
PEOPLE = "SELECT person FROM claims ORDER BY interaction"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"


@dataclass
class Heard:
    """What a process is told, in its order."""

    words: list[str] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def _note(self, *words: object) -> None:
        self.words.append(" ".join(map(str, words)))
        self._more.set()

    def link_changed(self, user_id: int) -> None:
        """Take note."""
        self._note("changed", user_id)

    def link_replaced(self, user_id: int) -> None:
        """Take note."""
        self._note("replaced", user_id)

    def link_deleted(self, user_id: int) -> None:
        """Take note."""
        self._note("deleted", user_id)

    def server_changed(self, server: str) -> None:
        """Take note."""
        self._note("server", server)

    def plan_stopped(self, user_id: int, number: int) -> None:
        """Take note."""
        self._note("stopped", user_id, number)

    def out_of_touch(self) -> None:
        """Take note."""
        self._note("out")

    async def in_touch(self) -> None:
        """Take note."""
        self._note("in")

    async def until(self, true: Callable[[list[str]], bool]) -> list[str]:
        """Return what was told once it is as wanted."""
        async with asyncio.timeout(15):
            while not true(self.words):
                self._more.clear()
                await self._more.wait()
        return self.words


@dataclass
class Fleets:
    """Two processes on one database."""

    url: str
    one: PostgresFleet
    two: PostgresFleet
    heard: Heard

    @property
    def database(self) -> str:
        """The database's name."""
        return self.url.rpartition("/")[2]


@pytest.fixture
async def fleets(postgres: Server) -> AsyncIterator[Fleets]:
    """Yield two processes, and what the second one hears."""
    url = postgres.fresh()
    await (await open_database(url)).close()
    both = Fleets(url, PostgresFleet(url, VAULT, me="one"), PostgresFleet(url, VAULT, me="two"), Heard())
    other = Heard()
    both.one.news.listen(other)
    both.two.news.listen(both.heard)
    await other.until(lambda words: "in" in words)
    await both.heard.until(lambda words: "in" in words)
    yield both
    await both.one.close()
    await both.two.close()


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


async def test_while_the_key_is_changed_process_by_process_a_mark_is_put_once(fleets: Fleets) -> None:
    old, new = b"k" * KEY_BYTES, b"n" * KEY_BYTES
    both = PostgresFleet(fleets.url, Vault([new, old]), me="both")
    done = PostgresFleet(fleets.url, Vault([new]), me="done")
    turns = [(fleets.one, both), (both, fleets.one), (both, done), (done, both)]

    put = [
        (await first.marks.put(f"press {n}", 60), await then.marks.put(f"press {n}", 60))
        for n, (first, then) in enumerate(turns)
    ]
    await done.marks.remove("press 3")  # what `both` could not put it has taken away again
    free = await both.marks.put("press 3", 60)
    await both.close()
    await done.close()

    assert all(first is None and then is not None for first, then in put)
    assert free is None


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


async def test_a_mark_stands_for_its_time_in_every_process_and_can_be_taken_away(fleets: Fleets) -> None:
    assert await fleets.one.marks.put("posted", 300) is None
    until = await fleets.two.marks.put("posted", 300)
    assert until is not None
    assert 295 < until - time.time() < 301

    await fleets.one.marks.remove("posted")
    assert await fleets.two.marks.put("posted", 0.2) is None
    await asyncio.sleep(0.25)
    assert await fleets.one.marks.put("posted", 300) is None


async def test_sessions_of_one_bucket_are_five_seconds_apart_and_others_count(fleets: Fleets) -> None:
    first, own = await fleets.one.starts.take(0), await fleets.one.starts.take(1)
    refused = await fleets.two.starts.take(0)
    for bucket in (2, 3):
        await fleets.two.starts.take(bucket)
    later = await fleets.one.starts.take(4)

    assert (first.wait, own.wait) == (0, 0)
    assert 5 < refused.wait <= 5.5
    assert (own.others, later.others) == (0, 2)


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


async def test_a_shard_is_known_to_be_carried_until_its_process_drops_it_or_ends(fleets: Fleets) -> None:
    assert not await fleets.two.exclusion.by_another([0])
    for shard in (0, 1):
        await fleets.one.exclusion.begin(shard)

    both = await fleets.two.exclusion.by_another([0, 1])
    own = await fleets.one.exclusion.by_another([0, 1])
    more = await fleets.two.exclusion.by_another([0, 1, 2])
    await fleets.one.exclusion.end(1)
    dropped = await fleets.two.exclusion.by_another([0, 1])
    await fleets.one.exclusion.line.close()
    async with asyncio.timeout(5):
        while await fleets.two.exclusion.by_another([0]):
            pass  # the server takes a moment to notice the end of a connection

    assert (both, own, more, dropped) == (True, False, False, False)


async def test_an_outage_is_said_once_however_many_shards_wait_for_its_end(
    fleets: Fleets, postgres: Server, caplog: pytest.LogCaptureFixture
) -> None:
    shards = range(16)
    said: list[int] = []
    for _ in range(2):
        postgres.stop("immediate")
        try:
            waiting = [asyncio.create_task(fleets.one.exclusion.begin(shard)) for shard in shards]
            await asyncio.sleep(1.3)
        finally:
            postgres.start()
        async with asyncio.timeout(10):
            await asyncio.gather(*waiting)
        said.append(len([line for line in caplog.messages if "ocks between processes" in line]))
        carried = await fleets.two.exclusion.by_another(shards)
        for shard in shards:
            await fleets.one.exclusion.end(shard)

    assert said == [1, 2]
    assert carried


async def test_a_shard_that_comes_back_while_the_server_is_away_is_told_of_only_afterwards(
    fleets: Fleets, postgres: Server
) -> None:
    one = fleets.one.exclusion
    await one.begin(0)
    before = one.is_told([0])
    postgres.stop("immediate")
    try:
        await one.end(0)
        waiting = asyncio.create_task(one.begin(0))
        await asyncio.sleep(0.7)
        meanwhile = one.is_told([0])
    finally:
        postgres.start()
    async with asyncio.timeout(10):
        await waiting

    assert (before, meanwhile, one.is_told([0]), one.is_told([0, 1])) == (True, False, True, False)


async def test_links_tell_of_themselves_whoever_changes_them(fleets: Fleets, postgres: Server) -> None:
    row = "(7, 'https://p', 1, 'ann', '', '{}', {}, false)"
    insert = LINK
    postgres.execute(insert + row.format("one", 1), database=fleets.database)
    postgres.execute("UPDATE links SET last_used_at = 5, last_server = 'x'", database=fleets.database)
    postgres.execute("UPDATE links SET sealed_key = 'again'", database=fleets.database)
    anew = ("BEGIN", "DELETE FROM links", insert + row.format("two", 1), "COMMIT")
    postgres.execute("; ".join(anew), database=fleets.database)
    postgres.execute("DELETE FROM links", database=fleets.database)
    heard = await fleets.heard.until(lambda words: "deleted 7" in words)

    assert [word for word in heard if word.endswith("7")] == ["replaced 7", "changed 7", "replaced 7", "deleted 7"]


async def test_a_lost_listener_believes_nothing_until_it_hears_again(fleets: Fleets, postgres: Server) -> None:
    fleets.heard.words.clear()

    postgres.execute(CUT.format(fleets.database), database=fleets.database)
    await fleets.heard.until(lambda words: "in" in words)
    await fleets.one.news.changed("5e000001")
    heard = await fleets.heard.until(lambda words: "server 5e000001" in words)

    assert heard == ["out", "in", "server 5e000001"]


async def test_while_the_server_is_away_nothing_is_taken_and_afterwards_everything_is(
    fleets: Fleets, postgres: Server
) -> None:
    await fleets.one.claims.take(1, ANN)
    await fleets.one.exclusion.begin(0)
    postgres.stop("immediate")
    try:
        with pytest.raises(OwnDatabaseUnreadable):
            await fleets.one.claims.take(2, ANN)
        with pytest.raises(OwnDatabaseFailed):
            await fleets.one.marks.put("posted", 300)
        with pytest.raises(OwnDatabaseFailed):
            async with fleets.one.exclusion.turn("server"):
                pytest.fail("a turn was given that nobody gave")
        assert not await fleets.one.exclusion.by_another([0])
        assert (await fleets.one.starts.take(0)).wait > 0
    finally:
        postgres.start()
    await fleets.heard.until(lambda words: words[-1] == "in")

    assert (await fleets.one.claims.take(3, ANN)).mine
    async with fleets.one.exclusion.turn("server"):
        pass
    assert await fleets.two.exclusion.by_another([0])


async def test_what_is_too_old_is_forgotten(fleets: Fleets, postgres: Server) -> None:
    await fleets.one.claims.take(1, ANN)
    await fleets.one.marks.put("posted", 300)
    await fleets.one.claims.tidy()
    assert postgres.execute("SELECT count(*) FROM claims, marks", database=fleets.database) == [(1,)]
    postgres.execute("UPDATE claims SET at = at - 901", "UPDATE marks SET until = 0", database=fleets.database)

    await fleets.one.claims.tidy()

    left = "SELECT (SELECT count(*) FROM claims) + (SELECT count(*) FROM marks)"
    assert postgres.execute(left, database=fleets.database) == [(0,)]


def _linked(fleets: Fleets, postgres: Server, *people: int) -> None:
    for person in people:
        row = f"({person}, 'https://p', 1, 'ann', '', '', 1, false)"
        postgres.execute(LINK + row, database=fleets.database)


async def test_what_somebody_typed_is_known_to_the_other_process_and_to_nobody_else(
    fleets: Fleets, postgres: Server
) -> None:
    _linked(fleets, postgres, ANN, BOB)
    await fleets.one.texts.keep(ANN, "token", "the lobby \ud83d of mine", 900)

    assert await fleets.two.texts.of(ANN, "token") == "the lobby \ud83d of mine"
    assert await fleets.two.texts.of(BOB, "token") is None
    assert await fleets.two.texts.of(ANN, "another") is None
    stored = postgres.execute("SELECT encode(sealed, 'escape') FROM texts", database=fleets.database)
    assert "lobby" not in str(stored)
    # Nor is it another's, were it written to them.
    postgres.execute("UPDATE texts SET user_id = 2", database=fleets.database)
    assert await fleets.two.texts.of(BOB, "token") is None


async def test_what_somebody_typed_goes_with_their_link_with_its_time_and_with_newer_ones(
    fleets: Fleets, postgres: Server
) -> None:
    _linked(fleets, postgres, ANN, BOB)
    for number in range(NEWEST + 5):
        await fleets.one.texts.keep(ANN, f"token {number}", "text", 900 + number)
    await fleets.one.texts.keep(BOB, "token", "text", 0.1)
    await fleets.one.texts.keep(3, "token", "of somebody who is not linked", 900)
    count = "SELECT user_id, count(*) FROM texts GROUP BY user_id ORDER BY user_id"
    before = postgres.execute(count, database=fleets.database)
    newest = await fleets.two.texts.of(ANN, f"token {NEWEST + 4}")

    await asyncio.sleep(0.15)
    expired = await fleets.two.texts.of(BOB, "token")
    await fleets.one.claims.tidy()
    tidied = postgres.execute(count, database=fleets.database)
    postgres.execute("DELETE FROM links", database=fleets.database)

    assert before == [(ANN, NEWEST), (BOB, 1)]
    assert newest == "text"
    assert expired is None
    assert tidied == [(ANN, NEWEST)]
    assert postgres.execute(count, database=fleets.database) == []


async def test_a_text_that_cannot_be_asked_for_is_not_told_to_be_forgotten(fleets: Fleets, postgres: Server) -> None:
    postgres.stop("immediate")
    try:
        await fleets.one.texts.keep(ANN, "token", "text", 900)
        with pytest.raises(OwnDatabaseUnreadable):
            await fleets.one.texts.of(ANN, "token")
    finally:
        postgres.start()


async def test_a_stop_of_a_plan_is_told_to_the_other_process(fleets: Fleets) -> None:
    await fleets.one.news.stopped(ANN, 12)

    assert await fleets.heard.until(lambda words: f"stopped {ANN} 12" in words)


async def test_a_process_that_is_told_nothing_is_woken_by_nothing(
    fleets: Fleets, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop: Any = asyncio.get_running_loop()
    woken = 0
    select = loop._selector.select

    def counted(timeout: float | None) -> Any:
        nonlocal woken
        woken += 1
        return select(timeout)

    monkeypatch.setattr(loop._selector, "select", counted)

    async with asyncio.timeout(20):
        before = -100
        while woken - before > 5:  # it may be making its connections still
            before = woken
            await asyncio.sleep(1)
    await fleets.one.news.changed("5e000001")
    assert await fleets.heard.until(lambda words: "server 5e000001" in words)
