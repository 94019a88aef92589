"""Limits: of the panel on requests and creations, told with a live time and not tested in vain; of notes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Seen
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.world import World

LIVE_TIME = re.compile(r"⏳ Possible again <t:(\d+):R>")
CREATES = "POST /servers/5e000001/network/allocations"


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which `panel.advance` turns the panel's clock and the bot's clock for limits together."""
    flavour = getattr(request, "param", Flavour.PTERODACTYL_1_12)
    async with open_troubled_stage(world.state, tmp_path, flavour=flavour) as opened:
        yield opened
    opened.env.raise_errors()
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


def seconds_until(stage: TroubledStage, seen: Seen) -> float:
    """Return in how many seconds the message says that it is possible again."""
    found = LIVE_TIME.search(seen.text)
    assert found is not None, seen.text
    return int(found[1]) - stage.panel.now()


# --------------------------------------------------------------------------------------- requests of one account


@pytest.mark.parametrize("seconds", [1, 30, 600])
async def test_a_refusal_for_too_many_requests_shows_when_to_try_again(
    stage: TroubledStage, world: World, seconds: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(seconds)

    seen = await ann.run("servers")

    assert "❌ The panel asks to slow down" in seen.text
    assert "Too many requests for your panel account" in seen.text
    assert "Nothing was changed. Try again then." in seen.text
    assert seconds - 1 <= seconds_until(stage, seen) <= seconds + 2


async def test_a_refusal_without_a_time_counts_as_the_panels_full_minute(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(None)

    seen = await ann.run("servers")

    assert 58 <= seconds_until(stage, seen) <= 62


async def test_a_date_as_the_time_to_try_again_is_understood(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(429, "", headers={"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})

    seen = await ann.run("servers")

    assert "<t:4133980800:R>" in seen.text


@pytest.mark.parametrize("nonsense", ["soon", "-5", "1e9", "9" * 30, "", "٣"])
async def test_a_time_that_is_nonsense_counts_as_the_panels_full_minute(
    stage: TroubledStage, world: World, nonsense: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(429, "", headers={"Retry-After": nonsense})

    seen = await ann.run("servers")

    assert 58 <= seconds_until(stage, seen) <= 62


async def test_until_then_the_panel_is_not_even_asked(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(30)
    await ann.run("servers")
    stage.panel.requests.clear()

    held_back = (await ann.run("allocations list", server=world.survival.identifier)).text
    asked_meanwhile = list(stage.asked)
    stage.panel.advance(31)
    later = (await ann.run("allocations list", server=world.survival.identifier)).text

    assert "❌ The panel asks to slow down" in held_back
    assert asked_meanwhile == []
    assert "2 of 5 allocations used" in later


async def test_the_limit_of_one_account_holds_nobody_else_back(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    dan = await stage.linked("dan", world.dan)
    stage.panel.faults.rate_limited(30)
    await ann.run("servers")

    seen = await dan.run("servers")

    assert "1 server on your panel account" in seen.text


async def test_an_account_that_has_used_up_its_minute_is_not_asked_for_in_vain(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.throttle.clear()
    world.state.requests_per_minute = 2
    await ann.run("servers")
    await ann.run("servers")
    stage.panel.requests.clear()

    held_back = await ann.run("servers")

    assert "❌ The panel asks to slow down" in held_back.text
    assert seconds_until(stage, held_back) <= 62
    assert stage.asked == []


async def test_suggestions_of_somebody_held_back_are_empty_and_ask_nothing(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    stage.panel.faults.rate_limited(30)
    await ann.run("servers")
    stage.panel.requests.clear()

    found = await ann.suggest("allocations list", "server", "Sur")

    assert found == {}
    assert stage.asked == []


# ---------------------------------------------------------------------------------------- creations on one server

THROTTLED = [Flavour.PTERODACTYL_1_12, Flavour.PELICAN]


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_a_third_creation_within_a_minute_is_told_when_it_is_possible(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    seen = [(await ann.run("allocations create", server="Survival")) for _ in range(3)]

    assert "✅ Added" in seen[0].text
    assert "✅ Added" in seen[1].text
    assert "❌ The panel asks to slow down" in seen[2].text
    assert "only so many allocations a minute to one server" in seen[2].text
    assert 50 <= seconds_until(stage, seen[2]) <= 62
    assert len(world.state.allocations_of(world.survival)) == 4


async def test_a_third_creation_is_not_even_sent_until_the_minute_is_over(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(2):
        await ann.run("allocations create", server="Survival")
    stage.panel.requests.clear()

    held_back = (await ann.run("allocations create", server="Survival")).text
    asked_meanwhile = list(stage.asked)
    stage.panel.advance(61)
    later = (await ann.run("allocations create", server="Survival")).text

    assert "❌ The panel asks to slow down" in held_back
    assert asked_meanwhile == []
    assert "✅ Added" in later
    assert stage.changes == [CREATES]


async def test_creations_that_somebody_made_on_the_panel_count_too(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(2):
        stage.panel.throttle.hit(f"creates on server {world.survival.id}", 2)

    first = await ann.run("allocations create", server="Survival")
    told = first.text
    second = await ann.run("allocations create", server="Survival")

    assert "❌ The panel asks to slow down" in told
    assert "only so many allocations a minute to one server" in told
    assert 50 <= seconds_until(stage, second) <= 62
    assert stage.changes == [CREATES]
    assert len(world.state.allocations_of(world.survival)) == 2


async def test_the_creations_of_one_person_count_for_everybody_on_that_server(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    cid = await stage.linked("cid", world.cid)
    for _ in range(2):
        await ann.run("allocations create", server="Survival")
    stage.panel.requests.clear()

    seen = await cid.run("allocations create", server="Survival")

    assert "❌ The panel asks to slow down" in seen.text
    assert stage.changes == []


async def test_another_server_and_every_other_change_are_not_held_back(stage: TroubledStage, world: World) -> None:
    world.creative.limit = 5
    ann = await stage.linked("ann", world.ann)
    for _ in range(3):
        await ann.run("allocations create", server="Survival")

    created = (await ann.run("allocations create", server="Creative")).text
    noted = (await ann.run("allocations notes", server="Survival", allocation="25566", text="map")).text
    listed = (await ann.run("allocations list", server="Survival")).text

    assert "✅ Added" in created
    assert "✅ Notes of" in noted
    assert "4 of 5 allocations used" in listed


async def test_the_small_limit_of_creations_is_not_taken_for_the_accounts(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(3):
        await ann.run("allocations create", server="Survival")

    seen = await ann.run("servers")

    assert "2 servers on your panel account" in seen.text


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11], indirect=True)
async def test_a_panel_without_that_limit_creates_as_often_as_asked(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    texts = [(await ann.run("allocations create", server="Survival")).text for _ in range(3)]

    assert ["✅ Added" in text for text in texts] == [True, True, True]


async def test_failed_creations_count_as_the_panel_counts_them(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    for _ in range(2):
        refused = await ann.run("allocations create", server="Creative")
        assert "❌ The allocation limit is reached" in refused.text
    stage.panel.requests.clear()

    seen = await ann.run("allocations create", server="Creative")

    assert "❌ The panel asks to slow down" in seen.text
    assert stage.changes == []


# ------------------------------------------------------------------------------------------------------- notes


async def test_notes_of_191_code_points_are_saved_whole(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    text = "🧭" * 191

    seen = await ann.run("allocations notes", server="Survival", allocation="25566", text=text)

    assert "✅ Notes of" in seen.text
    assert world.state.allocations[2].notes == text


async def test_longer_notes_from_a_client_that_lets_them_through_are_refused(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    await ann.choose("2")
    form = (await ann.press("Edit notes")).form

    seen = await stage.forge_form(ann, form["custom_id"], notes="x" * 192)

    assert "❌ These notes are too long" in seen.text
    assert "They have 192 characters; the panel keeps 191" in seen.text
    assert stage.changes == []
    assert world.state.allocations[2].notes == "voice chat"
