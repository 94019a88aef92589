"""When the bot's own database is locked, full or read by others: told as what it is, once, and nobody else waits."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import Any

import pytest

from bot.demo.people import Person
from tests.e2e.other_programs import read_by_another, written_by_another
from tests.names import unnamed
from tests.security.evidence import bytes_on_disk, database_file, run_sql
from tests.stage import Stage
from tests.world import World

CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "create": ("allocations create", {"server": "5e000001", "notes": "x", "primary": True}),
    "notes": ("allocations notes", {"server": "5e000001", "allocation": "25566", "text": "x"}),
    "primary": ("allocations primary", {"server": "5e000001", "allocation": "25566"}),
}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the bot wait for the lock for a moment only."""
    monkeypatch.setattr("bot.store.lane.PATIENCE", 0.3)
    monkeypatch.setattr("bot.store.record.AFTERWARDS", 0.1)


@pytest.fixture
def endlessly_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the bot wait so long for the lock that a test in which anything waits for it fails."""
    monkeypatch.setattr("bot.store.lane.PATIENCE", 60.0)


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has looked at it."""
    person = await stage.linked("ann", world.ann)
    await person.run("allocations list", server="Survival")
    stage.panel.requests.clear()
    return person


async def test_a_locked_database_is_told_as_such_within_five_seconds_and_nothing_is_sent(
    stage: Stage, world: World, ann: Person
) -> None:
    began = time.monotonic()
    before = len(stage.env.http_requests)

    with written_by_another(stage):
        seen = await ann.run("allocations create", server="5e000001", notes="x", primary=True)
        took = time.monotonic() - began

    assert "❌ I cannot write to my own database" in seen.text
    assert "nothing was sent to {panel}" in unnamed(seen.text)
    assert "on my side, neither on yours nor on {panel}'s" in unnamed(seen.text)
    assert "I do not know" not in seen.text
    assert took < 5
    assert stage.changes == []
    assert len([call for call in stage.calls(before) if "callback" not in call]) <= 1  # told once
    assert stage.stored_of(ann)[0]
    assert "✅ Added" in (await ann.run("allocations create", server="5e000001")).text


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("change", CHANGES)
async def test_no_change_is_sent_that_cannot_be_written_down(
    stage: Stage, world: World, ann: Person, change: str
) -> None:
    command, options = CHANGES[change]

    with written_by_another(stage):
        seen = await ann.run(command, **options)
    history = await ann.run("allocations history")

    assert "nothing was sent to {panel}" in unnamed(seen.text)
    assert stage.changes == []
    assert "No changes on record" in history.text


@pytest.mark.usefixtures("impatient")
async def test_a_full_disk_is_told_as_the_same(stage: Stage, world: World, ann: Person) -> None:
    run_sql(
        database_file(stage),
        "CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )

    seen = await ann.run("allocations create", server="5e000001")

    assert "❌ I cannot write to my own database" in seen.text
    assert "nothing was sent to {panel}" in unnamed(seen.text)
    assert stage.changes == []


@pytest.mark.usefixtures("endlessly_patient")
async def test_who_only_looks_does_not_wait_for_a_locked_database(stage: Stage, world: World, ann: Person) -> None:
    await stage.restart()  # so that nothing is in memory

    with written_by_another(stage):
        listed = await ann.run("allocations list", server="Survival")
        account = await ann.run("account")
        history = await ann.run("allocations history")
        await ann.run("account")
        exported = await ann.press("Get it all as JSON")

    assert "2 of 5 ports used" in listed.text
    assert "**Panel account**: ann" in account.text
    assert "No changes on record" in history.text
    assert "Your data" in exported.text


@pytest.mark.usefixtures("impatient")
async def test_what_became_of_a_change_is_written_down_when_the_lock_is_gone(
    stage: Stage, world: World, ann: Person
) -> None:
    async with stage.slow_panel(lambda request: request.method == "POST"):
        changing = await ann.run("allocations notes", server="5e000001", allocation="25566", text="late")
        other = sqlite3.connect(database_file(stage), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    told = ann.saw(changing.result).text
    unsettled = run_sql(database_file(stage), "SELECT outcome FROM changes")
    other.execute("ROLLBACK")
    other.close()
    await stage.env.advance_time(10)

    assert "`: late" in told
    assert unsettled == [("unknown",)]
    assert run_sql(database_file(stage), "SELECT outcome FROM changes") == [("done",)]


@pytest.mark.usefixtures("impatient")
async def test_a_key_that_cannot_be_stored_is_told_and_the_earlier_one_stays(
    stage: Stage, world: World, ann: Person
) -> None:
    with written_by_another(stage):
        seen = await ann.link(world.dan)
    account = await ann.run("account")

    assert "❌ I cannot write to my own database" in seen.text
    assert "The key was not stored." in seen.text
    assert "**Panel account**: ann" in account.text


@pytest.mark.usefixtures("impatient")
async def test_an_unlink_that_cannot_be_written_says_that_everything_is_still_there(
    stage: Stage, world: World, ann: Person
) -> None:
    await ann.run("unlink")

    with written_by_another(stage):
        seen = await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
        told = seen.text
    listed = (await ann.run("allocations list", server="Survival")).text
    again = await ann.press("Try again", on=seen)

    assert "Nothing was deleted: I still have what I stored about you." in told
    assert "gone" not in told
    assert len(stage.stored_of(ann)) == 1
    assert "2 of 5" in listed
    assert f"Unlink ptlc_…{world.ann[-4:]}" in again.buttons


def traces(stage: Stage, *words: str) -> list[str]:
    """Return which of these words are in the database's files."""
    content = bytes_on_disk(database_file(stage))
    return [word for word in words if word.encode() in content]


@pytest.fixture
async def eve(stage: Stage, world: World) -> Person:
    """Return a person with an unmistakable name and key on the panel, and a change on record."""
    user = world.state.add_user("unmistakable-eve")
    world.state.add_server(user, "Unmistakable Server", limit=3, ip="203.0.113.10", ports=(25565, 25566))
    person = await stage.linked("eve", world.state.add_key(user))
    await person.run("allocations notes", server="Unmistakable Server", allocation="25566", text="x")
    return person


def masked_in_file(person: Person, stage: Stage) -> str:
    """Return the masked key as it is stored."""
    [[masked]] = run_sql(database_file(stage), "SELECT masked_key FROM links WHERE user_id = ?", person.id)
    return str(masked)


async def test_unlinking_while_another_program_reads_says_what_is_left_and_erases_it_when_that_lets_go(
    stage: Stage, world: World, eve: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "bot.store.erasure")
    words = ("unmistakable-eve", "Unmistakable Server", masked_in_file(eve, stage))
    question = await eve.run("unlink")
    danger = next(label for label in question.buttons if label.startswith("Unlink"))

    with read_by_another(stage):
        seen = await eve.press(danger)
        left = traces(stage, *words)
        waited = await stage.linked("ann", world.ann)
        read = await waited.run("account")

    assert "Everything I stored about you is gone" not in seen.text
    assert "I have deleted everything I stored about you, and cannot read it any more." in seen.text
    assert "a copy is left in a file beside it" in seen.text
    assert left  # so the words were not wrong
    assert stage.stored_of(eve) == []
    assert "**Panel account**: ann" in read.text
    await stage.env.advance_time(10)
    assert traces(stage, *words) == []
    logged = [record.getMessage() for record in caplog.records if record.name == "bot.store.erasure"]
    assert logged == [
        "What was deleted stays in the database's log while another program uses it: trying again",
        "What was deleted is erased from the database's log",
    ]


async def test_unlinking_with_nobody_else_at_the_database_leaves_no_byte(
    stage: Stage, world: World, eve: Person
) -> None:
    words = ("unmistakable-eve", "Unmistakable Server", masked_in_file(eve, stage))
    question = await eve.run("unlink")

    seen = await eve.press(next(label for label in question.buttons if label.startswith("Unlink")))

    assert "Everything I stored about you is gone." in seen.text
    assert traces(stage, *words) == []


async def test_a_replaced_key_leaves_no_byte(stage: Stage, world: World, eve: Person) -> None:
    masked = masked_in_file(eve, stage)
    [[sealed]] = run_sql(database_file(stage), "SELECT sealed_key FROM links WHERE user_id = ?", eve.id)

    await eve.link(world.dan)
    await stage.env.settle()

    assert traces(stage, "unmistakable-eve", masked) == []
    assert bytes(sealed) not in bytes_on_disk(database_file(stage))


async def test_pruned_history_leaves_no_byte(stage: Stage, world: World, eve: Person) -> None:
    run_sql(database_file(stage), "UPDATE changes SET at = 0")

    await stage.bot.services.history.prune()
    # Begun by the test and not by an action, so that nothing of the stage waits for it.
    if erasing := [task for task in asyncio.all_tasks() if task.get_name() == "erasure"]:
        await asyncio.wait(erasing, timeout=20)

    assert traces(stage, "Unmistakable Server") == []


@pytest.mark.usefixtures("endlessly_patient")
async def test_nobody_waits_for_the_erasure(stage: Stage, world: World, eve: Person) -> None:
    question = await eve.run("unlink")

    with read_by_another(stage):
        began = time.monotonic()
        await eve.press(next(label for label in question.buttons if label.startswith("Unlink")))
        ann = await stage.linked("ann", world.ann)
        listed = await ann.run("allocations create", server="Survival")
        took = time.monotonic() - began

    assert "✅ Added" in listed.text
    assert took < 4
