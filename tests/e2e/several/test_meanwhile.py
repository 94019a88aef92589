"""What somebody does with a port of several while others are added, or before they are gone on with: it is told."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.panel.page import WebPage
from bot.demo.people import Person, Seen
from tests.e2e.several.plans import added, asked, eve_of, two_made
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World


@pytest.fixture
def flavour() -> Flavour:
    """Return a panel with the throttle: between two ports there is time for others."""
    return Flavour.PTERODACTYL_1_12


def port_of(world: World, notes: str) -> int:
    """Return the number of the added port with these notes."""
    return next(row.port for row in added(world) if row.notes == notes)


async def removed(ann: Person, port: int) -> None:
    """Remove a port of Survival with the command."""
    await ann.run("allocations delete", server="Survival", allocation=str(port))
    await ann.press(f"Remove 203.0.113.7:{port}")


async def a_minute_later(stage: TroubledStage, ann: Person, waiting: Seen) -> Seen:
    """Return what the message says when the panel has let the other two through."""
    await stage.pass_time(61)
    return ann.saw(waiting.result)


@pytest.mark.parametrize("by", ["command", "web page"])
async def test_a_port_removed_while_the_others_wait_is_told_as_removed_and_not_counted(
    stage: TroubledStage, ann: Person, world: World, by: str
) -> None:
    waiting = await two_made(ann)
    port = port_of(world, "voice chat")
    if by == "command":
        await removed(ann, port)
    else:
        WebPage(world.state, None).delete(world.survival, next(row for row in added(world) if row.port == port))

    seen = await a_minute_later(stage, ann, waiting)

    assert "▰▰▰▱ 3 of 4 ports added." in seen.text
    assert seen.embed.title == "3 ports added to Survival"
    assert f"▫️ `203.0.113.7:{port}` · voice chat: added, and no longer there." in seen.text
    assert f"port={port}" not in seen.text


async def test_a_port_removed_before_go_on_is_told_as_removed_by_the_end_of_the_rest(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(ann)
    stopped = await ann.press("Stop")
    port = port_of(world, "voice chat")
    await removed(ann, port)
    await stage.pass_time(61)

    seen = await a_minute_later(stage, ann, await ann.press("Go on", on=stopped))

    assert "3 of 4 ports added." in seen.text
    assert f"▫️ `203.0.113.7:{port}` · voice chat: added, and no longer there." in seen.text
    assert "Go on" not in seen.buttons


async def test_what_was_not_read_in_this_action_is_told_as_when_it_was_last_looked_at(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    port = port_of(world, "voice chat")
    fresh = waiting.text
    await stage.restart()
    await removed(ann, port)

    shown = (await ann.press("Stop", on=waiting)).text
    seen = await ann.press("Go on")
    await stage.pass_time(61)
    after = ann.saw(seen.result).text

    assert f"✅ `203.0.113.7:{port}` · voice chat (when I last looked)" in shown
    assert "when I last looked" not in fresh
    assert "when I last looked" not in after
    assert f"▫️ `203.0.113.7:{port}` · voice chat: added, and no longer there." in after


async def test_one_that_became_the_primary_is_not_offered_to_voice_chat(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    row = next(row for row in added(world) if row.notes == "voice chat")
    WebPage(world.state, None).make_primary(world.survival, row)

    seen = await a_minute_later(stage, ann, waiting)

    assert f"✅ `203.0.113.7:{row.port}` · **Primary** · voice chat" in seen.text
    assert f"port={row.port}" not in seen.text
    assert "This is the primary, the game's own port, and this needs a port of its own" in seen.text


async def test_notes_that_somebody_changed_meanwhile_are_the_ones_that_are_told(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    row = next(row for row in added(world) if row.notes == "voice chat")
    row.notes = "rcon"

    seen = await a_minute_later(stage, ann, waiting)

    assert f"✅ `203.0.113.7:{row.port}` · rcon\n" in seen.text
    assert f"rcon.port={row.port}" in seen.text
    assert "voice chat" not in seen.text


async def test_notes_of_a_port_that_was_removed_are_not_tried_for_ever(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    stage.panel.faults.html_bad_gateway(method="POST", path="*/network/allocations/*")
    await asked(ann, "Voice chat")
    lacking = await ann.press("Add 1 port")
    before = lacking.text
    row = added(world)[0]
    WebPage(world.state, None).delete(world.survival, row)

    seen = await ann.press("Go on", on=lacking)

    assert "are not written" in before
    assert f"▫️ `203.0.113.7:{row.port}` · voice chat: added, and no longer there." in seen.text
    assert seen.embed.title == "Nothing left of what was added to Survival"
    assert "are not written" not in seen.text
    assert "Go on" not in seen.buttons


async def test_who_sees_the_primary_only_is_told_of_what_the_panel_answered_and_of_nothing_as_removed(
    stage: TroubledStage, world: World
) -> None:
    eve = await stage.linked("eve", eve_of(world, "allocation.create"))

    seen = await eve.run("allocations create", server=SURVIVAL, count=2)

    assert seen.text.count("✅") == 2
    assert "when I last looked" not in seen.text
    assert "no longer there" not in seen.text


async def test_below_several_ports_the_game_sees_them_and_below_one_this(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat")
    one = (await ann.press("Add 1 port")).text
    await asked(ann, "Web map", "Query")
    await stage.pass_time(61)
    many = (await ann.press("Add 2 ports")).text

    assert "🔁 The game server sees this at its next start" in one
    assert "🔁 The game server sees them at its next start" in many
