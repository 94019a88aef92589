"""Promotions, notes, deletions and Undo that overlap: the later one holds, and none leaves a torn server."""

from __future__ import annotations

from bot.demo.people import Person
from tests.e2e.races.asked import ROWS, keys
from tests.names import undo_of
from tests.stage import Stage
from tests.world import World


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
