"""What somebody may not do on the panel, and what is not there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.failures.telling import told
from tests.e2e.trouble import TroubledStage
from tests.world import World


@pytest.mark.parametrize(
    ("command", "options", "permission"),
    [
        ("create", {}, "allocation.create"),
        ("notes", {"allocation": "25566", "text": "map"}, "allocation.update"),
        ("primary", {"allocation": "25566"}, "allocation.update"),
    ],
)
async def test_a_missing_permission_is_named_with_who_grants_it(
    stage: TroubledStage, world: World, command: str, options: dict[str, Any], permission: str
) -> None:
    bob = await stage.linked("bob", world.bob)
    before = stage.truth()

    seen = await bob.run(f"allocations {command}", server="Survival", **options)

    told(
        seen,
        world,
        "You lack a permission on this server",
        f"`{permission}`",
        "Ask the server's owner to grant it",
        "Users",
    )
    assert stage.truth() == before


async def test_a_missing_permission_to_delete_is_named_with_who_grants_it(stage: TroubledStage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await bob.run("allocations delete", server="Survival", allocation="25566")

    assert "**Remove** is off. You lack the panel permission `allocation.delete`" in seen.text
    assert "Ask the server's owner to grant it" in seen.text
    assert seen.buttons["Remove 203.0.113.7:25566"] is False
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_an_account_without_two_factor_authentication_is_told_to_switch_it_on(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.two_factor_level = 2

    seen = await ann.run("allocations list", server="Survival")

    told(
        seen,
        world,
        "Your panel account needs two-step verification",
        "under Account, Two-Step Verification",
        "your key stays valid",
    )


async def test_linking_without_the_demanded_two_factor_authentication_stores_nothing(
    stage: TroubledStage, world: World
) -> None:
    world.state.two_factor_level = 2
    ann = stage.person("ann")

    seen = await ann.link(world.ann)

    text = told(
        seen, world, "Your panel account needs two-step verification", "Then enter the key again: I have not stored it"
    )
    assert "stays valid" not in text
    assert stage.stored_of(ann) == []


async def test_an_identifier_of_no_server_is_not_found(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="deadbeef")

    told(seen, world, "{panel} knows no such server of yours", "/servers")


async def test_the_server_of_somebody_else_is_not_found(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server=world.solo.identifier)

    text = told(seen, world, "{panel} knows no such server of yours")
    assert "Solo" not in text


async def test_a_server_deleted_meanwhile_is_not_found(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.remove_server(world.survival)

    seen = await ann.press("Refresh")

    told(seen, world, "{panel} knows no such server of yours", "It may have been deleted")


async def test_a_subuser_removed_meanwhile_is_told_so(stage: TroubledStage, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    await bob.run("allocations list", server="Survival")
    world.state.remove_subuser(world.survival, world.state.users[2])

    seen = await bob.press("Refresh")

    told(seen, world, "{panel} knows no such server of yours", "you were removed from it")


async def test_an_allocation_that_is_gone_is_told_with_where_to_look(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    world.state.release(world.state.allocations[2])

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text="map")

    told(seen, world, "No such port", "the port may have been removed meanwhile", "/allocations list")
