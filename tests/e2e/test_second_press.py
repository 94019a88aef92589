"""A press that was taken already is told beside its answer, with the way to what the server has."""

from __future__ import annotations

import pytest

from tests.e2e.scenes import SCENES, furnish
from tests.names import buttons_on
from tests.stage import Stage
from tests.world import World

OF_A_SERVER = ["alloc.add", "alloc.delete", "create.pick", "history.undo", "power.do", "share.post", "several.go"]


@pytest.mark.parametrize("verb", OF_A_SERVER)
async def test_every_second_press_leads_to_what_its_server_has(stage: Stage, world: World, verb: str) -> None:
    furnish(world)
    ann, scene = await stage.linked("ann", world.ann), SCENES[verb]
    shown = await scene.way(stage, ann)
    custom_id = scene.custom_id(shown)
    async with stage.slow_panel():
        await scene.forge(stage, ann, shown, custom_id)
        refused = await scene.forge(stage, ann, shown, custom_id)
    words, offered, beside = refused.text, buttons_on(refused), refused.message.id

    seen = await ann.press("Show allocations", on=refused)

    assert "Already on it" in words
    assert beside != shown.message.id
    assert offered == ["Show allocations"]
    assert "ports used" in seen.text
