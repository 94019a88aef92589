"""Several ports at once on the record of changes: what was made, and nothing of what was only waited for."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.history.recorded import exported, lines
from tests.e2e.several.plans import CREATES, ROWS, THROTTLED, added, asked, notes_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.world import World


async def history(person: Person) -> list[str]:
    """Return what the record says, oldest first."""
    return lines(await person.run("allocations history"))[::-1]


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_a_wait_for_the_throttle_is_no_refusal_and_leaves_nothing_in_history(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(ann)
    while_waiting = await history(ann)

    await stage.pass_time(61)
    at_the_end = await history(ann)

    made = {row.notes: f"✅ Added `203.0.113.7:{row.port}` · Survival" for row in added(world)}
    assert stage.asked.count(CREATES) == 5
    assert while_waiting == [made["voice chat"], made["web map"]]
    assert at_the_end == [made["voice chat"], made["web map"], made["query"], made["RCON"]]


async def test_waits_that_others_make_longer_leave_nothing_either_nor_does_the_export_have_them(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    stage.panel.faults.rate_limited(60, method="POST", path=ROWS, times=3)

    for _ in range(5):
        await stage.pass_time(61)

    assert "4 of 4 ports added" in ann.saw(waiting.result).text
    assert [change["outcome"] for change in await exported(ann)] == ["done"] * 4


async def test_a_wait_to_write_the_notes_is_no_refusal_either(stage: TroubledStage, ann: Person, world: World) -> None:
    await asked(ann, "Voice chat")
    stage.panel.faults.rate_limited(20, method="POST", path=f"{ROWS}/*", times=2)
    await ann.press("Add 1 port")

    for _ in range(3):
        await stage.pass_time(21)

    port = added(world)[0].port
    assert notes_of(world) == ["voice chat"]
    assert await history(ann) == [
        f"✅ Added `203.0.113.7:{port}` · Survival",
        f"✅ Noted `203.0.113.7:{port}`: no notes → voice chat · Survival",
    ]


async def test_a_429_of_a_creation_by_itself_is_a_refusal_still(stage: TroubledStage, ann: Person) -> None:
    stage.panel.faults.rate_limited(60, method="POST", path=ROWS)

    await ann.run("allocations create", server="Survival", notes="lobby")

    assert [change["outcome"] for change in await exported(ann)] == ["refused"]


async def test_a_stop_while_it_waits_leaves_what_was_made_and_nothing_else(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(ann)

    await ann.press("Stop")

    assert [change["outcome"] for change in await exported(ann)] == ["done", "done"]
    assert notes_of(world) == ["voice chat", "web map"]
