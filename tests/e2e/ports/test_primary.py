"""`/allocations primary` and Make primary: promoting, the restart hint, and Undo."""

from __future__ import annotations

from tests.names import offers_undo, undo_of
from tests.stage import Stage
from tests.world import World


async def test_the_reply_shows_old_and_new_and_hints_at_the_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert seen.ephemeral
    assert world.survival.primary_id == 2
    assert "✅ Made primary `play.example.com:25565` → `203.0.113.7:25566`." in seen.text
    assert "The game server sees this at its next start: restart it" in seen.text
    assert "⭐ `203.0.113.7:25566` **Primary**" in seen.text


async def test_set_as_primary_promotes_in_place(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    await ann.choose("203.0.113.7:25566")

    seen = await ann.press("Make primary")

    assert seen.message.id == panel.message.id
    assert world.survival.primary_id == 2
    assert "✅ Made primary" in seen.text


async def test_undo_goes_back_to_the_previous_primary(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")

    seen = await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1
    assert "✅ Made primary `203.0.113.7:25566` → `play.example.com:25565`." in seen.text
    assert "next start" in seen.text


async def test_undo_can_itself_be_undone(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.press(undo_of(ann.seen))

    await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 2


async def test_undo_works_after_a_restart(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    await stage.restart()

    seen = await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1
    assert "`203.0.113.7:25566` → `play.example.com:25565`" in seen.text


async def test_undo_does_not_override_a_primary_that_somebody_else_has_set_since(stage: Stage, world: World) -> None:
    third = world.state.assign(world.survival, 25570)
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    world.survival.primary_id = third.id

    seen = await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == third.id
    assert "❌ **That cannot be undone now**\nThe primary has been changed again since" in seen.text
    assert "203.0.113.7:25570" in seen.text


async def test_undo_to_an_allocation_that_is_gone_says_so(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")
    world.state.release(world.state.allocations[1])

    seen = await ann.press(undo_of(ann.seen))

    assert "The earlier primary is no longer on the server" in seen.text
    assert world.survival.primary_id == 2


async def test_nothing_about_the_state_is_carried_in_a_custom_id(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations list", server="Survival")
    detail = await ann.choose("203.0.113.7:25566")
    promote = detail.custom_id("Make primary")
    done = await ann.press("Make primary")

    assert promote == f"v1:alloc.primary:{ann.id}:5e000001:2"
    number = done.custom_id(undo_of(done)).split(":")[3]
    assert done.custom_id(undo_of(done)).startswith(f"v1:history.undo:{ann.id}:{number}:5e000001:")


async def test_promoting_the_primary_again_is_told_as_already_so_and_not_recorded(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25565")

    assert world.survival.primary_id == 1
    assert "☑️ `play.example.com:25565` is already the primary. I changed nothing." in seen.text
    assert "→" not in seen.text
    assert not offers_undo(seen)
    assert stage.changes == []
    assert "No changes on record" in (await ann.run("allocations history")).text


async def test_promoting_heals_a_server_without_a_primary(stage: Stage, world: World) -> None:
    world.survival.primary_id = 3
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert world.survival.primary_id == 2
    assert "✅ Made primary `203.0.113.7:25566`." in seen.text
    assert "No port is the primary" not in seen.text
    assert not offers_undo(seen)  # there is no earlier primary to go back to


async def test_a_subuser_who_may_update_promotes(stage: Stage, world: World) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.update"]
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations primary", server="Survival", allocation="25566")

    assert world.survival.primary_id == 2
    assert offers_undo(seen)


async def test_promoting_works_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.press(undo_of(ann.seen))

    assert world.survival.primary_id == 1
    assert [request for request in stage.changes if "primary" in request] == [
        f"POST /servers/{world.survival.identifier}/network/allocations/2/primary",
        f"POST /servers/{world.survival.identifier}/network/allocations/1/primary",
    ]
