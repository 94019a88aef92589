"""What other people changed through the bot is never shown, compared or undone from memory."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.stage import Stage
from tests.world import World

EVERYTHING = ["allocation.read", "allocation.create", "allocation.update", "allocation.delete"]


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has just looked at it."""
    person = await stage.linked("ann", world.ann)
    await person.run("allocations list", server="Survival")
    return person


@pytest.fixture
async def bob(stage: Stage, world: World) -> Person:
    """Return a subuser of Survival who may do everything there."""
    user = next(user for user in world.state.users.values() if user.username == "bob")
    world.state.add_subuser(world.survival, user, EVERYTHING)
    return await stage.linked("bob", world.bob)


async def test_an_addition_by_another_person_counts_after_ones_own_notes(ann: Person, bob: Person) -> None:
    await bob.run("allocations create", server="Survival")

    await ann.run("allocations notes", server="Survival", allocation="25566", text="x")
    seen = await ann.run("allocations list", server="Survival")

    assert "3 of 5 ports used" in seen.text


async def test_notes_never_shows_an_older_list_than_another_persons_change(ann: Person, bob: Person) -> None:
    await bob.run("allocations create", server="Survival")

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="x")

    assert "2 of 5 ports used" not in seen.text
    assert "✅ Noted " in seen.text


async def test_undo_never_destroys_what_another_person_wrote_in_between(ann: Person, bob: Person) -> None:
    await bob.run("allocations notes", server="Survival", allocation="25566", text="written by bob")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="written by ann")
    history = await ann.run("allocations history")

    seen = await ann.choose(next(iter(history.options)))

    assert "voice lobby" not in seen.text


async def test_the_old_primary_is_the_one_another_person_had_set(ann: Person, bob: Person, world: World) -> None:
    await ann.run("allocations create", server="Survival")
    newest = world.state.allocations_of(world.survival)[-1]
    await bob.run("allocations primary", server="Survival", allocation="25566")

    seen = await ann.run("allocations primary", server="Survival", allocation=f"203.0.113.7:{newest.port}")

    assert f"`203.0.113.7:25566` → `203.0.113.7:{newest.port}`" in seen.text


async def test_share_posts_the_primary_that_another_person_had_set(ann: Person, bob: Person) -> None:
    panel = ann.seen
    await bob.run("allocations primary", server="Survival", allocation="25566")

    await ann.press("Post address here", panel)
    seen = await ann.press("Post")

    assert "203.0.113.7:25566" in seen.text


async def test_hidden_notes_are_not_cleared_by_an_empty_form(stage: Stage, world: World) -> None:
    user = next(user for user in world.state.users.values() if user.username == "cid")
    world.state.add_subuser(world.survival, user, ["allocation.update"])
    primary = world.state.primary_of(world.survival)
    assert primary is not None
    primary.notes = "do not touch"
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations list", server="Survival")
    await cid.choose(next(iter(cid.seen.options)))

    form = (await cid.press("Edit notes")).form

    field = form["components"][0]
    assert "may not see the current notes" in field["description"]
    assert field["component"]["required"] is True


async def test_a_number_on_record_is_never_given_again(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="one")
    old = await ann.run("allocations history")
    await ann.run("unlink")
    await ann.press(next(label for label in ann.seen.buttons if label.startswith("Unlink ")))
    await ann.link(world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")

    seen = await ann.choose(next(iter(old.options)), old)

    assert "no longer on record" in seen.text


async def test_who_may_not_read_is_told_at_least_one_in_the_server_list(stage: Stage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)

    user = next(user for user in world.state.users.values() if user.username == "cid")
    world.state.add_subuser(world.creative, user, ["allocation.create"])

    seen = await cid.run("servers")

    assert "**Survival** · at least 1 of 5 ports used" in seen.text
