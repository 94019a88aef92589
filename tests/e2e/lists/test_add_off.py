"""When **Add port** below a list is off, and what is said of that."""

from __future__ import annotations

import pytest

from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


async def test_add_is_off_with_the_reason_when_the_limit_is_reached(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Creative")

    assert seen.buttons["Add port"] is False
    assert "**Add port** is off until there is room: remove a port you no longer need" in seen.text


async def test_add_is_off_with_the_reason_when_no_limit_is_set(stage: Stage, world: World) -> None:
    world.survival.limit = None
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert "2 ports used\n" in seen.text
    assert seen.buttons["Add port"] is False
    assert "no allocation limit set, so none can be added. Ask your host to set one." in seen.text


async def test_add_is_off_with_the_permission_and_who_grants_it(stage: Stage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations list", server="Survival")

    assert seen.buttons == {
        "Add port": False,
        "Add several…": False,
        "History": True,
        "Refresh": True,
        "Copy address": True,
        "My servers": True,
        "Is it running?": True,
    }
    assert "You lack the panel permission `allocation.create`. Ask the server's owner to grant it" in seen.text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("suspended", "The server is suspended"),
        ("installing", "The server is installing"),
        ("install_failed", "The server is not installed"),
        ("restoring_backup", "The server is restoring a backup"),
    ],
)
async def test_add_is_off_with_the_state_of_the_server(stage: Stage, world: World, status: str, words: str) -> None:
    world.survival.status = status
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert f"⚠️ {words}" in seen.text
    assert seen.text.count(words) == 1
    assert seen.buttons["Add port"] is False


async def test_add_stays_on_after_a_failed_reinstallation(stage: Stage, world: World) -> None:
    world.survival.status = "reinstall_failed"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")

    assert seen.buttons["Add port"] is True


async def test_add_is_off_once_the_panel_said_that_auto_allocation_is_off(stage: Stage, world: World) -> None:
    world.state.auto_allocation = False
    ann = await stage.linked("ann", world.ann)
    dan = await stage.linked("dan", world.dan)
    await ann.run("allocations list", server="Survival")

    refused = await ann.press("Add port")
    refused_words = refused.text
    seen = await ann.run("allocations list", server="Survival")
    other = await dan.run("allocations list")

    assert "❌ **{panel} does not let members add ports**" in unnamed(refused_words)
    assert "Server auto\\-allocation is not enabled for this instance" in refused_words
    for panel in (seen, other):
        assert panel.buttons["Add port"] is False
        assert "does not let members add ports. Your host can switch that on." in panel.text


async def test_add_is_on_again_once_a_creation_succeeded(stage: Stage, world: World) -> None:
    world.state.auto_allocation = False
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations create", server="Survival")
    world.state.auto_allocation = True

    await ann.run("allocations create", server="Survival")
    seen = await ann.run("allocations list", server="Survival")

    assert seen.buttons["Add port"] is True
