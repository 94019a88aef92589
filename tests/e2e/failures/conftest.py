"""Fixtures: the stage on which things fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.stage import check_no_bug
from tests.world import World


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[TroubledStage]:
    """Yield a stage whose bot retries at once; unless `expects_bug`, a test in which it logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    if request.node.get_closest_marker("expects_bug") is None:
        check_no_bug(opened, caplog)
