"""`/allocations notes` with the text given: saved, shown, cleared."""

from __future__ import annotations

import pytest

from tests.stage import Stage
from tests.world import World, fill_up


async def test_notes_given_in_the_command_are_saved_and_shown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="query port")

    assert seen.ephemeral
    assert world.state.allocations[2].notes == "query port"
    assert "✅ Noted `203.0.113.7:25566`: query port" in seen.text
    assert " · query port" in seen.text


@pytest.mark.parametrize("text", ["query port", " "])
async def test_notes_given_in_the_command_replace_knowingly_and_say_what_stood_there(
    stage: Stage, world: World, text: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.allocations[2].notes = "somebody *else's*"

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)

    assert f"✅ Noted `203.0.113.7:25566`: {text.strip() or 'no notes'}\n" in seen.text
    assert "\nBefore: somebody \\*else's\\*\n" in seen.text
    assert world.state.allocations[2].notes == (text.strip() or None)


async def test_notes_where_there_were_none_say_nothing_of_before(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25565", text="main")

    assert "`: main" in seen.text
    assert "Before" not in seen.text


async def test_saving_notes_needs_no_restart_and_says_nothing_of_one(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="query port")

    assert "next start" not in seen.text


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\n"])
async def test_an_empty_text_clears_the_notes(stage: Stage, world: World, text: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)

    assert world.state.allocations[2].notes is None
    assert "✅ Noted `203.0.113.7:25566`: no notes" in seen.text


async def test_after_saving_the_page_with_the_allocation_is_shown(stage: Stage, world: World) -> None:
    fill_up(world, world.survival, 60)
    row = world.state.allocations_of(world.survival)[34]
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation=str(row.port), text="far down")

    assert "Page 2 of 3" in seen.text
    assert " · far down" in seen.text


async def test_the_primary_can_be_annotated_too(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="play.example.com:25565", text="main")

    assert world.state.allocations[1].notes == "main"
    assert "**Primary**" in seen.text


async def test_191_emoji_fit(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566", text="😀" * 191)

    assert world.state.allocations[2].notes == "😀" * 191


async def test_notes_work_in_direct_messages(stage: Stage, world: World) -> None:
    ann = stage.in_direct_messages("ann")
    await ann.link(world.ann)

    await ann.run("allocations notes", server="Survival", allocation="25566")
    seen = await ann.fill(notes="from a direct message")

    assert seen.ephemeral
    assert world.state.allocations[2].notes == "from a direct message"
