"""Discord cannot be reached for a while: deferred answers are told when it can, and nobody is kept waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.demo.people import Person, Seen
from bot.front.router import Press
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen, embed
from tests.stage import Stage
from tests.world import World

MINUTE = 60.0


@dataclass
class Way:
    """The way to Discord, which breaks for calls of some verbs."""

    stage: Stage
    broken: set[str] = field(default_factory=set)
    tries: list[str] = field(default_factory=list)
    """The verbs of the calls that met with a broken connection."""

    def breaking(self, request: Callable[..., Any]) -> Callable[..., Any]:
        """Return discord.py's way to send a call, which now may break."""

        async def send(route: Any, session: Any, **options: Any) -> Any:
            if route.method in self.broken:
                self.tries.append(route.method)
                raise ConnectionResetError(104, "Connection reset by peer")
            return await request(route, session, **options)

        return send


@pytest.fixture
def way(stage: Stage) -> Iterator[Way]:
    """Yield the way to Discord; time passes only by the test's own clock."""
    made, adapter = Way(stage), stage.env._webhook_adapter
    with pytest.MonkeyPatch.context() as patch, stage.still_time():
        patch.setattr(adapter, "request", made.breaking(adapter.request), raising=False)
        yield made


@contextmanager
def out_of_order(way: Way, *verbs: str) -> Iterator[None]:
    """Break the way for calls of these verbs inside the block."""
    way.broken = set(verbs)
    try:
        yield
    finally:
        way.broken = set()


async def untold(stage: Stage, way: Way, ann: Person, *, text: str = "made") -> Seen:
    """Return what Ann sees of a change that is made and cannot be told: her way to Discord is broken for edits."""
    way.broken = {"PATCH"}
    async with stage.slow_panel():
        seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)
        await stage.env.advance_time(1.6)
    return seen


async def test_a_deferred_answer_is_told_when_discord_can_be_reached_again_after_minutes(
    stage: Stage, world: World, way: Way
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await untold(stage, way, ann)
    assert ann.saw(seen.result).waiting
    assert world.state.allocations[2].notes == "made"

    await stage.env.advance_time(12 * MINUTE)
    waiting = ann.saw(seen.result).waiting
    way.broken = set()
    await stage.env.advance_time(20)

    assert waiting
    assert "✅ Noted `" in ann.saw(seen.result).text
    assert 50 < len(way.tries) < 80


async def test_the_first_tries_come_within_seconds_and_none_within_a_breath(
    stage: Stage, world: World, way: Way
) -> None:
    ann = await stage.linked("ann", world.ann)
    await untold(stage, way, ann)
    at_once = len(way.tries)

    await stage.env.advance_time(0.05)
    in_a_breath = len(way.tries)
    await stage.env.advance_time(3)

    assert (at_once, in_a_breath) == (1, 1)
    assert 4 <= len(way.tries) <= 6


async def test_an_answer_is_given_up_before_its_token_ends(
    stage: Stage, world: World, way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await untold(stage, way, ann)

    await stage.env.advance_time(14 * MINUTE)
    tries = len(way.tries)
    with caplog.at_level(logging.INFO, logger="bot.ui.answer.courier"):
        await stage.env.advance_time(30 * MINUTE)

    assert len(way.tries) == tries
    assert ann.saw(seen.result).waiting
    assert "Discord cannot be reached for" in "".join(record.getMessage() for record in caplog.get_records("call"))


async def test_somebody_whose_answers_cannot_be_told_may_act_on_meanwhile(stage: Stage, world: World, way: Way) -> None:
    ann = await stage.linked("ann", world.ann)
    pending = [await untold(stage, way, ann, text=f"made {number}") for number in range(6)]

    later = await ann.run("allocations list", server="Survival")
    way.broken = set()
    await stage.env.advance_time(20)

    assert all("✅ Noted `" in ann.saw(seen.result).text for seen in pending)
    assert "of 5 ports used" in ann.saw(later.result).text


async def test_actions_whose_change_is_not_made_yet_still_count(stage: Stage, world: World, way: Way) -> None:
    ann = await stage.linked("ann", world.ann)
    async with stage.slow_panel():
        for _ in range(5):
            await ann.run("allocations list", server="5e000001")
        sixth = await ann.run("allocations list", server="5e000001")

    assert "5 of your actions are still under way" in sixth.text


async def test_an_older_picture_is_not_put_over_what_was_shown_meanwhile(stage: Stage, world: World, way: Way) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")
    way.broken = {"PATCH"}
    async with stage.slow_panel():
        added = await ann.press("Add port", on=panel)
        await stage.env.advance_time(1.6)
    later = await ann.press("Refresh", on=panel)
    shown = later.text

    way.broken = set()
    await stage.env.advance_time(20)

    assert "3 of 5 ports used" in shown
    assert panel.text == shown
    told = ann.saw(added.result)
    assert "✅ Added" in told.text
    assert told.ephemeral
    assert told.message.id != panel.message.id


async def test_a_first_answer_is_tried_for_three_seconds(stage: Stage, world: World, way: Way) -> None:
    ann = await stage.linked("ann", world.ann)

    with out_of_order(way, "POST"):
        seen = await ann.run("allocations list", server="Survival")
        await stage.env.advance_time(1)
    assert not seen.result.acknowledged
    await stage.env.advance_time(1)

    assert "2 of 5 ports used" in ann.saw(seen.result).text
    assert way.tries == ["POST"] * len(way.tries)


async def test_a_first_answer_that_nobody_can_get_any_more_is_given_up(
    stage: Stage, world: World, way: Way, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)

    with out_of_order(way, "POST"), caplog.at_level(logging.INFO, logger="bot.ui.answer.courier"):
        await ann.run("allocations list", server="Survival")
        await stage.env.advance_time(30)
    tries = len(way.tries)
    await stage.env.advance_time(30 * MINUTE)

    assert len(way.tries) == tries
    assert "can no longer be answered" in caplog.text


async def test_what_is_said_meanwhile_is_tried_once_and_holds_up_nothing(stage: Stage, world: World, way: Way) -> None:
    ann = await stage.linked("ann", world.ann)

    async def handler(press: Press, reply: Reply) -> None:
        await reply.show(Screen(embed("Looking", "One moment.")), meanwhile=True)
        way.broken = set()
        await reply.show(Screen(embed("Found", "There it is.")))

    stage.bot.router.on("probe.looking", handler)
    with out_of_order(way, "POST"):
        seen = await stage.forge_form(ann, ids.make("probe.looking", ann.id))

    assert way.tries == ["POST"]
    assert "Found" in seen.text
