"""The stage of the matrix: on it, answers can be late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.world import World


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which answers can be late; a test in which the bot logs a bug fails."""
    async with open_troubled_stage(world.state, tmp_path) as opened:
        yield opened
    opened.env.raise_errors()
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]
