"""DNS that answers one question and fails at another: wrong is told only where nothing that is missing may be right."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

import pytest

from bot.net.resolver import Resolver
from tests.dns.odd import Odd
from tests.e2e.naming.given import NAME, OF_NO_KNOWN_GAME, SRV, ann_named
from tests.stage import Stage
from tests.world import World

HERE, AWAY, AWAY_V6 = "203.0.113.7", "198.51.100.4", "2001:db8::7"
NODE = "node.example.org"
TEAMSPEAK = f"_ts3._udp.{NAME} SRV"
NOT_KNOWN = f"❔ I could not look up `{NAME}`: its DNS server failed. That does not say that it is wrong"


@pytest.fixture
async def odd(stage: Stage) -> AsyncIterator[Odd]:
    """Yield the DNS that the bot asks, which knows nothing and answers all it is asked."""
    async with Odd({}, ttl=0) as server:
        server.does = "right"
        stage.look_names_up_by(Resolver(["127.0.0.1"], port=server.port))
        yield server


@pytest.mark.parametrize(
    ("zone", "fails_at"),
    [
        ({f"{NAME} AAAA": [AWAY_V6]}, f"{NAME} A"),
        ({f"{NAME} A": [AWAY]}, f"{NAME} AAAA"),
        ({}, f"{NAME} AAAA"),
        ({f"{NAME} A": [HERE]}, SRV),
        ({SRV: [f"0 5 25565 {NODE}."], f"{NODE} AAAA": [AWAY_V6]}, f"{NODE} A"),
        ({SRV: [f"0 5 25565 {NODE}."]}, f"{NODE} A"),
        ({SRV: [f"0 5 25565 {NAME}."]}, f"{NAME} A"),
        ({SRV: [f"0 5 25565 {NODE}.", "0 5 25570 other.example.org."], f"{NODE} A": [AWAY]}, "other.example.org A"),
    ],
    ids=["A", "AAAA", "AAAA of nothing", "record", "target's A", "target", "itself as target", "another target"],
)
async def test_what_failed_may_be_right_and_is_told_as_not_looked_up(
    stage: Stage, world: World, odd: Odd, zone: Mapping[str, Sequence[str]], fails_at: str
) -> None:
    odd.zone, odd.fails_at = dict(zone), {fails_at}

    _, seen = await ann_named(stage, world)

    assert NOT_KNOWN in seen.text
    assert "⚠️" not in seen.text


@pytest.mark.parametrize(
    ("zone", "fails_at"),
    [
        ({f"{NAME} A": [HERE]}, f"{NAME} AAAA"),
        ({SRV: [f"0 5 25565 {NODE}."], f"{NODE} A": [HERE]}, f"{NODE} AAAA"),
        ({SRV: [f"0 5 25565 {NODE}."], f"{NODE} A": [HERE], f"{NAME} AAAA": [AWAY_V6]}, f"{NAME} A"),
    ],
    ids=["address", "record", "its own address, which no client asks for"],
)
async def test_what_answered_and_settles_it_is_told_whatever_else_failed(
    stage: Stage, world: World, odd: Odd, zone: Mapping[str, Sequence[str]], fails_at: str
) -> None:
    odd.zone, odd.fails_at = dict(zone), {fails_at}

    _, seen = await ann_named(stage, world)

    assert "✅ No port needed: its DNS leads to" in seen.text


async def test_of_a_game_that_is_not_known_a_record_that_failed_may_be_its_own(
    stage: Stage, world: World, odd: Odd
) -> None:
    world.survival.build = OF_NO_KNOWN_GAME
    odd.zone, odd.fails_at = {TEAMSPEAK: [f"0 5 9987 {NODE}."], f"{NODE} A": [HERE]}, {SRV}

    _, seen = await ann_named(stage, world)

    assert NOT_KNOWN in seen.text
    assert "9987" not in seen.text


async def test_of_a_game_that_is_not_known_a_record_that_leads_to_the_primary_settles_it(
    stage: Stage, world: World, odd: Odd
) -> None:
    world.survival.build = OF_NO_KNOWN_GAME
    odd.zone, odd.fails_at = {SRV: [f"0 5 25565 {NODE}."], f"{NODE} A": [HERE]}, {TEAMSPEAK}

    _, seen = await ann_named(stage, world)

    assert "✅ No port needed in Minecraft: its DNS leads to `:25565`, the primary." in seen.text
