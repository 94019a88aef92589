"""A panel that is not there, cannot be trusted, or never answers a connection."""

from __future__ import annotations

import pytest

from bot.panel import errors
from tests.e2e.elsewhere import silent_port, untrusted_tls
from tests.e2e.faults.actions import ACTIONS, ready, titled
from tests.e2e.faults.kinds import NOWHERE
from tests.e2e.trouble import LONGER_THAN_ANY_TIME_OUT, TroubledStage
from tests.world import World


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("fault", NOWHERE)
async def test_a_panel_that_is_not_there_is_told_and_nothing_was_changed(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    before = stage.truth()

    with NOWHERE[fault]() as url:
        stage.transport.point_at(url)
        seen = await asked.do(ann, world)

    assert titled(seen, errors.PanelUnreachable.title)
    assert stage.truth() == before
    assert stage.asked == []
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_certificate_that_cannot_be_trusted_gets_no_key(
    stage: TroubledStage, world: World, action: str
) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    before = stage.truth()

    async with untrusted_tls() as (url, got):
        stage.transport.point_at(url)
        seen = await asked.do(ann, world)

    assert titled(seen, errors.PanelUnreachable.title)
    assert "TLS certificate" in seen.text
    assert got == []
    assert stage.truth() == before


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_connection_that_never_comes_about_is_given_up(stage: TroubledStage, world: World, action: str) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    before = stage.truth()

    with silent_port() as url:
        stage.transport.point_at(url)
        async with stage.waiting_for("GET", "POST", "DELETE"):
            waiting = await asked.do(ann, world)
            await stage.env.advance_time(LONGER_THAN_ANY_TIME_OUT)
        seen = ann.saw(waiting.result)

    assert titled(seen, errors.PanelUnreachable.title)
    assert stage.truth() == before
