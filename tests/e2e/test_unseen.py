"""Members who may change allocations that they may not see: what cannot be seen is tried, after a question."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from bot.domain.models import Allocation, GameServer, ServerState
from bot.ui.ports import port
from tests.stage import Stage
from tests.world import World

NOT_SEEN = "I cannot see the port with the id `#2`: you lack the panel permission `allocation.read`"


def permit(world: World, *permissions: str) -> None:
    """Give cid these permissions on Survival, and no others."""
    user = next(user for user in world.state.users.values() if user.username == "cid")
    world.state.add_subuser(world.survival, user, [f"allocation.{permission}" for permission in permissions])


@pytest.fixture
async def cid(stage: Stage, world: World) -> Person:
    """Return a subuser who may update and delete on Survival, but not read."""
    permit(world, "update", "delete")
    return await stage.linked("cid", world.cid)


async def test_delete_asks_as_always_and_says_what_cannot_be_seen(stage: Stage, world: World, cid: Person) -> None:
    question = (await cid.run("allocations delete", server="Survival", allocation="#2")).text
    before = stage.changes
    seen = await cid.press("Remove the port with id 2")

    assert "Remove the port with id " in question
    assert "I cannot see which port this is" in question
    assert "All I know is that it is not the primary, which is `play.example.com:25565`." in question
    assert before == []
    assert "✅ Removed the port with id 2." in seen.text
    assert world.state.allocations[2].server_id is None


async def test_who_cancels_the_deletion_of_what_cannot_be_seen_is_not_told_that_it_is_gone(
    stage: Stage, world: World, cid: Person
) -> None:
    await cid.run("allocations delete", server="Survival", allocation="#2")

    seen = await cid.press("Cancel")

    assert "no longer there" not in seen.text
    assert "At least 1 of 5 ports used" in seen.text
    assert "You see the primary only" in seen.text


async def test_who_may_no_longer_see_an_allocation_is_not_told_that_it_is_gone(stage: Stage, world: World) -> None:
    permit(world, "read", "update")
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations list", server="Survival")
    detail = await cid.choose("203.0.113.7:25566")
    permit(world, "update")

    form = (await cid.press("Edit notes", on=detail)).form

    assert form["components"][0]["description"] == "You may not see the current notes; what you enter replaces them."


async def test_the_question_says_where_even_the_primary_cannot_be_told() -> None:
    permitted = frozenset({"allocation.delete"})
    server = GameServer("5e000001", "5e000001", "x", "x", ServerState.OK, 5, (), is_owner=False, permissions=permitted)
    hidden = Allocation(2, "hidden", None, 0, None, is_primary=False)

    screen = port.confirm_delete(server, hidden, owner=1)

    assert "Nor can I see whether it is the primary." in str(screen.embed.description)


async def test_primary_is_asked_about_first_and_then_set(stage: Stage, world: World, cid: Person) -> None:
    question = await cid.run("allocations primary", server="Survival", allocation="#2")
    words, before = question.text, stage.changes
    title, footer = question.embed.title, question.embed.footer.text
    seen = await cid.press("Make #2 the primary")

    assert NOT_SEEN in words
    assert "Make it the primary?" in words
    assert (title, footer) == ("⚠️ I cannot see that port · Survival", "Server 5e000001")
    assert words.count("5e000001") == 1
    assert before == []
    assert world.survival.primary_id == 2
    assert "→ `203.0.113.7:25566`" in seen.text


async def test_notes_are_asked_about_first_and_then_saved(stage: Stage, world: World, cid: Person) -> None:
    question = (await cid.run("allocations notes", server="Survival", allocation="#2", text="query")).text
    before = stage.changes
    await cid.press("Save for #2")

    assert NOT_SEEN in question
    assert "Save the notes you gave for it, whatever it has now?" in question
    assert before == []
    assert world.state.allocations[2].notes == "query"


async def test_the_notes_form_opens_empty_and_says_why(stage: Stage, world: World, cid: Person) -> None:
    form = (await cid.run("allocations notes", server="Survival", allocation="#2")).form
    await cid.fill(notes="from the form")

    assert form["title"] == "Notes of the port with id 2 · Survival"
    assert form["components"][0]["description"] == "You may not see the current notes; what you enter replaces them."
    assert form["components"][0]["component"]["required"] is True
    assert world.state.allocations[2].notes == "from the form"


async def test_an_id_that_the_server_does_not_have_is_told_after_the_try(stage: Stage, cid: Person) -> None:
    await cid.run("allocations primary", server="Survival", allocation="#999")

    seen = await cid.press("Make #999 the primary")

    assert "That port is no longer there" in seen.text


async def test_who_may_not_change_it_either_has_the_button_off_with_the_reason(stage: Stage, world: World) -> None:
    permit(world, "create")
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations primary", server="Survival", allocation="#2")

    assert seen.buttons == {"Cancel": True, "Make #2 the primary": False}
    assert "You lack the panel permission `allocation.update`" in seen.text


@pytest.mark.parametrize("command", ["allocations primary", "allocations delete", "allocations notes"])
@pytest.mark.parametrize("typed", ["25566", "203.0.113.7:25566"])
async def test_a_port_or_address_that_cannot_be_seen_is_told_with_what_can_be_given(
    stage: Stage, cid: Person, command: str, typed: str
) -> None:
    seen = await cid.run(command, server="Survival", allocation=typed)

    assert seen.embed.title == "❌ I cannot find that port · Survival"
    assert "I cannot find out the id of another one by its port or address" in seen.text
    assert "Give its id if you know it, as in `#123`" in seen.text
    assert stage.changes == []


async def test_what_can_be_seen_is_changed_without_a_question(stage: Stage, world: World, cid: Person) -> None:
    seen = await cid.run("allocations notes", server="Survival", allocation="#1", text="main")

    assert "✅ Noted `play.example.com:25565`: main" in seen.text
