"""Who reads what is posted, and what the operator allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.people import Person
from tests.stage import Stage, open_stage_with
from tests.world import World


@pytest.fixture(name="reader")
def somebody_else(stage: Stage) -> Person:
    """Return a member who only reads the channel."""
    return stage.person("reader")


@pytest.fixture(params=["anyone", "permitted", "off"])
async def sharing(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Stage, str]]:
    """Yield a stage whose operator has set SHARE, and what to."""
    async with open_stage_with(world.state, tmp_path, monkeypatch, share=request.param) as stage:
        yield stage, request.param
