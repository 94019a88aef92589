"""What goes wrong on the panel, and on the way to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot.demo.panel import Maintenance
from tests.e2e.elsewhere import closed_port, unknown_name, untrusted_tls
from tests.e2e.failures.telling import told
from tests.e2e.trouble import TroubledStage
from tests.world import World


@pytest.mark.parametrize("retry", [None, 120])
async def test_a_panel_in_maintenance_says_when_to_try_again_if_it_tells(
    stage: TroubledStage, world: World, retry: int | None
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance(retry=retry)

    seen = await ann.run("servers")

    told(seen, world, "{panel} is in maintenance", "on {panel}'s side, not on yours", "Nothing was changed")
    when = re.search(r"<t:(\d+):R>", seen.text)
    assert (when is not None) is (retry is not None)
    if when is not None:
        assert 115 <= int(when[1]) - stage.panel.now() <= 125


async def test_a_panel_in_maintenance_that_redirects_is_not_taken_for_an_answer(
    stage: TroubledStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    world.state.maintenance = Maintenance(redirect="/")

    seen = await ann.run("servers")

    told(
        seen,
        world,
        "What answers at {panel} is not its API",
        "redirects me elsewhere",
        "Tell whoever runs this bot",
    )


async def test_a_redirect_is_never_followed_with_the_key(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.redirect_to_login(times=None)

    await ann.run("servers")

    assert stage.asked == ["GET /"]


@pytest.mark.parametrize("field", ["app_key_broken", "database_down"])
async def test_an_internal_error_of_the_panel_shows_nothing_of_its_insides(
    stage: TroubledStage, world: World, field: str
) -> None:
    ann = await stage.linked("ann", world.ann)
    setattr(world.state, field, True)

    seen = await ann.run("servers")

    told(seen, world, "{panel} had an internal error", "HTTP 500", "on {panel}'s side")


async def test_the_body_of_an_error_page_is_never_shown(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    secret = '{"errors":[{"code":"QueryException","status":"500","detail":"SQLSTATE[42S02] select * from api_keys"}]}'
    stage.panel.faults.answer(500, secret, times=None)

    seen = await ann.run("servers")

    text = told(seen, world, "{panel} had an internal error")
    assert "SQLSTATE" not in text


@pytest.mark.parametrize("status", [200, 403, 404, 500])
async def test_a_page_of_something_before_the_panel_is_never_shown(
    stage: TroubledStage, world: World, status: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    page = "<html><title>Access denied by Firewall 9000</title></html>"
    stage.panel.faults.answer(status, page, content_type="text/html", times=None)

    seen = await ann.run("servers")

    title = "The web server in front of {panel} failed" if status == 500 else "What answers at {panel} is not its API"
    assert "Firewall 9000" not in told(seen, world, title)


@pytest.mark.parametrize(
    ("place", "words"),
    [(closed_port, "It refuses connections"), (unknown_name, "Its name is not known to the network")],
)
async def test_an_unreachable_panel_says_what_is_in_the_way(
    stage: TroubledStage, world: World, place: Callable[[], Any], words: str
) -> None:
    ann = await stage.linked("ann", world.ann)

    with place() as url:
        stage.transport.point_at(url)
        seen = await ann.run("servers")

    told(seen, world, "I cannot reach {panel}", words, "on {panel}'s side", "Try again in a minute")


async def test_an_untrusted_certificate_says_so_and_gets_no_key(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)

    async with untrusted_tls() as (url, got):
        stage.transport.point_at(url)
        seen = await ann.run("servers")

    told(seen, world, "I cannot reach {panel}", "Its TLS certificate is not one I can trust")
    assert got == []


async def test_a_panel_that_comes_back_is_used_again_at_once(stage: TroubledStage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    with closed_port() as url:
        stage.transport.point_at(url)
        await ann.run("servers")
    stage.transport.point_at(stage.settings.panel_url)

    seen = await ann.run("servers")

    assert "2 servers on your panel account" in seen.text
