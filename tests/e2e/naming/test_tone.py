"""The colour of what DNS says: good where players find the server, a warning where they may not, else neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bot.demo.nameserver import NameServer
from bot.demo.people import Seen
from bot.ui.parts.screen import Tone
from tests.e2e.naming.given import AWAY, HERE, NAME, SRV, ann_named
from tests.stage import Stage
from tests.world import World


def tone(seen: Seen) -> Tone:
    """Return the tone of what is seen."""
    assert seen.embed.colour is not None
    return Tone(seen.embed.colour.value)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ({f"{NAME} A": [HERE]}, Tone.GOOD),
        ({f"{NAME} A": [HERE], SRV: [f"0 5 25565 {NAME}."]}, Tone.GOOD),
        ({f"{NAME} A": [HERE, AWAY]}, Tone.NEUTRAL),
        ({f"{NAME} A": ["10.0.0.7"]}, Tone.NEUTRAL),
        ({f"{NAME} A": [HERE], SRV: [f"0 5 25570 {NAME}."]}, Tone.WARNING),
        ({f"{NAME} A": [AWAY]}, Tone.WARNING),
        ({}, Tone.WARNING),
    ],
    ids=["own port", "record", "by chance", "inner", "old port", "elsewhere", "nowhere"],
)
async def test_the_page_has_the_colour_of_what_dns_says(
    stage: Stage, world: World, names: NameServer, zone: Mapping[str, Sequence[str]], expected: Tone
) -> None:
    names.zone = dict(zone)
    ann, _ = await ann_named(stage, world)

    seen = await ann.run("allocations address", server="Survival")

    assert tone(seen) is expected


@pytest.mark.parametrize(("port", "expected"), [(25566, Tone.GOOD), (25565, Tone.WARNING)])
async def test_a_change_after_which_players_do_not_find_the_server_is_a_warning(
    stage: Stage, world: World, names: NameServer, port: int, expected: Tone
) -> None:
    names.zone = {f"{NAME} A": [HERE], SRV: [f"0 5 {port} {NAME}."]}
    ann, _ = await ann_named(stage, world)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "✅ Made primary" in seen.text
    assert tone(seen) is expected
