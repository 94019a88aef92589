"""An error page of the web server before the panel is told as such, and not as the panel's own fault."""

from __future__ import annotations

import pytest

from tests.names import unnamed
from tests.stage import Stage
from tests.world import World

OWN_500 = (
    '{"errors":[{"code":"QueryException","status":"500","detail":"An unexpected error was encountered while '
    'processing this request, please try again."}]}'
)


@pytest.mark.parametrize("status", [502, 520])
async def test_nginx_502_is_a_gateways_and_not_an_internal_error_of_the_panel(
    stage: Stage, world: World, status: int
) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(status, "<html>502 Bad Gateway</html>", content_type="text/html", times=None)

    seen = await ann.run("servers")

    assert unnamed(seen.text).startswith("❌ The web server in front of {panel} failed")
    assert f"HTTP {status}" in seen.text
    assert "internal error" not in seen.text


async def test_the_panels_own_500_stays_an_internal_error(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(500, OWN_500, times=None)

    seen = await ann.run("servers")

    assert unnamed(seen.text).startswith("❌ {panel} had an internal error")
    assert "web server in front" not in seen.text


async def test_one_bad_gateway_is_asked_again_and_the_list_is_shown(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.requests.clear()
    stage.panel.faults.html_bad_gateway(method="GET")

    seen = await ann.run("servers")

    assert "Survival" in seen.text
    assert "❌" not in seen.text
    assert [request.status for request in stage.panel.requests] == [502, 200]
