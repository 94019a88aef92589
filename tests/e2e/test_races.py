"""Several actions at once: one change at a time on a server, nothing made twice, everybody with their own key."""

from __future__ import annotations

import json

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.crowd import without_waiting
from tests.names import undo_of, unnamed
from tests.stage import Stage, changing
from tests.world import World

ROWS = "/servers/5e000001/network/allocations"
ALL = ["allocation.read", "allocation.create", "allocation.update", "allocation.delete"]


@pytest.fixture
async def ann(stage: Stage, world: World) -> Person:
    """Return Survival's owner, who has looked at it."""
    person = await stage.linked("ann", world.ann)
    await person.run("allocations list", server="Survival")
    return person


@pytest.fixture
async def bob(stage: Stage, world: World, ann: Person) -> Person:
    """Return a subuser of Survival with every permission on allocations, who has looked at it too."""
    world.survival.subusers[2] = ALL
    person = await stage.linked("bob", world.bob)
    await person.run("allocations list", server="Survival")
    stage.panel.requests.clear()
    return person


def keys(stage: Stage) -> list[tuple[str, str | None]]:
    """Return verb and key of each request the panel got."""
    return [(request.method, request.key) for request in stage.panel.requests]


async def test_a_double_press_on_add_adds_one(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen
    add = panel.custom_id("Add port")

    async with stage.slow_panel():
        first = await stage.forge(ann, add, on=panel)
        second = await stage.forge(ann, add, on=panel)
        words = second.text

    assert "Already on it" in words
    assert second.ephemeral
    assert "✅ Added" in ann.saw(first.result).text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_press_on_an_add_button_already_used_adds_none(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen
    add = panel.custom_id("Add port")
    await stage.forge(ann, add, on=panel)

    seen = await stage.forge(ann, add, on=panel)

    assert "Already on it" in seen.text
    assert "That press was already taken" in seen.text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_two_overlapping_creations_by_one_person_create_one(stage: Stage, world: World, ann: Person) -> None:
    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival", notes="first")
        second = await ann.run("allocations create", server="Survival", notes="second")
        words = second.text

    assert "Already on it" in words
    assert "I am still adding a port of yours to this server" in words
    assert "✅ Added" in ann.saw(first.result).text
    assert [row.notes for row in world.state.allocations_of(world.survival)] == [None, "voice chat", "first"]


async def test_a_command_and_a_press_at_once_create_one(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen

    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival")
        second = await ann.press("Add port", on=panel)
        words = second.text

    assert "Already on it" in words
    assert "✅ Added" in ann.saw(first.result).text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_press_and_a_picker_at_once_create_one(stage: Stage, world: World, ann: Person) -> None:
    panel = ann.seen
    await ann.run("allocations create")

    async with stage.slow_panel():
        await ann.choose("Survival")
        second = await ann.press("Add port", on=panel)
        words = second.text

    assert "Already on it" in words
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_one_creation_after_the_other_creates_two(stage: Stage, world: World, ann: Person) -> None:
    await ann.run("allocations create", server="Survival")
    await ann.run("allocations create", server="Survival")

    assert len(world.state.allocations_of(world.survival)) == 4


async def test_two_people_who_create_at_once_are_served_one_after_the_other(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival")
        second = await bob.run("allocations create", server="Survival")

    asked = keys(stage)
    assert sorted(asked[:2]) == [("GET", world.ann), ("GET", world.bob)]
    # Bob's turn begins with a reading of its own, for what he read before it is old.
    turns = [("POST", world.ann), ("GET", world.ann), ("GET", world.bob), ("POST", world.bob), ("GET", world.bob)]
    assert asked[2:] == turns
    assert "3 of 5 ports used" in ann.saw(first.result).text
    assert "4 of 5 ports used" in bob.saw(second.result).text


async def test_two_people_who_want_the_last_free_place_get_one_place_and_one_answer_each(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    world.survival.limit = 3

    async with stage.slow_panel():
        first = await ann.run("allocations create", server="Survival")
        second = await bob.run("allocations create", server="Survival")

    assert "✅ Added" in ann.saw(first.result).text
    assert "The allocation limit is reached" in bob.saw(second.result).text
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_different_servers_do_not_wait_for_each_other(stage: Stage, world: World, ann: Person) -> None:
    dan = await stage.linked("dan", world.dan)
    await dan.run("allocations list")
    stage.panel.requests.clear()

    async with stage.slow_panel(changing):
        await ann.run("allocations notes", server="Survival", allocation="25566", text="a")
        await dan.run("allocations create")
        stage.panel.requests.clear()

    assert sorted(keys(stage)[:2]) == sorted([("POST", world.ann), ("POST", world.dan)])


async def test_a_double_press_on_delete_deletes_once(stage: Stage, world: World, ann: Person) -> None:
    question = await ann.run("allocations delete", server="Survival", allocation="25566")
    danger = question.custom_id("Remove 203.0.113.7:25566")

    async with stage.slow_panel():
        first = await stage.forge(ann, danger, on=question)
        second = await stage.forge(ann, danger, on=question)
        words = second.text

    assert "Already on it" in words
    assert "✅ Removed" in ann.saw(first.result).text
    assert stage.changes == [f"DELETE {ROWS}/2"]


async def test_two_questions_about_one_allocation_delete_it_once(stage: Stage, world: World, ann: Person) -> None:
    first = await ann.run("allocations delete", server="Survival", allocation="25566")
    second = await ann.run("allocations delete", server="Survival", allocation="25566")

    async with stage.slow_panel():
        one = await ann.press("Remove 203.0.113.7:25566", on=first)
        two = await ann.press("Remove 203.0.113.7:25566", on=second)

    assert "✅ Removed" in ann.saw(one.result).text
    assert "**That port is no longer there**\nNothing was changed." in ann.saw(two.result).text
    assert stage.changes == [f"DELETE {ROWS}/2"]


async def test_a_promotion_that_comes_first_keeps_the_allocation_from_being_deleted(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations delete", server="Survival", allocation="25566")

    async with stage.slow_panel():
        promoted = await bob.run("allocations primary", server="Survival", allocation="25566")
        deleted = await ann.press("Remove 203.0.113.7:25566")

    assert "✅ Made primary" in bob.saw(promoted.result).text
    assert "is the primary at this moment. Nothing was removed." in ann.saw(deleted.result).text
    assert world.survival.primary_id == 2
    assert world.state.allocations[2].server_id == world.survival.id
    assert "DELETE" not in {method for method, _ in keys(stage)}


async def test_a_deletion_that_comes_first_leaves_no_dangling_primary(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations delete", server="Survival", allocation="25566")

    async with stage.slow_panel():
        deleted = await ann.press("Remove 203.0.113.7:25566")
        promoted = await bob.run("allocations primary", server="Survival", allocation="25566")

    assert "✅ Removed" in ann.saw(deleted.result).text
    assert "No such port" in bob.saw(promoted.result).text
    assert world.survival.primary_id == 1


async def test_two_promotions_at_once_end_with_the_later_one(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    third = world.state.assign(world.survival, 25570)
    await bob.run("allocations list", server="Survival")

    async with stage.slow_panel():
        first = await ann.run("allocations primary", server="Survival", allocation="25566")
        second = await bob.run("allocations primary", server="Survival", allocation="25570")

    assert world.survival.primary_id == third.id
    assert "✅ Made primary `play.example.com:25565` → `203.0.113.7:25566`" in ann.saw(first.result).text
    assert "⭐ `203.0.113.7:25570` **Primary**" in bob.saw(second.result).text


async def test_notes_and_deletion_at_once_never_leave_notes_on_a_freed_allocation(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations delete", server="Survival", allocation="25566")

    async with stage.slow_panel():
        await ann.press("Remove 203.0.113.7:25566")
        noted = await bob.run("allocations notes", server="Survival", allocation="25566", text="too late")

    assert "No such port" in bob.saw(noted.result).text
    assert world.state.allocations[2].notes is None


async def test_a_double_press_on_undo_ends_where_undo_goes(stage: Stage, world: World, ann: Person) -> None:
    done = await ann.run("allocations primary", server="Survival", allocation="25566")
    undo = done.custom_id(undo_of(done))

    async with stage.slow_panel():
        first = await stage.forge(ann, undo, on=done)
        second = await stage.forge(ann, undo, on=done)

    assert world.survival.primary_id == 1
    assert ann.saw(first.result).ephemeral
    assert "❌ I made a mistake" not in ann.saw(second.result).text


async def test_overlapping_actions_of_several_people_each_carry_their_own_key(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    dan = await stage.linked("dan", world.dan)
    await dan.run("allocations list")
    stage.panel.requests.clear()

    async with stage.slow_panel():
        for number in range(2):
            for name, person, server in (("ann", ann, "Survival"), ("bob", bob, "Survival"), ("dan", dan, "Solo")):
                await person.run("allocations notes", server=server, allocation="25565", text=f"{name} {number}")
                await person.run("allocations list", server=server)

    written = [(json.loads(r.body)["notes"].split()[0], r.key) for r in stage.panel.requests if r.method == "POST"]
    assert len(written) == 6
    assert {key for name, key in written if name == "ann"} == {world.ann}
    assert {key for name, key in written if name == "bob"} == {world.bob}
    assert {key for name, key in written if name == "dan"} == {world.dan}
    solo = [r.key for r in stage.panel.requests if world.solo.identifier in r.path]
    assert set(solo) == {world.dan}


async def test_nobody_sees_anothers_answer(stage: Stage, world: World, ann: Person) -> None:
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel():
        first = await ann.run("allocations list", server="5e000001")
        second = await dan.run("allocations list", server="5e000003")

    assert ann.saw(first.result).embed.title == "Survival"
    assert dan.saw(second.result).embed.title == "Solo"
    seen_by_dan = [embed.title for message in stage.channel.history(viewer=dan.actor) for embed in message.embeds]
    assert "Solo" in seen_by_dan
    assert "Survival" not in seen_by_dan


async def test_an_answer_for_the_earlier_key_is_not_kept_for_the_new_one(
    stage: Stage, world: World, ann: Person
) -> None:
    await stage.restart()
    await ann.run("link")
    form = ann.seen

    async with stage.slow_panel():
        await ann.suggest("allocations list", "server", "")
        await ann.run("allocations list", server="5e000001")
        await ann.fill(on=form, key=world.dan)

    found = await ann.suggest("allocations list", "server", "")
    assert list(found.values()) == [world.solo.identifier]
    assert await ann.suggest("allocations notes", "allocation", "", server="5e000001") == {}


async def test_a_change_under_way_while_unlinking_leaves_nothing_stored(
    stage: Stage, world: World, ann: Person
) -> None:
    async with stage.slow_panel(lambda request: request.method == "POST"):
        changing = await ann.run("allocations notes", server="Survival", allocation="25566", text="late")
        await ann.run("unlink")
        await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert world.state.allocations[2].notes == "late"
    assert "`: late" in ann.saw(changing.result).text
    assert stage.stored_of(ann) == []


async def test_an_address_is_shared_as_it_is_after_anothers_promotion(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    panel = bob.seen
    await ann.run("allocations primary", server="Survival", allocation="25566")

    await bob.press("Post address here", on=panel)
    seen = await bob.press("Post")

    assert seen.message.content == "**Survival**: `203.0.113.7:25566`"


async def test_suggestions_and_forms_show_what_another_just_changed(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    await ann.run("allocations notes", server="Survival", allocation="25566", text="by ann")

    found = await bob.suggest("allocations notes", "allocation", "", server="Survival")
    form = await bob.run("allocations notes", server="Survival", allocation="25566")

    assert "203.0.113.7:25566 · by ann" in found
    assert "by ann" in str(form.form)


async def test_an_allocation_another_just_deleted_cannot_be_opened(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    panel = bob.seen
    await ann.run("allocations delete", server="Survival", allocation="25566")
    await ann.press("Remove 203.0.113.7:25566")

    seen = await bob.choose("203.0.113.7:25566", on=panel)

    assert "That port is no longer there" in seen.text


async def test_undo_of_one_after_the_change_of_another_is_refused_and_says_what_holds(
    stage: Stage, world: World, ann: Person, bob: Person
) -> None:
    third = world.state.assign(world.survival, 25570)
    done = await ann.run("allocations primary", server="Survival", allocation="25566")
    await bob.run("allocations primary", server="Survival", allocation="25570")
    assert world.survival.primary_id == third.id

    seen = await ann.press(undo_of(done), on=done)

    assert world.survival.primary_id == third.id
    assert "The primary has been changed again since: now it is `203.0.113.7:25570`." in seen.text


async def unlink(person: Person, key: str) -> Seen:
    """Unlink by the question and its button."""
    await person.run("unlink")
    return await person.press(f"Unlink ptlc_…{key[-4:]}")


async def test_after_unlinking_no_further_request_of_a_creation_goes_out_with_that_key(
    stage: Stage, world: World, ann: Person
) -> None:
    stage.panel.requests.clear()

    async with stage.slow_panel(lambda request: request.method == "POST"):
        creating = await ann.run("allocations create", server="Survival", notes="mine", primary=True)
        gone = await unlink(ann, world.ann)
        words = gone.text

    assert "Everything I stored about you is gone." in words
    assert stage.asked[-1] == f"POST {ROWS}"  # the one that was on its way
    assert len(stage.changes) == 1
    assert world.survival.primary_id == 1
    told = ann.saw(creating.result).text
    assert "✅ Added" in told
    assert "I stopped using your earlier key" in told
    assert "You unlinked while this was under way" in told
    assert stage.stored_of(ann) == []


async def test_after_linking_a_key_anew_a_creation_goes_on_with_neither(
    stage: Stage, world: World, ann: Person
) -> None:
    other = world.state.add_key(world.state.users[1])
    form = await ann.run("link")
    stage.panel.requests.clear()

    async with stage.slow_panel(lambda request: request.method == "POST"):
        creating = await ann.run("allocations create", server="Survival", notes="mine", primary=True)
        linked = await ann.fill(on=form, key=other)
        words = linked.text

    assert "The earlier key was replaced." in words
    assert "You linked a key anew while this was under way" in ann.saw(creating.result).text
    assert stage.changes == [f"POST {ROWS}"]
    assert world.survival.primary_id == 1


async def test_unlinking_while_a_key_is_checked_keeps_that_key_from_being_stored(
    stage: Stage, world: World, ann: Person
) -> None:
    form = await ann.run("link")
    stage.panel.requests.clear()

    async with stage.slow_panel():
        linking = await ann.fill(on=form, key=world.dan)
        gone = await unlink(ann, world.ann)
        words = gone.text

    assert "Everything I stored about you is gone." in words
    assert "This key was not stored" in ann.saw(linking.result).text
    assert stage.stored_of(ann) == []
    assert stage.asked == ["GET /account"]  # the list was not asked for any more


async def test_of_two_keys_linked_at_once_the_later_is_kept_though_the_earlier_is_ready_last(
    stage: Stage, world: World
) -> None:
    eve = stage.person("eve")
    forms = [await eve.run("link"), await eve.run("link")]

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.ann)):
        earlier = await eve.fill(on=forms[0], key=world.ann)
        later = await eve.fill(on=forms[1], key=world.dan)
        words = later.text

    assert f"You are **dan** on {stage.bot.site.name}; the key sees 1 server." in words
    assert "This key was not stored" in eve.saw(earlier.result).text
    assert "**Panel account**: dan" in (await eve.run("account")).text
    assert list((await eve.suggest("allocations list", "server", "")).values()) == [world.solo.identifier]


async def test_of_two_keys_linked_at_once_the_earlier_is_replaced_by_the_one_that_is_ready_after_it(
    stage: Stage, world: World
) -> None:
    eve = stage.person("eve")
    forms = [await eve.run("link"), await eve.run("link")]

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.dan)):
        earlier = await eve.fill(on=forms[0], key=world.ann)
        words = earlier.text
        later = await eve.fill(on=forms[1], key=world.dan)

    assert f"You are **ann** on {stage.bot.site.name}; the key sees 2 servers." in words
    assert "The earlier key was replaced." in eve.saw(later.result).text
    assert "**Panel account**: dan" in (await eve.run("account")).text


async def test_a_later_key_that_the_panel_refuses_does_not_keep_the_earlier_from_being_stored(
    stage: Stage, world: World
) -> None:
    eve = stage.person("eve")
    forms = [await eve.run("link"), await eve.run("link")]

    async with stage.slow_panel(lambda request: request.headers["Authorization"].endswith(world.ann)):
        earlier = await eve.fill(on=forms[0], key=world.ann)
        later = await eve.fill(on=forms[1], key="ptlc_" + "x" * 43)
        words = later.text

    assert "{panel} refused your key" in unnamed(words)
    assert "✅ Linked" in eve.saw(earlier.result).text
    assert len(stage.stored_of(eve)) == 1


async def test_two_creations_at_once_on_servers_that_share_an_ip_get_two_addresses(
    stage: Stage, world: World, ann: Person
) -> None:
    owner = next(user for user in world.state.users.values() if user.username == "dan")
    other = world.state.add_server(owner, "Neighbour", ip="203.0.113.7", ports=(25600,), free_ports=())
    dan = await stage.linked("dan", world.dan)
    stage.panel.chance.row = lambda rows: rows[0]
    stage.panel.database.takes(0.08)

    with without_waiting(stage):
        await ann.run("allocations create", server="Survival")
        await dan.run("allocations create", server="Neighbour")
    await stage.env.settle()

    had = [world.state.allocations_of(server) for server in (world.survival, other)]
    assert [len(rows) for rows in had] == [3, 2]
