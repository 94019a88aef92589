"""The restart that the game needs, below several ports: offered to whom it is granted, and only where it can be."""

from __future__ import annotations

import discord
from discord.utils import utcnow

from bot.demo.people import Person
from bot.domain.plan import Item, ItemState, Plan
from bot.domain.site import PanelSite
from bot.services.several.running import Ending, Phase, Progress
from bot.ui.parts.screen import Tone
from bot.ui.several.progress import ended
from tests.e2e.several.plans import two_made
from tests.e2e.trouble import TroubledStage
from tests.world import SURVIVAL, World

AT_NEXT_START = "at its next start: restart it"


async def test_it_is_offered_too_where_go_on_is_refused_before_anything_is_asked_for(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    world.survival.limit = 4
    await stage.pass_time(61)

    seen = await ann.press("Go on", on=ann.saw(waiting.result))

    assert "4 of 4" in seen.text
    assert AT_NEXT_START in seen.text
    assert "Restart…" in seen.buttons


async def test_a_server_that_is_suspended_meanwhile_is_not_offered_for_a_restart(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(ann)
    world.survival.status = "suspended"
    await stage.pass_time(61)

    seen = ann.saw(waiting.result)

    assert "suspended" in seen.text
    assert "2 of 4 ports added" in seen.text
    assert AT_NEXT_START not in seen.text
    assert "Restart…" not in seen.buttons


async def test_it_is_offered_too_where_the_bot_that_restarted_has_not_read_the_server(
    stage: TroubledStage, ann: Person
) -> None:
    waiting = await two_made(ann)
    await stage.restart()

    seen = await ann.press("Stop", on=waiting)

    assert "I did not look whether it was started since: **Restart…** shows that." in seen.text
    assert AT_NEXT_START not in seen.text
    assert "Restart…" in seen.buttons
    assert "disconnects everybody" in (await ann.press("Restart…", on=seen)).text


def test_a_restart_of_the_bot_after_the_last_port_leaves_nothing_to_wait_for() -> None:
    items = (Item("voice chat", ItemState.MADE, allocation=7, address="203.0.113.7:25577", noted=True),)
    plan = Plan(1, SURVIVAL, "Survival", utcnow(), items, number=3)
    end = Progress(plan, Phase.ENDED, Ending.RESTART, told=frozenset({0}))

    screen = ended(end, owner=1, site=PanelSite("https://panel.example.com/"))

    assert "restarting" not in (screen.embed.description or "")
    assert screen.embed.title == "1 port added to Survival"
    assert screen.embed.colour == discord.Colour(Tone.GOOD.value)
