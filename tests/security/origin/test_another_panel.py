"""Another PANEL_URL: the keys of the panel before are not sent to it."""

from __future__ import annotations

import pytest

from bot.demo.panel import SimulatedPanel
from bot.settings import Settings
from tests.security.evidence import database_file, run_sql
from tests.security.origin.places import StageElsewhere, do_everything
from tests.world import World


async def test_stored_keys_are_not_sent_to_another_panel(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with SimulatedPanel(world.state) as other:
        await stage.restart_with(other.url)

        answers = await do_everything(ann, world)
        suggested = await ann.suggest("allocations list", "server", "")

        assert all("Your link is for another panel than the one I work with now." in text for text in answers)
        assert "I have my key" in ann.seen.buttons
        assert suggested == {}
        assert len(other.requests) == 0
    await stage.restart_with(None)
    assert "Survival" in (await ann.run("servers")).text


async def test_linking_again_moves_the_link_to_the_other_panel(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with SimulatedPanel(world.state) as other:
        await stage.restart_with(other.url)
        await ann.link(world.ann)

        seen = await ann.run("servers")

        assert "Survival" in seen.text
        assert other.requests[-1].key == world.ann


async def test_a_row_whose_panel_was_rewritten_does_not_open(stage: StageElsewhere, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    async with SimulatedPanel(world.state) as other:
        await stage.restart_with(other.url)
        run_sql(database_file(stage), "UPDATE links SET panel_origin = ?", stage.settings.panel_origin)

        seen = await ann.run("servers")

        assert "Please link your panel account again" in seen.text
        assert len(other.requests) == 0


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("https://panel.example.com", "https://panel.example.com/", True),
        ("https://panel.example.com", "https://PANEL.example.com/api/client", True),
        ("https://panel.example.com", "https://panel.example.com:443/api", True),
        ("https://panel.example.com", "http://panel.example.com", False),
        ("https://panel.example.com:8443", "http://panel.example.com:8443", False),
        ("https://panel.example.com", "https://panel.example.com:8443", False),
        ("https://panel.example.com", "https://panel.example.com.evil.example", False),
        ("https://panel.example.com", "https://example.com", False),
        ("https://panel.example.com", "https://panel.example.com/other", False),
    ],
)
def test_keys_are_bound_to_scheme_host_port_and_path(before: str, after: str, same: bool) -> None:
    one, two = (Settings(_env_file=None, discord_token="x" * 30, panel_url=url) for url in (before, after))

    assert (one.panel_origin == two.panel_origin) is same
