"""Suggestions while somebody types: an empty list within two seconds, whatever the panel does."""

from __future__ import annotations

import pytest

from bot.demo.people import Person
from tests.e2e.elsewhere import silent_port, untrusted_tls
from tests.e2e.faults.kinds import APPLIED, LATE, LOST, NOT_FOUND, NOWHERE, REFUSED, refusal
from tests.e2e.trouble import TroubledStage
from tests.world import World


async def typing(stage: TroubledStage, world: World) -> Person:
    """Return a person of whom the bot remembers nothing but the link, so that suggestions need the panel."""
    ann = await stage.linked("ann", world.ann)
    await stage.restart()
    stage.watch_requests()
    return ann


ANY = {name: queue for name, (queue, *_) in (REFUSED | LOST | APPLIED).items()}
ANY["404"] = refusal(404, NOT_FOUND)


@pytest.mark.parametrize("fault", ANY)
async def test_suggestions_are_an_empty_list_when_the_panel_fails(
    stage: TroubledStage, world: World, fault: str
) -> None:
    ann = await typing(stage, world)
    ANY[fault](stage.panel.faults, {"method": "GET", "times": None})
    before = len(stage.env.http_requests)

    found = await ann.suggest("allocations list", "server", "Sur")

    assert found == {}
    assert len(stage.calls(before)) == 1


@pytest.mark.parametrize("fault", NOWHERE)
async def test_suggestions_are_an_empty_list_when_the_panel_is_not_there(
    stage: TroubledStage, world: World, fault: str
) -> None:
    ann = await typing(stage, world)
    before = len(stage.env.http_requests)

    with NOWHERE[fault]() as url:
        stage.transport.point_at(url)
        found = await ann.suggest("allocations list", "server", "Sur")

    assert found == {}
    assert len(stage.calls(before)) == 1


async def test_suggestions_are_an_empty_list_when_the_panel_cannot_be_trusted(
    stage: TroubledStage, world: World
) -> None:
    ann = await typing(stage, world)
    before = len(stage.env.http_requests)

    async with untrusted_tls() as (url, got):
        stage.transport.point_at(url)
        found = await ann.suggest("allocations list", "server", "Sur")

    assert (found, got) == ({}, [])
    assert len(stage.calls(before)) == 1


@pytest.mark.parametrize("fault", LATE)
async def test_suggestions_come_within_two_seconds_however_slow_the_panel_is(
    stage: TroubledStage, world: World, fault: str
) -> None:
    ann = await typing(stage, world)
    LATE[fault][0](stage.panel.faults, {"method": "GET"})
    before = len(stage.env.http_requests)

    async with stage.waiting_for("GET"):
        found = await ann.suggest("allocations list", "server", "Sur")
        await stage.env.advance_time(1.6)
        early = stage.calls(before)
        await stage.env.advance_time(0.4)

    assert (found, early) == ({}, [])
    assert len(stage.calls(before)) == 1


async def test_suggestions_come_within_two_seconds_when_no_connection_comes_about(
    stage: TroubledStage, world: World
) -> None:
    ann = await typing(stage, world)
    before = len(stage.env.http_requests)

    with silent_port() as url:
        stage.transport.point_at(url)
        async with stage.waiting_for("GET"):
            await ann.suggest("allocations list", "server", "Sur")
            await stage.env.advance_time(2.0)

    assert len(stage.calls(before)) == 1
