"""What was shown is corrected a few seconds later: on its message while that still shows it, else beside it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.demo.people import Person, Seen
from bot.front.router import Press
from bot.ui.answer.respond import Reply
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen, button, embed
from tests.stage import Stage
from tests.world import World

LATER = 5.0


@dataclass
class Probe:
    """A handler that shows one thing, and corrects it five seconds later."""

    stage: Stage
    replies: list[Reply] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def first(self, press: Press, reply: Reply) -> None:
        """Show the first picture."""
        more = button("Refresh", ids.make("probe.plain", press.user_id))
        await reply.show(Screen(embed("First", "It is so."), [more]))
        self.replies.append(reply)
        self.tasks.append(asyncio.create_task(self._look_again(reply)))

    async def plain(self, press: Press, reply: Reply) -> None:
        """Show a picture that needs no correction."""
        await reply.show(Screen(embed("Plain", "A later action.")))

    async def _look_again(self, reply: Reply) -> None:
        await asyncio.sleep(LATER)
        await reply.correct(Screen(embed("Corrected", "It is not so.")))

    async def on_command(self, person: Person) -> Seen:
        """Let somebody do what is answered with a message of its own."""
        return await self.stage.forge_form(person, ids.make("probe.first", person.id))

    async def on_press(self, person: Person) -> Seen:
        """Let somebody press what is answered in place."""
        panel = await person.run("allocations list", server="Survival")
        return await self.stage.forge(person, ids.make("probe.first", person.id), on=panel)


@pytest.fixture
def probe(stage: Stage) -> Iterator[Probe]:
    """Yield the handler, reached like every other, on a clock that only the test moves."""
    made = Probe(stage)
    stage.bot.router.on("probe.first", made.first)
    stage.bot.router.on("probe.plain", made.plain)
    with stage.still_time():
        yield made


@contextmanager
def declared_locks(stage: Stage) -> Iterator[None]:
    """Let what waits for a lock inside the block count as waiting for the world outside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncio.Lock, "acquire", stage._taking_turns())
        yield


WAYS: dict[str, Callable[[Probe, Person], Awaitable[Seen]]] = {"command": Probe.on_command, "press": Probe.on_press}


@pytest.mark.parametrize("way", WAYS)
async def test_a_message_that_still_shows_the_answer_is_corrected(
    stage: Stage, world: World, probe: Probe, way: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await WAYS[way](probe, ann)
    assert "First" in seen.text
    assert probe.replies[0].message_id == seen.message.id
    before = len(stage.env.http_requests)

    await stage.env.advance_time(LATER)

    assert "Corrected" in seen.text
    assert seen.buttons == {}
    assert stage.calls(before) == [call for call in stage.calls(before) if call.endswith("/@original")]
    assert len(stage.calls(before)) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_a_message_that_somebody_used_since_is_left_alone_and_the_correction_is_told_beside_it(
    stage: Stage, world: World, probe: Probe, way: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await WAYS[way](probe, ann)
    used = await ann.press("Refresh", on=seen)
    assert "Plain" in used.text
    assert not probe.replies[0].is_current

    await stage.env.advance_time(LATER)

    told = ann.saw(seen.result)
    assert "Corrected" in told.text
    assert told.ephemeral
    assert told.message.id != used.message.id
    assert "Plain" in used.text


async def test_a_correction_on_its_way_never_lands_on_what_is_pressed_meanwhile(
    stage: Stage, world: World, probe: Probe
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await probe.on_press(ann)
    adapter, arrives = stage.env._webhook_adapter, asyncio.Event()
    send, sent = adapter.request, []

    async def slowly(route: Any, session: Any, **options: Any) -> Any:
        sent.append(route.method)
        if route.method == "PATCH":
            await stage.env.external_wait(arrives.wait(), reason="the network is slow")
        return await send(route, session, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adapter, "request", slowly, raising=False)
        await stage.env.advance_time(LATER)
        with declared_locks(stage):
            used = await stage.forge(ann, ids.make("probe.plain", ann.id), on=seen)
        on_its_way = list(sent)
        arrives.set()
        await stage.env.settle()

    assert on_its_way == ["PATCH"]
    assert sent == ["PATCH", "POST"]
    assert "Plain" in seen.text
    assert ann.saw(used.result).message.id == seen.message.id


async def test_a_correction_of_a_correction_stays_on_the_message_of_its_own(
    stage: Stage, world: World, probe: Probe
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await probe.on_command(ann)
    await ann.press("Refresh", on=seen)
    await stage.env.advance_time(LATER)
    told = ann.saw(seen.result)
    assert probe.replies[0].message_id == told.message.id

    with stage.env._bot_scope():
        await probe.replies[0].correct(Screen(embed("Once more", "It is so after all.")))

    assert "Once more" in told.text
    assert len(seen.result.followups) == 1


async def test_a_correction_of_a_message_that_was_dismissed_is_told_in_one_of_its_own(
    stage: Stage, world: World, probe: Probe
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await probe.on_command(ann)
    stage.env.inject_error("PATCH", "*/@original", status=404, code=10008, message="Unknown Message")

    await stage.env.advance_time(LATER)

    told = ann.saw(seen.result)
    assert "Corrected" in told.text
    assert told.message.id != seen.message.id


async def test_a_correction_that_can_no_longer_be_told_is_logged_and_nothing_more(
    stage: Stage, world: World, probe: Probe, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await probe.on_command(ann)
    stage.env.inject_error("PATCH", "*/@original", status=401, code=50027, message="Invalid Webhook Token")
    before = len(stage.env.http_requests)

    with caplog.at_level(logging.INFO, logger="bot.ui.answer.courier"):
        await stage.env.advance_time(LATER)

    assert "First" in seen.text
    assert len(stage.calls(before)) == 1
    assert "can no longer be answered: 50027" in caplog.text
    assert probe.tasks[0].done()
    assert probe.tasks[0].exception() is None


async def test_the_latest_action_on_a_message_is_known_by_what_was_pressed_and_shown(
    stage: Stage, world: World, probe: Probe
) -> None:
    ann = await stage.linked("ann", world.ann)
    seen = await probe.on_press(ann)
    assert probe.replies[0].is_current

    again = await stage.forge(ann, ids.make("probe.first", ann.id), on=seen)

    assert again.message.id == seen.message.id
    assert [reply.is_current for reply in probe.replies] == [False, True]
    for task in probe.tasks:
        task.cancel()
