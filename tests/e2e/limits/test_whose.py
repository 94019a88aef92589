"""Whose limit a refused creation met: told by what the panel says, whatever the limits' sizes; nobody else waits."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from tests.e2e.limits.held_back import CREATES
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World

ROWS = "*/network/allocations"
TOO_MANY = '{"errors":[{"code":"ThrottleRequestsException","status":"429","detail":"Too Many Attempts."}]}'
ACCOUNT, CREATION = "There were too many requests from your panel account.", "only so many ports to one server"
EITHER = "or too many new ports on this server: "


@pytest.fixture
def flavour() -> Flavour:
    """Return the panel of these tests."""
    return Flavour.PELICAN


def refuse_a_creation(stage: TroubledStage, *, limit: int | None, seconds: int) -> None:
    """Let the panel refuse the next creation with 429 and this limit."""
    headers = {"Retry-After": str(seconds), "X-RateLimit-Remaining": "0"}
    if limit is not None:
        headers["X-RateLimit-Limit"] = str(limit)
    stage.panel.faults.answer(429, TOO_MANY, headers=headers, method="POST", path=ROWS)


async def test_a_creation_limit_of_20_a_minute_blocks_none_of_that_persons_reads(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")
    refuse_a_creation(stage, limit=20, seconds=50)

    refused = (await ann.run("allocations create", server="Survival")).text
    listed = (await ann.run("allocations list", server="Survival")).text
    stage.panel.requests.clear()
    again = (await ann.run("allocations create", server="Survival")).text

    assert CREATION in refused
    assert ACCOUNT not in refused
    assert "2 of 5 ports used" in listed
    assert CREATION in again
    assert CREATES not in stage.asked


async def test_a_small_account_limit_that_refuses_a_creation_is_told_as_the_accounts(
    stage: TroubledStage, world: World
) -> None:
    world.state.requests_per_minute = 10
    ann = await stage.linked("ann", world.ann)
    await ann.run("servers")
    refuse_a_creation(stage, limit=10, seconds=50)

    refused = (await ann.run("allocations create", server="Survival")).text

    assert ACCOUNT in refused
    assert CREATION not in refused


@pytest.mark.parametrize("limit", [2, 10, 20, 256, None])
async def test_somebody_elses_429_never_blocks_the_owners_creations(
    stage: TroubledStage, world: World, limit: int | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    cid = await stage.linked("cid", world.cid)
    await ann.run("servers")
    refuse_a_creation(stage, limit=limit, seconds=3000)
    refused = (await cid.run("allocations create", server="Survival")).text

    seen = (await ann.run("allocations create", server="Survival")).text

    assert "{panel} asks me to slow down" in unnamed(refused)
    assert "✅ Added" in seen


async def test_a_429_that_does_not_tell_whose_it_is_blames_neither_and_holds_back_that_creation_only(
    stage: TroubledStage, world: World
) -> None:
    world.creative.limit = 5
    ann = await stage.linked("ann", world.ann)
    refuse_a_creation(stage, limit=None, seconds=50)

    refused = (await ann.run("allocations create", server="Survival")).text
    stage.panel.requests.clear()
    again = (await ann.run("allocations create", server="Survival")).text
    elsewhere = (await ann.run("allocations create", server="Creative")).text

    assert EITHER in refused
    assert EITHER in again
    assert CREATES not in stage.asked
    assert "✅ Added" in elsewhere


async def test_a_429_of_a_proxy_on_a_creation_blames_no_limit_of_the_panel(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(
        429, "<html>429</html>", content_type="text/html", headers={"Retry-After": "9"}, method="POST", path=ROWS
    )

    seen = (await ann.run("allocations create", server="Survival")).text

    assert "Something in front of {panel} limits my requests." in unnamed(seen)
    assert CREATION not in seen
    assert "2 of 5 ports used" in (await ann.run("allocations list", server="Survival")).text


async def test_the_last_creation_of_a_minute_holds_back_nothing_by_itself(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(2):
        await ann.run("allocations create", server="Survival")
    stage.panel.throttle.clear()

    seen = await ann.run("allocations create", server="Survival")

    assert "✅ Added" in seen.text
