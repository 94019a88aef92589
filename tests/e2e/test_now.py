"""Somebody else changes the server too: what is shown, recorded and posted is what the panel says now."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.crowd import without_waiting
from tests.e2e.history.recorded import exported
from tests.names import offers_undo, undo_of, unnamed
from tests.stage import Stage, changing
from tests.world import World, add_servers


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has looked at it before somebody changed it on the panel's page."""
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    return ann


# ------------------------------------------------------------------------------------------------- shown


async def test_notes_are_shown_in_the_list_as_it_is_now(ann: Person, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    world.survival.primary_id = third.id

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert "3 of 5 ports used" in seen.text
    assert "⭐ `203.0.113.7:25570`" in seen.text
    assert "No port is the primary" not in seen.text


async def test_notes_of_what_is_no_longer_the_primary_by_the_time_they_are_written_show_the_new_one(
    stage: Stage, ann: Person, world: World
) -> None:
    held = stage.panel.faults.hold(method="POST")

    with without_waiting(stage):
        waiting = await ann.run("allocations notes", server="Survival", allocation="25565", text="lobby")
    await held.arrived.wait()
    world.survival.primary_id = 2
    held.release()
    await stage.env.settle()

    text = ann.saw(waiting.result).text
    assert "`: lobby" in text
    assert "⭐ `203.0.113.7:25566`" in text
    assert "No port is the primary" not in text


async def test_notes_do_not_list_a_row_that_was_deleted(ann: Person, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    await ann.press("Refresh")
    world.state.release(third)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert "25570" not in seen.text
    assert "2 of 5 ports used" in seen.text


async def test_a_port_that_is_another_allocation_by_now_is_found_as_it_is_now(ann: Person, world: World) -> None:
    world.state.release(world.state.allocations[2])
    other = next(row for row in world.state.allocations.values() if row.port == 25571)
    world.state.assign(world.survival, 25571)
    world.state.allocations[2].port, other.port = 25571, 25566

    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    assert other.notes == "map"


AGED = " told me <t:"


async def test_a_list_of_servers_is_read_anew_by_the_command_and_marked_with_its_age_when_a_page_is_turned(
    stage: Stage, ann: Person, world: World
) -> None:
    add_servers(world, 10)

    told = (await ann.run("servers")).text
    turned = (await ann.press("Next")).text

    assert AGED not in told
    assert AGED in turned


@pytest.mark.parametrize("command", ["list", "create"])
async def test_a_picker_of_servers_read_earlier_is_marked_with_its_age(
    stage: Stage, ann: Person, world: World, command: str
) -> None:
    world.survival.status = "suspended"

    remembered = (await ann.run(f"allocations {command}")).text
    await stage.restart()
    read = (await ann.run(f"allocations {command}")).text

    assert AGED in remembered
    assert AGED not in read
    assert "⚠️ **Survival** · suspended" in read


async def test_the_servers_of_others_read_earlier_are_marked_with_their_age(stage: Stage, world: World) -> None:
    world.state.users[1].admin = True
    world.state.add_server(world.state.users[4], "Duo", ip="203.0.113.99", free_ports=())
    ann = await stage.linked("ann", world.ann)
    listed = await ann.run("servers")

    read = (await ann.press("Other people's servers", on=listed)).text
    await ann.press("My servers")
    remembered = (await ann.press("Other people's servers")).text

    assert AGED not in read
    assert AGED in remembered


async def test_who_had_no_server_a_moment_ago_is_not_told_so_from_memory(stage: Stage, world: World) -> None:
    eve = world.state.add_user("eve")
    person = await stage.linked("eve", world.state.add_key(eve))
    world.state.add_server(eve, "First", limit=3, ip="203.0.113.10", ports=(25565,), free_ports=())

    seen = await person.run("allocations list")

    assert "1 of 3 ports used" in seen.text


# ------------------------------------------------------------------------------------------------- from and before


@pytest.mark.parametrize("by", ["command", "button", "creation"])
async def test_from_is_what_the_read_before_the_write_says(ann: Person, world: World, by: str) -> None:
    third = world.state.assign(world.survival, 25570)
    if by == "button":
        await ann.press("Refresh")
        await ann.choose("203.0.113.7:25566")
    world.survival.primary_id = third.id

    if by == "command":
        seen = await ann.run("allocations primary", server="Survival", allocation="25566")
    elif by == "button":
        seen = await ann.press("Make primary")
    else:
        seen = await ann.run("allocations create", server="Survival", primary=True)

    if by == "creation":
        (promotion, _) = await exported(ann)
        assert promotion["before"] == {"primary": third.id, "address": "203.0.113.7:25570"}
    else:
        assert "✅ Made primary `203.0.113.7:25570` → `203.0.113.7:25566`." in seen.text


async def test_undo_goes_back_to_what_was_the_primary_just_before(ann: Person, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    world.survival.primary_id = third.id
    await ann.run("allocations primary", server="Survival", allocation="25566")

    await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == third.id


async def test_before_on_record_is_what_stood_there_just_before_the_write(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "written on the panel's page"

    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    (change,) = await exported(ann)
    assert change["before"] == {"notes": "written on the panel's page"}


async def test_undo_of_notes_writes_back_what_stood_there_just_before(ann: Person, world: World) -> None:
    world.state.allocations[2].notes = "written on the panel's page"
    await ann.run("allocations notes", server="Survival", allocation="25566", text="map")
    await ann.run("allocations history")
    await ann.choose("1")

    await ann.press(undo_of(ann.seen))

    assert world.state.allocations[2].notes == "written on the panel's page"


async def test_before_is_unknown_where_the_read_failed_and_then_there_is_no_undo(
    stage: Stage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"ErrorException","status":"500","detail":"An unexpected error was encountered."}]}'
    await ann.choose("203.0.113.7:25566")
    stage.panel.faults.answer(500, body, method="GET", path="*/servers/5e000001", times=3)

    seen = await ann.press("Make primary")

    assert world.survival.primary_id == 2
    assert "→" not in seen.text
    assert not offers_undo(seen)
    (change,) = await exported(ann)
    assert change["before"] is None
    await ann.run("allocations history")
    assert "**Undo** is off: I did not know what was there before" in (await ann.choose("1")).text


# ------------------------------------------------------------------------------------------------- posted


async def test_the_address_that_is_posted_is_the_one_of_now(ann: Person, world: World) -> None:
    world.survival.primary_id = 2

    await ann.press("Post address here")
    seen = await ann.press("Post")

    assert "`203.0.113.7:25566`" in seen.text


# ------------------------------------------------------------------------------------------------- one truth a message


async def test_below_an_addition_that_could_not_be_read_back_there_is_no_old_list(
    stage: Stage, ann: Person, world: World
) -> None:
    stage.panel.faults.maintenance(method="GET", path="*/network/allocations", times=None)

    seen = await ann.press("Add port")

    assert "✅ Added" in seen.text
    assert "I could not read it back ({panel} is in maintenance)" in unnamed(seen.text)
    assert "ports used" not in seen.text
    assert list(seen.buttons) == ["Show allocations"]


async def test_nothing_was_changed_is_not_said_within_a_message_that_says_added(
    stage: Stage, ann: Person, world: World
) -> None:
    stage.panel.faults.rate_limited(30, method="POST", path="*/network/allocations/*/primary")

    seen = await ann.run("allocations create", server="Survival", notes="atlas", primary=True)

    assert "✅ Added" in seen.text
    assert "❌ The primary was not changed. {panel} asks me to slow down." in unnamed(seen.text)
    assert "Nothing was changed" not in seen.text


async def test_after_a_plain_500_it_is_not_said_that_the_change_may_still_come(stage: Stage, ann: Person) -> None:
    body = '{"errors":[{"code":"QueryException","status":"500","detail":"An unexpected error was encountered."}]}'
    stage.panel.faults.answer(500, body, method="POST")

    seen = await ann.press("Add port")

    assert "❌ No port was added. {panel} failed to do it" in unnamed(seen.text)
    assert "may still" not in seen.text


async def test_after_a_plain_500_that_says_nothing_of_the_change_it_is_not_said_that_it_may_still_come(
    stage: Stage, world: World
) -> None:
    body = '{"errors":[{"code":"QueryException","status":"500","detail":"An unexpected error was encountered."}]}'
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.answer(500, body, method="POST")

    seen = await cid.run("allocations create", server="Survival")

    assert "❔ I do not know whether a port was added: {panel} failed to do it" in unnamed(seen.text)
    assert "may still" not in seen.text
    assert "was lost" not in seen.text


async def test_a_deletion_that_the_panel_refused_is_not_told_as_confirmed_where_nothing_can_be_read_back(
    stage: Stage, ann: Person, world: World
) -> None:
    body = '{"errors":[{"code":"NotFoundHttpException","status":"404","detail":"The requested resource could not be '
    body += 'found on the server."}]}'
    await ann.run("allocations delete", server="Survival", allocation="25566")
    stage.panel.faults.answer(404, body, method="DELETE")
    stage.panel.faults.maintenance(method="GET", path="*/network/allocations", times=None)

    seen = await ann.press("Remove 203.0.113.7:25566")

    assert "❌ **That port is no longer there**" in seen.text
    assert "✅" not in seen.text
    (change,) = await exported(ann)
    assert change["outcome"] == "refused"


# ------------------------------------------------------------------------------------------------- self-service


async def test_add_works_again_with_the_next_read_once_self_service_is_back_on(
    stage: Stage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(stage.bot.services.allocations, "clock", lambda: clock[0])
    world.state.auto_allocation = False
    await ann.press("Add port")
    world.state.auto_allocation = True
    clock[0] = 5.0

    seen = await ann.run("allocations list", server="Survival")

    assert seen.buttons["Add port"] is True


# ------------------------------------------------------------------------------------------------- turns


async def test_who_has_no_access_keeps_nobody_waiting(stage: Stage, ann: Person, world: World) -> None:
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.dan)):
        refused = await dan.run("allocations create", server="5e000001")
        seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")
        told = seen.text

    assert "✅ Noted `" in told
    assert "{panel} knows no such server of yours" in unnamed(dan.saw(refused.result).text)


async def test_a_change_that_waited_for_its_turn_reads_anew(stage: Stage, ann: Person, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    bob = await stage.linked("bob", world.bob)

    async with stage.slow_panel(changing):
        await bob.run("allocations primary", server="5e000001", allocation="25566")
        waiting = await ann.run("allocations primary", server="5e000001", allocation="25565")

    assert "`203.0.113.7:25566` → `play.example.com:25565`" in ann.saw(waiting.result).text
