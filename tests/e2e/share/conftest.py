"""Who reads what is posted, and what the operator allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from bot.demo.people import Person
from bot.settings import Settings
from tests.stage import Stage, open_stage
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
    plain = cast(property, Stage.settings).fget
    assert plain is not None

    def with_sharing(stage: Stage) -> Settings:
        return cast(Settings, plain(stage)).model_copy(update={"share": request.param})

    monkeypatch.setattr(Stage, "settings", property(with_sharing))
    async with open_stage(world.state, tmp_path) as stage:
        yield stage, request.param
