"""Components that no honest client sends: cut short, or with what belongs to somebody else in them."""

from __future__ import annotations

from copy import deepcopy

import pytest

from bot.demo.panel import PanelState
from tests.e2e.scenes import SCENES, furnish
from tests.stage import Stage
from tests.world import World

STAYS = {"account.export", "notes.save", "notes.edit"}
CHANGING = [verb for verb, scene in SCENES.items() if scene.changes]


def held(state: PanelState, *, but: int) -> dict[int, tuple[int | None, str | None]]:
    """Return whose each assigned allocation is and its notes, one of them left out."""
    rows = (row for row in state.allocations.values() if row.server_id is not None and row.id != but)
    return {row.id: (row.server_id, row.notes) for row in rows}


@pytest.mark.parametrize("verb", CHANGING)
async def test_a_component_cut_short_does_nothing_or_what_the_whole_one_does(
    stage: Stage, world: World, verb: str
) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    scene = SCENES[verb]
    shown = await scene.way(stage, ann)
    whole = scene.custom_id(shown)
    on = shown if shown.answered else await ann.run("help")
    before = held(world.state, but=2)

    for length in range(len("v1:"), len(whole)):
        seen = await scene.forge(stage, ann, on, whole[:length])

        assert seen.answered
        assert seen.ephemeral
        assert "I made a mistake" not in seen.text
        await stage.env.advance_time(15)

    assert before.items() <= held(world.state, but=2).items()
    assert {row.server_id for row in world.state.allocations.values() if row.id not in before} <= {None, 1}
    assert world.survival.primary_id in (1, 2)


@pytest.mark.parametrize("verb", sorted(SCENES))
async def test_a_component_with_another_version_says_so_and_does_nothing(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann = await stage.linked("ann", world.ann)
    scene = SCENES[verb]
    shown = await scene.way(stage, ann)
    whole, on = scene.custom_id(shown), shown if shown.answered else await ann.run("help")
    # A forged form does not say which message it is of; some messages keep what is told beside them.
    message = None if scene.use.startswith("form:") or verb in STAYS else on.message.id
    before, kept = deepcopy(world.state), stage.stored_of(ann)
    stage.panel.requests.clear()

    for version in ("v0", "v2", "v10"):
        seen = await scene.forge(stage, ann, on, whole.replace("v1", version, 1))

        assert "This message is from an earlier version of me" in seen.text
        assert seen.ephemeral
        assert message in (None, seen.message.id)
        assert list(seen.buttons) == ["My servers"]
    assert stage.asked == []
    assert world.state == before
    assert stage.stored_of(ann) == kept


async def test_anothers_change_can_be_neither_seen_nor_undone_by_its_number(stage: Stage, world: World) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="ann's secret")
    help_ = await bob.run("help")
    stage.panel.requests.clear()

    for number in range(1, 4):
        forged = (
            await stage.forge(bob, f"v1:history.pick:{bob.id}:all:0", on=help_, values=[str(number)], kind=3),
            await stage.forge(bob, f"v1:history.undo:{bob.id}:{number}:5e000001:00000000", on=help_),
        )

        for seen in forged:
            assert "That change is no longer on record" in seen.text
            assert "ann's secret" not in seen.text
            assert seen.ephemeral
    assert stage.asked == []
    assert world.state.allocations[2].notes == "ann's secret"


async def test_a_damaged_undo_does_nothing(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="query")
    on = await ann.run("help")
    stage.panel.requests.clear()

    seen = await stage.forge(ann, f"v1:history.undo:{ann.id}:1", on=on)

    assert "Nothing was changed." in seen.text
    assert stage.asked == []


async def test_the_notes_a_creation_waits_with_are_not_reachable_with_anothers_picker(
    stage: Stage, world: World
) -> None:
    dan = await stage.linked("dan", world.dan)
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations create", notes="ann's secret")
    picked = next(str(part["custom_id"]) for part in picker.components if part["type"] == 3)
    on = await dan.run("help")

    seen = await stage.forge(
        dan, picked.replace(str(ann.id), str(dan.id)), on=on, values=[world.solo.identifier], kind=3
    )

    assert "I no longer know the notes you gave" in seen.text
    assert len(world.state.allocations_of(world.solo)) == 1
    assert "ann's secret" not in str(world.state.allocations)


async def test_a_component_with_another_owner_in_it_acts_for_nobody(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    bob = await stage.linked("bob", world.bob)
    panel = await ann.run("allocations list", server="Survival")
    stage.panel.requests.clear()

    for owner in (ann.id, 0, 10**19, int(f"{bob.id}0"), bob.id // 10):
        seen = await stage.forge(bob, f"v1:alloc.add:{owner}:5e000001:00000000", on=panel)

        assert "These buttons belong to somebody else" in seen.text
    assert stage.asked == []
