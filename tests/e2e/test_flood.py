"""One person's flood: bounded for that person, unnoticed by the others, harmless to the panel and to Discord."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from yarl import URL

from bot.demo import stage as demo
from bot.demo.people import Person
from bot.domain.models import ApiKey
from bot.front.work import AT_ONCE, PER_WINDOW
from bot.panel.transport import POOL_SIZE, Transport, open_session
from tests.e2e.crowd import without_waiting
from tests.stage import Stage, check_no_bug
from tests.world import World

FLOOD = 200
LIVE_TIME = re.compile(r"Possible again <t:\d+:R>")


class CrowdedStage(Stage):
    """A stage on which the panel can be slow for one key alone."""

    slow_for: str | None = None

    async def _wait_while_slow(self, *arguments: Any) -> None:
        key = arguments[-1].headers["Authorization"].removeprefix("Bearer ")
        if self.slow_for in (None, key):
            await super()._wait_while_slow(*arguments)

    async def flood(self, person: Person, command: str, **options: Any) -> list[str]:
        """Let a person send a command 200 times before the panel answers any; return the answers."""
        async with self.slow_panel():
            with without_waiting(self):
                sent = [(await person.run(command, **options)).result for _ in range(FLOOD)]
            await self.env.settle()
        return [person.saw(result).text for result in sent]


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[CrowdedStage]:
    """Yield such a stage; a test in which the bot logs more than information fails."""
    async with demo.open_stage(world.state, tmp_path, kind=CrowdedStage) as opened:
        yield opened
    check_no_bug(opened, caplog)


async def test_a_flood_gets_five_actions_under_way_and_is_told_when_it_may_go_on(
    stage: CrowdedStage, world: World
) -> None:
    dan = await stage.linked("dan", world.dan)

    answers = await stage.flood(dan, "allocations list", server=world.solo.identifier)

    served = [text for text in answers if "1 of 3 ports used" in text]
    refused = [text for text in answers if "One moment, please" in text]
    assert len(served) == AT_ONCE
    assert len(refused) == FLOOD - AT_ONCE
    assert all(LIVE_TIME.search(text) for text in refused)
    assert len(stage.panel.requests) == AT_ONCE


async def test_two_hundred_commands_one_after_another_reach_the_panel_sixty_times(
    stage: CrowdedStage, world: World
) -> None:
    dan = await stage.linked("dan", world.dan)
    await stage.env.advance_time(10)

    answers = [(await dan.run("allocations list", server=world.solo.identifier)).text for _ in range(FLOOD)]

    assert ["One moment, please" in text for text in answers] == [False] * PER_WINDOW + [True] * (FLOOD - PER_WINDOW)
    assert "more at once than I answer to one person" in answers[-1]
    assert len(stage.panel.requests) == PER_WINDOW


async def test_after_the_time_it_was_told_a_flooder_is_served_again(stage: CrowdedStage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)
    await stage.flood(dan, "servers")
    told = re.search(r"<t:(\d+):R>", dan.seen.text)
    assert told is not None

    await stage.env.advance_time(int(told[1]) - stage.env.now().timestamp())
    seen = await dan.run("servers")

    assert "Solo" in seen.text


async def test_a_flood_does_not_delay_anothers_answer(stage: CrowdedStage, world: World) -> None:
    dan, ann = await stage.linked("dan", world.dan), await stage.linked("ann", world.ann)
    stage.slow_for = world.dan

    async with stage.slow_panel():
        with without_waiting(stage):
            flood = [(await dan.run("allocations list", server=world.solo.identifier)).result for _ in range(FLOOD)]
            waiting = await ann.run("allocations list", server=world.survival.identifier)
        began = stage.env.now()
        await stage.env.settle()

        assert "2 of 5 ports used" in ann.saw(waiting.result).text
        assert stage.env.now() == began
        assert sum(not result.acknowledged for result in flood) == AT_ONCE


async def test_a_flood_of_changes_on_a_shared_server_lets_the_next_person_in_after_at_most_five(
    stage: CrowdedStage, world: World
) -> None:
    world.state.add_subuser(world.survival, world.state.users[2], ["allocation.read", "allocation.update"])
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    for person in (ann, bob):
        await person.run("allocations list", server="Survival")
    stage.panel.requests.clear()
    survival = world.survival.identifier

    async with stage.slow_panel():
        with without_waiting(stage):
            for number in range(FLOOD):
                await bob.run("allocations notes", server=survival, allocation="#2", text=str(number))
            waiting = await ann.run("allocations notes", server=survival, allocation="#1", text="ann's")

    assert "`: ann's" in ann.saw(waiting.result).text
    assert [request.key for request in stage.panel.requests].index(world.ann) <= AT_ONCE
    assert len(stage.changes) == AT_ONCE + 1


async def test_a_flood_of_creations_adds_one_allocation(stage: CrowdedStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    answers = await stage.flood(ann, "allocations create", server=world.survival.identifier)

    assert sum("✅ Added" in text for text in answers) == 1
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_flood_of_presses_on_one_button_has_one_effect(stage: CrowdedStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    panel = await ann.run("allocations list", server="Survival")

    async with stage.slow_panel():
        with without_waiting(stage):
            for _ in range(FLOOD):
                await ann.press("Add port", on=panel)
        await stage.env.settle()

    assert len(stage.changes) == 1
    assert len(world.state.allocations_of(world.survival)) == 3


async def test_a_flood_of_forms_checks_at_most_five_keys_at_once(stage: CrowdedStage, world: World) -> None:
    eve = stage.person("eve")
    form = (await eve.run("link")).form

    async with stage.slow_panel():
        with without_waiting(stage):
            for number in range(FLOOD):
                await stage.forge_form(eve, form["custom_id"], key=f"ptlc_{number:043d}")
        await stage.env.settle()

    assert len(stage.panel.requests) == AT_ONCE


async def test_keystrokes_of_a_flood_share_one_panel_call_and_are_all_answered(
    stage: CrowdedStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    before = len(stage.env.http_requests)

    async with stage.slow_panel():
        with without_waiting(stage):
            for number in range(FLOOD):
                await ann.suggest("allocations list", "server", str(number))

    assert stage.asked == ["GET /"]
    assert len(stage.env.http_requests) - before == FLOOD


async def test_keystrokes_of_a_flood_do_not_delay_anothers_suggestions(stage: CrowdedStage, world: World) -> None:
    dan, ann = await stage.linked("dan", world.dan), await stage.linked("ann", world.ann)
    await stage.restart()
    stage.slow_for = world.dan

    async with stage.slow_panel():
        with without_waiting(stage):
            for number in range(FLOOD):
                await dan.suggest("allocations list", "server", str(number))
        began = stage.env.now()
        suggested = await ann.suggest("allocations list", "server", "Surv")

        assert list(suggested.values()) == [world.survival.identifier]
        assert stage.env.now() == began


async def test_discord_gets_one_accepted_call_for_each_action_of_a_flood(stage: CrowdedStage, world: World) -> None:
    dan = await stage.linked("dan", world.dan)
    before = len(stage.env.http_requests)

    await stage.flood(dan, "servers")

    calls = stage.calls(before)
    assert len(calls) == FLOOD
    assert all(re.fullmatch(r"POST /interactions/\d+/[^/]+/callback", call) for call in calls)


async def test_at_most_a_hundred_connections_to_the_panel_are_open_at_once() -> None:
    under_way = most = 0
    full, opened = asyncio.Event(), asyncio.Event()

    async def hold(_: web.BaseRequest) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == POOL_SIZE:
            full.set()
        await opened.wait()
        under_way -= 1
        return web.json_response({})

    runner = web.ServerRunner(web.Server(hold))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with open_session() as session:
        transport = Transport(session, URL(f"http://127.0.0.1:{runner.addresses[0][1]}/"))
        asking = [transport.exchange("GET", "api/client", key=ApiKey("k")) for _ in range(POOL_SIZE + 50)]
        everybody = asyncio.gather(*asking)
        await full.wait()
        for _ in range(1000):
            await asyncio.sleep(0)  # a turn for each that would come if it could
        opened.set()

        answers = await everybody

    await runner.cleanup()
    assert len(answers) == POOL_SIZE + 50
    assert most == POOL_SIZE
