"""Linking, unlinking and what is stored."""

from __future__ import annotations

from tests.stage import Stage
from tests.world import World


async def test_linking_names_the_panel_account_and_counts_its_servers(stage: Stage, world: World) -> None:
    ann = stage.person("ann")

    await ann.run("link")
    seen = await ann.fill(key=world.ann)

    assert seen.ephemeral
    assert "**ann**" in seen.text
    assert "2 servers" in seen.text
    assert world.ann not in seen.text
