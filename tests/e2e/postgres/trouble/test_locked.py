"""What another program holds locked, and a use that cannot be noted for whatever reason."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

import pytest

from bot.store import lane
from tests.e2e.postgres.trouble.sea import CANNOT, HELD, Sea, away_for_a_minute, call_full
from tests.names import unnamed


async def test_a_lock_for_longer_than_anybody_waits_is_told_and_reading_goes_on(sea: Sea) -> None:
    with sea.held("LOCK TABLE changes IN EXCLUSIVE MODE"):
        began = time.monotonic()
        said = await sea.annotated()
        took = time.monotonic() - began
        account = (await sea.ann.run("account")).text
    again = await sea.annotated()

    assert CANNOT in said
    assert HELD in said
    assert took < 5
    assert "**Panel account**: ann" in account
    assert "✅" in again
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


async def test_help_says_that_it_does_not_know_whether_somebody_is_linked_and_offers_both_ways_on(sea: Sea) -> None:
    await away_for_a_minute(sea)

    with sea.held("LOCK TABLE links IN ACCESS EXCLUSIVE MODE"):
        seen = await sea.ann.run("help")
        said, offered = seen.text, list(seen.buttons)
    account = await sea.ann.press("My account", on=seen)

    assert "I could not read my own database just now, which is on my side, so I do not know whether you are" in said
    assert said.index("If you are, go on with **My account**") < said.index("Start in three steps")
    assert {"I have my key", "My account"} <= set(offered)
    assert "**Panel account**: ann" in account.text


async def test_throughout_a_long_lock_everybody_is_told_in_time_and_the_last_change_alone_is_made(sea: Sea) -> None:
    """Ten times as long as anybody waits, as thirty seconds are of three."""
    await assert_told_throughout(sea, seconds=10 * lane.PATIENCE)


@pytest.mark.skipif(not os.environ.get("BERTH_LONG"), reason="takes half a minute; BERTH_LONG=1 runs it")
async def test_throughout_half_a_minute_of_lock_the_same_holds_with_the_patience_that_people_meet(
    sea: Sea, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with sea.stage.still_time():
        await sea.stage.restart()
        await sea.ann.run("allocations list", server="Survival")

    await assert_told_throughout(sea, seconds=30)


async def assert_told_throughout(sea: Sea, *, seconds: float) -> None:
    """Fail unless each change meets a lock and says so in time, while lists work, and the one after it is made."""
    told: list[tuple[str, float]] = []
    with sea.held("LOCK TABLE changes IN EXCLUSIVE MODE"):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            said = await sea.annotated()
            told.append((said, time.monotonic() - began))
            assert "203.0.113.7:25566" in (await sea.ann.run("allocations list", server="Survival")).options
    again = await sea.annotated()

    assert len(told) >= 4
    assert all(CANNOT in said and HELD in said and "nothing was sent to {panel}" in unnamed(said) for said, _ in told)
    assert max(seconds for _, seconds in told) < 5
    assert "✅" in again
    assert len(sea.stage.changes) == 1
    assert sea.found("SELECT outcome FROM changes") == [("done",)]


async def test_a_list_waits_for_nobody_who_holds_the_link_whose_use_is_to_be_noted(sea: Sea) -> None:
    await away_for_a_minute(sea)
    with sea.held("SELECT 1 FROM links FOR UPDATE"):
        began = time.monotonic()
        listed = (await sea.ann.run("allocations list", server="Survival")).options
        took = time.monotonic() - began

    assert "203.0.113.7:25566" in listed
    assert took < lane.PATIENCE


@pytest.mark.parametrize(
    "trouble", ["LOCK TABLE links IN SHARE MODE", "a full disk", "read-only"], ids=["locked", "full", "read-only"]
)
async def test_a_list_after_a_minute_away_is_shown_though_its_use_cannot_be_noted(sea: Sea, trouble: str) -> None:
    await away_for_a_minute(sea)
    with ExitStack() as others:
        # What is tried again later is no part of an action, which would else wait for a timer that is due soon.
        others.enter_context(sea.stage.still_time())
        if trouble == "a full disk":
            call_full(sea, before="UPDATE ON links")
        elif trouble == "read-only":
            sea.read_only("on")
        else:
            others.enter_context(sea.held(trouble))
        first = (await sea.ann.run("allocations list", server="Survival")).options
        began = time.monotonic()
        account = (await sea.ann.run("account")).text
        again = (await sea.ann.run("allocations list", server="Survival")).options
        took = time.monotonic() - began
    sea.read_only("off")

    assert "203.0.113.7:25566" in first
    assert first == again
    assert "**Panel account**: ann" in account
    assert took < lane.PATIENCE
