"""One Discord call when the panel is quick; a defer and an edit when it is not."""

from __future__ import annotations

from tests.stage import Stage
from tests.world import World


async def test_a_quick_panel_gives_one_single_discord_call(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    before = len(stage.env.http_requests)

    await ann.run("allocations list", server="Survival")

    calls = stage.calls(before)
    assert len(calls) == 1
    assert calls[0].endswith("/callback")


async def test_a_slow_panel_gives_a_defer_at_one_and_a_half_seconds_and_then_an_edit(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)

    async with stage.slow_panel():
        waiting = await ann.run("allocations list", server=world.survival.identifier)
        assert not waiting.result.acknowledged
        await stage.env.advance_time(1.4)
        assert not waiting.result.acknowledged
        await stage.env.advance_time(0.2)
        assert waiting.result.deferred
        assert waiting.result.ephemeral

    assert "2 of 5 allocations used" in ann.saw(waiting.result).text
