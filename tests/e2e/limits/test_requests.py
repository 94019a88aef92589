"""The panel's limit on the requests of one account: told with a live time, and not tested in vain."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from bot.panel.throttle import BREATHER
from tests.e2e.limits.held_back import seconds_until
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World

EMPTY_LIST = '{"object":"list","data":[],"meta":{"pagination":{"current_page":1,"total_pages":1}}}'


@pytest.mark.parametrize("seconds", [1, 30, 600])
async def test_a_refusal_for_too_many_requests_shows_when_to_try_again(
    stage: TroubledStage, world: World, seconds: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(seconds)

    seen = await ann.run("servers")

    assert "{panel} asks me to slow down" in unnamed(seen.text)
    assert "There were too many requests from your panel account" in seen.text
    assert "Try again then. Nothing was changed." in seen.text
    assert seconds - 1 <= seconds_until(stage, seen) <= seconds + 2


async def test_a_refusal_without_a_time_names_none_and_holds_back_for_a_breath_only(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(None)

    refused = (await ann.run("servers")).text
    stage.panel.requests.clear()
    at_once = (await ann.run("servers")).text
    asked_at_once = list(stage.asked)
    stage.panel.advance(BREATHER + 1)
    later = (await ann.run("servers")).text

    assert "{panel} asks me to slow down" in unnamed(refused)
    assert "Try again in a minute. Nothing was changed." in refused
    assert "⏳" not in refused + at_once
    assert asked_at_once == []
    assert "2 servers on your panel account" in later


async def test_a_date_as_the_time_to_try_again_is_understood(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    date = formatdate(stage.panel.now() + 600, usegmt=True)
    stage.panel.faults.answer(429, "", headers={"Retry-After": date})

    seen = await ann.run("servers")

    assert 597 <= seconds_until(stage, seen) <= 603


async def test_a_date_is_read_by_the_clock_of_who_sent_it(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    headers = {"Date": "Tue, 06 Jan 2015 08:00:00 GMT", "Retry-After": "Tue, 06 Jan 2015 08:02:00 GMT"}
    stage.panel.faults.answer(429, "", headers=headers)

    seen = await ann.run("servers")

    assert 118 <= seconds_until(stage, seen) <= 122


@pytest.mark.parametrize("asked", ["Fri, 31 Dec 2100 23:59:59 GMT", "999999999", str(10**11)])
async def test_nobody_is_held_back_for_longer_than_an_hour(stage: TroubledStage, world: World, asked: str) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(429, "", headers={"Retry-After": asked})

    seen = await ann.run("servers")
    stage.panel.advance(3601)
    later = await ann.run("servers")

    assert 3595 <= seconds_until(stage, seen) + 3601 <= 3602
    assert "2 servers on your panel account" in later.text


NONSENSE = [
    "soon",
    "-5",
    "1e9",
    "9" * 30,
    "",
    "٣",
    "Fri, 31 Dec 99999 23:59:59 GMT",
    f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT",
]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_a_time_that_is_nonsense_is_no_time_and_no_exception(
    stage: TroubledStage, world: World, nonsense: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(429, "", headers={"Retry-After": nonsense})

    seen = await ann.run("servers")

    assert "{panel} asks me to slow down" in unnamed(seen.text)
    assert "⏳" not in seen.text


async def test_until_then_the_panel_is_not_even_asked(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.rate_limited(30)
    await ann.run("servers")
    stage.panel.requests.clear()

    held_back = (await ann.run("allocations list", server=world.survival.identifier)).text
    asked_meanwhile = list(stage.asked)
    stage.panel.advance(31)
    later = (await ann.run("allocations list", server=world.survival.identifier)).text

    assert "{panel} asks me to slow down" in unnamed(held_back)
    assert asked_meanwhile == []
    assert "2 of 5 ports used" in later


async def test_the_limit_of_one_account_holds_nobody_else_back(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    dan = await stage.linked("dan", world.dan)
    stage.panel.faults.rate_limited(30)
    await ann.run("servers")

    seen = await dan.run("servers")

    assert "1 of 3 ports used" in seen.text


async def test_a_used_up_account_is_asked_for_until_the_panel_itself_refuses(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.throttle.clear()
    world.state.requests_per_minute = 2
    await ann.run("servers")
    await ann.run("servers")
    stage.panel.requests.clear()

    refused = await ann.run("servers")
    asked = list(stage.asked)
    held_back = await ann.run("servers")

    assert len(asked) == 1
    assert "{panel} asks me to slow down" in unnamed(refused.text)
    assert "{panel} asks me to slow down" in unnamed(held_back.text)
    assert seconds_until(stage, held_back) <= 62
    assert stage.asked == asked


async def test_an_account_that_the_panel_would_answer_again_is_not_held_back_by_a_guess(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.throttle.clear()
    world.state.requests_per_minute = 1
    await ann.run("servers")
    stage.panel.throttle.clear()  # as when the panel's cache is emptied, or its limit raised

    seen = await ann.run("servers")

    assert "2 servers on your panel account" in seen.text


@pytest.mark.parametrize("named", [{"X-RateLimit-Reset": "{reset}"}, {"Retry-After": "40"}])
async def test_a_used_up_limit_whose_end_the_panel_names_holds_back_until_then(
    stage: TroubledStage, world: World, named: dict[str, str]
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.requests.clear()
    reset = str(int(stage.panel.now()) + 40)
    headers = {name: value.format(reset=reset) for name, value in named.items()}
    headers |= {"X-RateLimit-Limit": "720", "X-RateLimit-Remaining": "0"}
    stage.panel.faults.answer(200, EMPTY_LIST, headers=headers)
    await ann.run("servers")
    stage.panel.requests.clear()

    held_back = await ann.run("servers")
    asked = list(stage.asked)
    stage.panel.advance(42)
    later = await ann.run("servers")

    assert "There were too many requests from your panel account" in held_back.text
    assert asked == []
    assert "2 servers on your panel account" in later.text


async def test_suggestions_of_somebody_held_back_are_empty_and_ask_nothing(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    stage.panel.faults.rate_limited(30)
    await ann.run("servers")
    stage.panel.requests.clear()

    found = await ann.suggest("allocations list", "server", "Sur")

    assert found == {}
    assert stage.asked == []
