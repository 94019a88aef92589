"""`/allocations create` and Add port: a new allocation, with notes or as primary if asked."""

from __future__ import annotations

import json

from tests.names import offers_undo, undo_of, unnamed
from tests.stage import Stage
from tests.world import World, add_servers, fill_up


async def test_create_assigns_an_allocation_and_shows_it_in_the_panel(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival")

    new = world.state.allocations_of(world.survival)[2]
    assert seen.ephemeral
    assert f"✅ Added `203.0.113.7:{new.port}`. It can be used for TCP and UDP." in seen.text
    assert "3 of 5 ports used" in seen.text
    assert str(new.id) in seen.options.values()


async def test_create_hints_at_the_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival")

    assert "The game server sees this at its next start" in seen.text


async def test_create_with_notes_and_primary_does_all_and_tells_each_step(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    seen = await ann.run("allocations create", server="Survival", notes="query port", primary=True)

    new = world.state.primary_of(world.survival)
    assert new.notes == "query port"
    assert new.id not in (1, 2)
    assert "✅ Noted it: query port" in seen.text
    assert "✅ Made it the primary." in seen.text
    assert f"⭐ `203.0.113.7:{new.port}` **Primary**" in seen.text
    assert " · query port" in seen.text


async def test_create_as_primary_offers_undo_to_the_previous_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.run("allocations create", server="Survival", primary=True)

    seen = await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1
    assert "→ `play.example.com:25565`" in seen.text
    assert "3 of 5 ports used" in seen.text


async def test_create_with_notes_only_leaves_the_primary_alone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Survival", notes="rcon")

    assert world.survival.primary_id == 1
    assert not offers_undo(seen)
    assert "Make primary" not in seen.text


async def test_create_tells_which_step_failed(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(
        403,
        '{"errors":[{"code":"AccessDeniedHttpException","status":"403","detail":"This action is unauthorized."}]}',
        path="*/primary",
    )

    seen = await ann.run("allocations create", server="Survival", notes="query", primary=True)

    assert "✅ Added" in seen.text
    assert "✅ Noted it: query" in seen.text
    assert "❌ The primary was not changed." in seen.text
    assert "`allocation.update`" in seen.text
    assert world.survival.primary_id == 1
    assert not offers_undo(seen)


async def test_the_panels_words_about_a_step_are_a_quotation_that_nothing_in_them_ends(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    detail = "No.” ✅ Noted @everyone [press](https://evil.example)"
    body = json.dumps({"errors": [{"code": "ValidationException", "status": "422", "detail": detail}]})
    stage.panel.faults.answer(422, body, method="POST", path="*/allocations/*")

    seen = await ann.run("allocations create", server="Survival", notes="query")
    quotation = unnamed(seen.text).partition("{panel} says: “")[2].partition("” Choose the port in the list")[0]

    assert quotation == "No.’ ✅ Noted \\@\u200beveryone \\[press\\]\\(https\\://evil.example\\)"


async def test_a_subuser_with_create_only_creates_and_sees_why_the_notes_failed(stage: Stage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations create", server="Survival", notes="query")

    assert len(world.state.allocations_of(world.survival)) == 3
    assert "✅ Added" in seen.text
    assert "❌ The notes were not changed." in seen.text
    assert "`allocation.update`" in seen.text
    assert "You see the primary only" in seen.text


async def test_add_allocation_adds_one_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    seen = await ann.press("Add port")

    assert seen.message.id == panel.message.id
    assert "✅ Added" in seen.text
    assert "3 of 5 ports used" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_add_allocation_can_be_pressed_until_the_limit_and_is_then_off(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    await ann.press("Add port")
    for _ in range(2):
        seen = await ann.press("Add another")

    assert "5 of 5 ports used" in seen.text
    assert seen.buttons["Add another"] is False
    assert "**Add another** is off until there is room: remove a port you no longer need" in seen.text


async def test_the_page_with_the_new_allocation_is_shown(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 30)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    before = {row.id for row in world.state.allocations_of(world.survival)}

    seen = await ann.press("Add port")

    new = next(row for row in world.state.allocations_of(world.survival) if row.id not in before)
    assert str(new.id) in seen.options.values()


async def test_a_reply_to_create_names_the_limit_when_it_is_reached(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", server="Creative")

    assert "The allocation limit is reached" in seen.text
    assert "2 of 2 ports used, the primary included." in seen.text
    assert "ask your host to raise the limit" in seen.text
    assert stage.changes == []
    assert len(world.state.allocations_of(world.creative)) == 2


async def test_create_without_a_server_takes_the_only_one(stage: Stage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    seen = await dan.run("allocations create", notes="query")

    assert seen.embed.title == "Solo"
    assert world.state.allocations_of(world.solo)[1].notes == "query"


async def test_create_without_a_server_asks_which_one_gets_the_allocation(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations create", notes="query", primary=True)

    assert "Choose the one that gets the new port" in seen.text
    assert list(seen.options) == ["Survival", "Creative"]
    assert stage.changes == []


async def test_the_picker_of_create_keeps_notes_and_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", notes="query", primary=True)

    seen = await ann.choose("Survival")

    new = world.state.primary_of(world.survival)
    assert new.notes == "query"
    assert new.id not in (1, 2)
    assert "✅ Made it the primary." in seen.text


async def test_the_picker_of_create_keeps_notes_and_primary_over_pages(stage: Stage, world: World) -> None:
    names = add_servers(world, 12)
    last = world.state.server(f"5e0000{len(world.state.servers):02x}")
    last.limit = 9
    world.state.add_allocation(world.state.primary_of(last).ip, 25570)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", notes="query", primary=True)

    turned = await ann.press("Next")
    question = turned.text
    await ann.choose(names[-1])

    assert "Choose the one that gets the new port" in question
    assert world.state.primary_of(last).port == 25570
    assert world.state.primary_of(last).notes == "query"


async def test_a_second_use_of_the_picker_of_create_does_not_create_twice(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    picker = await ann.run("allocations create", notes="query")
    custom_id = picker.components[0]["custom_id"]
    await ann.choose("Survival")

    again = await stage.forge(ann, custom_id, on=picker, values=[world.survival.identifier], kind=3)
    elsewhere = await stage.forge(ann, custom_id, on=picker, values=[world.creative.identifier], kind=3)

    assert len(world.state.allocations_of(world.survival)) == 3
    assert stage.panel.requests.count(method="POST", path_contains=world.creative.identifier) == 0
    for seen in (again, elsewhere):
        assert "Already on it" in seen.text
        assert seen.ephemeral


async def test_a_failed_choice_in_the_picker_shows_why_on_top_of_that_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create")

    refused = await ann.choose("Creative")
    refused_words = refused.text
    await ann.run("allocations create")
    await ann.choose("Survival")

    assert refused_words.startswith("Creative\n❌ **The allocation limit is reached**")
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_notes_that_are_too_long_for_the_panel_stop_before_anything_is_added(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    refused = await ann.run("allocations create", server="Survival", notes="x" * 192)

    assert "They have 192 characters; {panel} keeps 191" in unnamed(refused.text)
    assert stage.changes == []


async def test_notes_of_exactly_191_code_points_are_kept_whole(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations create", server="Survival", notes="😀" * 191)

    assert world.state.allocations_of(world.survival)[2].notes == "😀" * 191


async def test_blank_notes_clear_what_an_earlier_owner_left(stage: Stage, world: World) -> None:
    for port in range(25570, 25580):
        next(r for r in world.state.allocations.values() if (r.ip, r.port) == ("203.0.113.7", port)).notes = "left over"
    ann = await stage.linked("ann", world.ann)

    kept = (await ann.run("allocations create", server="Survival")).text
    cleared = (await ann.run("allocations create", server="Survival", notes=" ")).text

    rows = world.state.allocations_of(world.survival)
    assert sorted(str(row.notes) for row in rows[2:]) == ["None", "left over"]
    assert "left over" in kept
    assert "✅ Noted it: no notes" in cleared
