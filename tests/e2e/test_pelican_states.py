"""What the real Pelican answered, at the front door: states that do not end, creations that only the host can mend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from tests.contract.traces import PELICAN, Trace, load
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import unnamed
from tests.stage import check_no_bug
from tests.world import World

ROWS = "*/network/allocations"


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[TroubledStage]:
    """Yield a stage on a Pelican panel."""
    flavour = getattr(request, "param", Flavour.PELICAN)
    async with open_troubled_stage(world.state, tmp_path, flavour=flavour) as opened:
        yield opened
    check_no_bug(opened, caplog)


def recorded(name: str) -> Trace:
    """Return the exchange with the real Pelican whose name begins like this."""
    return next(trace for trace in load(PELICAN) if trace.name.startswith(name))


def replay(stage: TroubledStage, name: str, *, method: str, path: str) -> None:
    """Let the panel answer as the real one did."""
    trace = recorded(name)
    stage.panel.faults.answer(trace.status, trace.answer, method=method, path=path, times=None)


@pytest.fixture
def pelican_key(world: World) -> str:
    """Return a key of ann's as Pelican makes them."""
    ann = next(user for user in world.state.users.values() if user.username == "ann")
    return world.state.add_key(ann, token="pacc_" + "7" * 43)


async def test_a_failed_reinstallation_blocks_and_is_said_to_last_until_somebody_reinstalls(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    replay(stage, "server: view as owner, reinstall failed;", method="GET", path="*/servers/a0000011")

    seen = await ann.run("allocations list", server="a0000011")

    assert "not installed (the reinstallation failed)" in seen.text
    assert "that does not end by itself: reinstall the server on {panel}, under Settings." in unnamed(seen.text)
    assert "Until then {panel} allows no changes" in unnamed(seen.text)
    assert seen.buttons["Add port"] is False


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11], indirect=True)
async def test_a_failed_reinstallation_blocks_nothing_on_pterodactyl(stage: TroubledStage, world: World) -> None:
    world.survival.status = "reinstall_failed"
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations list", server="Survival")
    created = await ann.run("allocations create", server="Survival")

    assert "does not end by itself" not in seen.text
    assert seen.buttons["Add port"] is True
    assert "✅ Added" in created.text


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, Flavour.PELICAN], indirect=True, ids=str)
async def test_a_failed_installation_is_not_told_as_something_to_wait_for(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    world.survival.status = "install_failed"

    seen = await ann.run("allocations list", server="Survival")
    refused = await ann.run("allocations create", server="Survival")

    assert "The server is not installed (the installation failed); that does not end by itself" in seen.text
    assert "reinstall the server on {panel}, under Settings" in unnamed(refused.text)
    assert "Nothing was changed" in refused.text


async def test_self_service_without_a_port_range_is_the_hosts_to_mend_and_no_lost_answer(
    stage: TroubledStage, pelican_key: str
) -> None:
    ann = await stage.linked("ann", pelican_key)
    replay(stage, "create: enabled, no port range set, free rows", method="POST", path=ROWS)

    seen = await ann.run("allocations create", server="Survival")

    assert unnamed(seen.text).startswith("❌ {panel} has a range of ports that does not work")
    assert "Nothing was added" in seen.text
    assert "Admin, Settings, then Automatic Allocation Creation, on Pelican under Misc" in seen.text
    assert "I do not know" not in seen.text


async def test_a_server_without_a_primary_on_a_full_node_is_told_as_such(
    stage: TroubledStage, pelican_key: str
) -> None:
    ann = await stage.linked("ann", pelican_key)
    replay(stage, "create: no primary, node has no free row", method="POST", path=ROWS)

    seen = await ann.run("allocations create", server="Survival")

    assert seen.text.startswith("❌ The node has no free port left")
    assert "The server has no primary, and its node has no free port in the range." in seen.text
    assert "Ask your host, who alone can add ports" in seen.text


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11], indirect=True)
async def test_an_unknown_failure_of_a_creation_may_still_have_made_it(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    body = recorded("create: no primary, node has no free row").answer
    stage.panel.faults.answer(500, body, method="POST", path=ROWS, apply=True)

    seen = await ann.run("allocations create", server="Survival")

    assert "no free port left" not in seen.text
    assert len(world.state.allocations_of(world.survival)) == 3


@pytest.mark.parametrize(
    ("name", "identifier", "words"),
    [
        ("server: view as owner, two allocations, no primary;", "a0000014", "No port is the primary."),
        ("server: view as owner, no allocation at all;", "a0000013", "0 of "),
    ],
)
async def test_a_server_without_a_primary_or_without_any_allocation_is_shown_like_any_other(
    stage: TroubledStage, world: World, name: str, identifier: str, words: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    replay(stage, name, method="GET", path=f"*/servers/{identifier}")

    seen = await ann.run("allocations list", server=identifier)

    assert "❌" not in seen.text
    assert words in seen.text
    assert seen.buttons["Add port"] is True
