"""The demo as its visitors have it, whose Discord keeps the time of day while the bot's timers are simulated."""

from __future__ import annotations

from bot.demo.run import opened


async def test_nobody_is_told_in_the_demo_that_a_press_came_late_because_a_timer_went_off() -> None:
    async with opened() as (_, stage, people):
        mara = people["Mara"]
        await mara.run("servers")
        # As when an idle connection to the panel is closed, which is after 15 seconds.
        await stage.env.advance_time(15)

        seen = await mara.run("servers")

    assert "7 servers on your panel account" in seen.text
