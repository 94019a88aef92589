"""What is given up while the bot stops is told, and then it ends: nothing goes on as if it had not been given up."""

from __future__ import annotations

import asyncio

from bot.ui.answer.respond import DEFER_AFTER
from tests.stage import Stage
from tests.world import World


async def test_an_action_that_is_given_up_is_told_and_ends_as_cancelled(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel():
        waiting = await ann.run("servers")
        await stage.env.advance_time(DEFER_AFTER)
        under_way = tuple(stage.bot.work._tasks)

        quiet = await stage.bot.work.interrupt(10)

    assert quiet
    assert [task.cancelled() for task in under_way] == [True]
    assert "I had to restart before this was finished" in ann.saw(waiting.result).text


async def test_an_action_that_is_cancelled_while_the_bot_goes_on_ends_without_a_word(
    stage: Stage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel():
        await ann.run("servers")
        (task,) = stage.bot.work._tasks
        before = len(stage.env.http_requests)

        task.cancel()
        await asyncio.wait([task])

    assert task.cancelled()
    assert stage.calls(before) == []


async def test_a_press_that_is_given_up_leads_to_its_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    async with stage.slow_panel():
        waiting = await ann.press("Add port", on=panel)
        await stage.env.advance_time(DEFER_AFTER)
        await stage.bot.work.interrupt(10)
    told = ann.saw(waiting.result)
    words, offered = told.text, list(told.buttons)

    seen = await ann.press("Show allocations", on=told)

    assert "I had to restart before this was finished" in words
    assert offered == ["Show allocations"]
    assert "of 5 ports used" in seen.text


async def test_a_command_that_is_given_up_leads_to_its_server(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel():
        waiting = await ann.run("allocations create", server="5e000001")
        await stage.env.advance_time(DEFER_AFTER)
        await stage.bot.work.interrupt(10)

    told = ann.saw(waiting.result)

    assert "I had to restart before this was finished" in told.text
    assert list(told.buttons) == ["Show allocations"]
