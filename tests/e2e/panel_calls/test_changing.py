"""How many panel calls each change makes, and which."""

from __future__ import annotations

import pytest

from tests.e2e.naming.given import HERE, SRV, named, names_answered
from tests.e2e.panel_calls.requests import CREATE, LIST, ROWS, VIEW
from tests.names import undo_of
from tests.stage import Stage
from tests.world import World


async def test_notes_make_two_calls_the_read_and_the_write(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566", text="x")
    by_option = list(stage.asked)
    await ann.choose("203.0.113.7:25566")
    await ann.press("Edit notes")
    stage.panel.requests.clear()
    await ann.fill(notes="y")

    assert by_option == stage.asked == [VIEW, f"POST {ROWS}/2"]


async def test_notes_with_an_identifier_and_nothing_known_make_two_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations notes", server="5e000001", allocation="25566", text="x")

    assert stage.asked == [VIEW, f"POST {ROWS}/2"]


async def test_notes_that_say_it_already_make_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566", text="voice lobby")

    assert stage.asked == [VIEW]


async def test_primary_makes_three_calls_and_its_undo_two_more_for_whether_the_game_listens_there_still(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.press(undo_of(ann.seen))

    there, back = ([VIEW, f"POST {ROWS}/{row}/primary", LIST] for row in (2, 1))
    assert stage.asked == [*there, *back, f"{VIEW}/resources", f"{VIEW}/activity"]


@pytest.mark.parametrize("given", [False, True], ids=["alias of the earlier primary", "given name"])
async def test_primary_makes_two_calls_more_where_the_name_that_players_type_leads_there(
    stage: Stage, world: World, given: bool
) -> None:
    ann = await stage.linked("ann", world.ann)

    async with names_answered(stage) as names:
        if given:
            names.zone[SRV] = ["0 5 25566 node.example.org."]
            await named(ann)
        else:
            names.zone = {"play.example.com A": [HERE]}
        stage.panel.requests.clear()
        await ann.run("allocations primary", server="Survival", allocation="25566")

    assert stage.asked == [VIEW, f"POST {ROWS}/2/primary", LIST, f"{VIEW}/resources", f"{VIEW}/activity"]


async def test_primary_with_an_identifier_and_nothing_known_makes_three_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations primary", server="5e000001", allocation="25566")

    assert stage.asked == [VIEW, f"POST {ROWS}/2/primary", LIST]


async def test_create_makes_three_calls_the_read_the_write_and_the_read_back(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Survival")
    await ann.press("Add another")

    assert stage.asked == [VIEW, CREATE, LIST, VIEW, CREATE, LIST]


async def test_create_makes_one_call_more_for_notes_and_one_for_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Survival", notes="x")
    noted = list(stage.asked)
    stage.panel.requests.clear()
    await ann.run("allocations create", server="Survival", primary=True)
    promoted = list(stage.asked)
    stage.panel.requests.clear()
    await ann.run("allocations create", server="Survival", notes="x", primary=True)

    rows = [row.id for row in world.state.allocations_of(world.survival) if row.id > 2]
    assert noted[:2] == promoted[:2] == stage.asked[:2] == [VIEW, CREATE]
    assert noted[2] in {f"POST {ROWS}/{row}" for row in rows}
    assert promoted[2] in {f"POST {ROWS}/{row}/primary" for row in rows}
    assert [noted[3:], promoted[3:]] == [[LIST], [LIST]]
    new = world.survival.primary_id
    assert stage.asked == [VIEW, CREATE, f"POST {ROWS}/{new}", f"POST {ROWS}/{new}/primary", LIST]


async def test_a_creation_and_a_promotion_are_looked_at_once_more_by_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    for change in ("create", "primary"):
        options = {"allocation": "25566"} if change == "primary" else {}
        await ann.run(f"allocations {change}", server="Survival", **options)
        stage.panel.requests.clear()
        await stage.env.advance_time(60)

        assert stage.asked == [VIEW]


async def test_notes_and_deletions_are_not_looked_at_once_more(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="x")
    await ann.run("allocations delete", server="Survival", allocation="25566")
    await ann.press("Remove 203.0.113.7:25566")
    stage.panel.requests.clear()

    await stage.env.advance_time(60)

    assert stage.asked == []


async def test_create_with_an_identifier_and_nothing_known_makes_three_calls(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    seen = await ann.run("allocations create", server="5e000001")

    assert "3 of 5 ports used" in seen.text
    assert stage.asked == [VIEW, CREATE, LIST]


async def test_delete_makes_one_call_to_ask_and_three_to_delete(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations delete", server="Survival", allocation="25566")
    asked = list(stage.asked)
    await ann.press("Remove 203.0.113.7:25566")

    assert asked == [VIEW]
    assert stage.asked == [VIEW, VIEW, f"DELETE {ROWS}/2", LIST]


async def test_delete_with_an_identifier_and_nothing_known_asks_with_one_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()

    await ann.run("allocations delete", server="5e000001", allocation="25566")

    assert stage.asked == [VIEW]


async def test_cancelling_a_deletion_shows_the_allocation_as_it_is_now_with_one_call(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    stage.panel.requests.clear()

    await ann.press("Cancel")

    assert stage.asked == [VIEW]


async def test_a_refused_change_is_sent_once(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.auto_allocation = False

    await ann.run("allocations create", server="Survival")

    assert stage.asked == [VIEW, CREATE]


async def test_a_creation_for_which_the_limit_leaves_no_room_is_not_sent(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Creative")

    assert stage.asked == ["GET /servers/5e000002"]
