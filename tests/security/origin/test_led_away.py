"""What would lead a key elsewhere is not followed: a redirect, a cookie, a proxy, the check of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from yarl import URL

from tests.names import unnamed
from tests.security.origin.places import StageElsewhere, bystander, do_everything
from tests.security.process import run_bot
from tests.world import World

REDIRECTS = (301, 302, 303, 307, 308)


@pytest.mark.parametrize("status", REDIRECTS)
async def test_a_redirect_to_another_host_is_not_followed(stage: StageElsewhere, world: World, status: int) -> None:
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")
    async with bystander() as other:
        stage.panel.faults.answer(status, headers={"Location": f"{other.url}/api/client"}, times=None)

        answers = await do_everything(ann, world)
        linking = await ann.link(world.ann)

    assert other.requests == []
    assert "redirects me elsewhere" in linking.text
    assert "What answers at {panel} is not its API" in unnamed(answers[0])
    assert world.state.allocations[2].notes == "voice lobby"


async def test_a_redirect_to_the_panel_itself_is_not_followed_either(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    stage.panel.faults.answer(302, headers={"Location": "/auth/login"}, path="/api/client/*")

    await ann.run("allocations list", server=world.survival.identifier)

    assert all("/auth" not in request.path for request in stage.panel.requests)


async def test_cookies_of_the_panel_are_never_sent_back(stage: StageElsewhere, world: World) -> None:
    # By name: cookies of a bare address are dropped by any client.
    await stage.restart_with(stage.panel.url.replace("127.0.0.1", "localhost"))
    ann = await stage.linked("ann", world.ann)
    cookie = {"Set-Cookie": "pterodactyl_session=trap; Path=/"}
    stage.panel.faults.answer(500, "{}", headers=cookie, method="GET", times=3)
    await ann.run("servers")

    await do_everything(ann, world)

    assert len(stage.panel.requests) > 8
    for request in stage.panel.requests:
        assert not {"Cookie", "Referer", "Origin"} & set(request.headers)
        assert request.headers["Host"] == f"localhost:{URL(stage.panel.url).port}"
        assert request.headers["Accept"] == "application/json"
        assert request.key == world.ann


async def test_proxies_and_passwords_of_the_environment_are_not_used(
    stage: StageElsewhere, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ann = await stage.linked("ann", world.ann)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    async with bystander() as other:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, other.url)
        monkeypatch.setenv("NETRC", str(netrc))
        await stage.restart()

        await ann.run("servers")

    assert other.requests == []
    assert stage.panel.requests[-1].key == world.ann


async def test_the_check_of_the_settings_sends_nobodys_key(stage: StageElsewhere, world: World) -> None:
    await stage.linked("ann", world.ann)

    async with bystander() as discord:
        await run_bot(
            Path(stage.settings.database_url.removeprefix("sqlite:///")).parent,
            "check",
            DISCORD_TOKEN="token-that-opens-nothing",
            PANEL_URL=stage.panel.url,
            DATABASE_URL=stage.settings.database_url,
            DISCORD_API_URL=discord.url,
        )

    # One with a key that opens nothing, and one without any, which tells which panel it is.
    with_a_key, without = stage.panel.requests
    assert with_a_key.key == "ptlc_berthchecks0000000000000000000000000000000000"
    assert "Authorization" not in without.headers
