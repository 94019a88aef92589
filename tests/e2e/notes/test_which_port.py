"""Of which port notes are: by its id, number, address or alias, and what is said where none fits, or two."""

from __future__ import annotations

import pytest

from tests.names import unnamed
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize(
    "typed",
    ["#2", "25566", ":25566", "203.0.113.7:25566", " 203.0.113.7:25566 "],
)
async def test_an_allocation_is_found_by_id_port_or_address(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation=typed, text="found")

    assert world.state.allocations[2].notes == "found"


@pytest.mark.parametrize(
    "typed",
    ["#1", "25565", "play.example.com", "play.example.com:25565", "PLAY.example.com:25565", "203.0.113.7:25565"],
)
async def test_an_allocation_with_an_alias_is_found_by_alias_and_by_ip(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation=typed, text="found")

    assert world.state.allocations[1].notes == "found"


async def test_an_ipv6_allocation_is_found_by_its_bracketed_address(stage: Stage, world: World) -> None:
    row = world.state.assign(world.survival, 25566, "2001:db8::16")
    ann = await stage.linked("ann", world.ann)

    await ann.run("allocations notes", server="Survival", allocation="[2001:DB8::16]:25566", text="found")

    assert row.notes == "found"


async def test_a_port_on_two_addresses_is_asked_about_and_its_address_is_not(stage: Stage, world: World) -> None:
    row = world.state.assign(world.survival, 25566, "198.51.100.7")
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="which?")
    words = seen.text
    await ann.run("allocations notes", server="Survival", allocation="198.51.100.7:25566", text="this one")

    assert "2 ports of this server fit what you typed" in words
    assert world.state.allocations[2].notes == "voice lobby"
    assert row.notes == "this one"


@pytest.mark.parametrize("typed", ["25999", "203.0.113.8", "198.51.100.7:25566", "voice lobby", "3", "-1", "0"])
async def test_an_unknown_allocation_says_so_and_changes_nothing(stage: Stage, world: World, typed: str) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations notes", server="Survival", allocation=typed, text="nowhere")

    assert "No such port" in seen.text
    assert "</allocations list:" in seen.text
    assert stage.changes == []


async def test_an_allocation_newer_than_what_was_read_is_still_found(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    row = world.state.assign(world.survival, 25570)

    await ann.run("allocations notes", server="Survival", allocation="25570", text="new")

    assert row.notes == "new"


async def test_an_allocation_hidden_for_lack_of_permission_is_not_called_missing(stage: Stage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations notes", server="Survival", allocation="25566", text="x")

    assert "`allocation.read`" in seen.text
    assert "Ask the server's owner to grant it on {panel} under Users." in unnamed(seen.text)
    assert "no allocation with that" not in seen.text


async def test_notes_that_cannot_be_seen_are_cleared_and_not_taken_for_none(stage: Stage, world: World) -> None:
    world.state.allocations[1].notes = "secret plan"
    world.survival.subusers[3] = ["allocation.update"]
    cid = await stage.linked("cid", world.cid)

    seen = await cid.run("allocations notes", server="Survival", allocation="25565", text=" ")

    assert world.state.allocations[1].notes is None
    assert "I changed nothing" not in seen.text
