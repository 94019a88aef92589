"""A server that allows no changes now, and a panel that has no more to give."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.failures.telling import told
from tests.e2e.trouble import TroubledStage
from tests.world import World

STATES: dict[str, tuple[Callable[[World], None], str]] = {
    "suspended": (
        lambda world: setattr(world.survival, "status", "suspended"),
        "This server is currently suspended and the functionality requested is unavailable.",
    ),
    "installing": (
        lambda world: setattr(world.survival, "status", "installing"),
        "This server has not yet completed its installation process, please try again later.",
    ),
    "installation failed": (
        lambda world: setattr(world.survival, "status", "install_failed"),
        "This server has not yet completed its installation process, please try again later.",
    ),
    "restoring": (
        lambda world: setattr(world.survival, "status", "restoring_backup"),
        "This server is currently restoring from a backup, please try again later.",
    ),
    "transferring": (
        lambda world: setattr(world.survival, "transferring", True),
        "This server is currently being transferred to a new machine, please try again later.",
    ),
    "node in maintenance": (
        lambda world: setattr(world.state.nodes[world.survival.node_id], "maintenance", True),
        "The node of this server is currently under maintenance and the functionality requested is unavailable.",
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("command", ["create", "notes", "primary", "delete"])
async def test_a_blocked_server_is_told_in_the_panels_words_or_before_it_is_asked(
    stage: TroubledStage, world: World, state: str, command: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    options = {"create": {}, "notes": {"allocation": "25566", "text": "map"}}.get(command, {"allocation": "25566"})
    if command == "delete":
        await ann.run("allocations delete", server="Survival", **options)
    change, words = STATES[state]
    change(world)
    before = stage.truth()

    if command == "delete":
        seen = await ann.press("Remove 203.0.113.7:25566")
    else:
        seen = await ann.run(f"allocations {command}", server="Survival", **options)

    if command == "create":
        # The reading before it tells, in the words that the button has; nothing is sent.
        told(seen, world, "The server is not available for changes", "\nThe server is ", "Nothing was changed")
        assert stage.changes == []
    else:
        told(
            seen, world, "The server is not available for changes", f"{{panel}} says: “{words}”", "Nothing was changed"
        )
    assert stage.truth() == before


def empty_the_pool(world: World) -> None:
    """Leave no free row on any node."""
    for row in [row for row in world.state.allocations.values() if row.server_id is None]:
        del world.state.allocations[row.id]


async def test_a_reached_limit_keeps_the_panels_own_words(stage: TroubledStage, world: World) -> None:
    user = next(user for user in world.state.users.values() if user.username == "cid")
    world.state.add_subuser(world.creative, user, ["allocation.create"])
    cid = await stage.linked("cid", world.cid)

    # Who sees the primary only is not told by the reading that the limit is reached, but by the panel.
    seen = await cid.run("allocations create", server="Creative")

    told(
        seen,
        world,
        "The allocation limit is reached",
        "Cannot assign additional allocations to this server: limit has been reached.",
        "Ask the server's owner which other ports it has",
        "or your host to raise the limit.",
    )


async def test_a_node_without_free_allocations_is_told_with_whom_to_ask(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    empty_the_pool(world)

    seen = await ann.run("allocations create", server="Survival")

    told(
        seen,
        world,
        "The node has no free port left on the primary's IP",
        "no more space available on node",
        "Otherwise, ask your host, who alone can free or add ports there",
    )


async def test_switched_off_self_service_is_told_and_add_is_off_from_then_on(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.auto_allocation = False
    await ann.run("allocations list", server="Survival")

    seen = await ann.press("Add port")
    told(
        seen,
        world,
        "{panel} does not let members add ports",
        "Server auto-allocation is not enabled for this instance.",
        "Ask your host, who alone",
    )
    listed = await ann.run("allocations list", server="Survival")

    assert listed.buttons["Add port"] is False
    assert "**Add port** is off" in listed.text
    assert "Your host can switch that on" in listed.text


async def test_a_misconfigured_range_is_the_hosts_to_correct(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    empty_the_pool(world)
    world.state.range_start, world.state.range_end = 80, 90

    seen = await ann.run("allocations create", server="Survival")

    told(
        seen,
        world,
        "{panel} has a range of ports that does not work",
        "Ports in an allocation must be greater than 1024",
        "Ask your host, who alone can correct the range",
    )


@pytest.mark.parametrize("limit", [0, None])
async def test_nothing_is_deleted_from_a_server_without_a_limit(
    stage: TroubledStage, world: World, limit: int | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.survival.limit = limit

    seen = await ann.press("Remove 203.0.113.7:25566")

    told(
        seen,
        world,
        "{panel} removes no port of this server",
        "no allocation limit is set",
        "Ask your host to raise the allocation limit, which is 0 or not set",
    )
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_an_allocation_that_became_the_primary_after_the_question_is_not_deleted(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations delete", server="Survival", allocation="25566")
    world.survival.primary_id = 2

    seen = await ann.press("Remove 203.0.113.7:25566")

    told(seen, world, "The primary cannot be removed", "`203.0.113.7:25566` is the primary at this moment")
    assert stage.changes == []
