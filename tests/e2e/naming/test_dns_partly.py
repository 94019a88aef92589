"""DNS that answers one question and fails at another: wrong is told only where nothing that is missing may be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from tests.dns.odd import Odd
from tests.e2e.naming.given import AWAY, AWAY_V6, HERE, NAME, NODE, OF_NO_KNOWN_GAME, SRV, TEAMSPEAK, ann_named
from tests.names import unnamed
from tests.stage import Stage
from tests.world import World

NOT_KNOWN = f"❔ I could not look up `{NAME}`: its DNS server failed. That does not say that it is wrong"


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


@pytest.mark.parametrize("by_record", [True, False])
async def test_where_one_family_leads_elsewhere_it_is_said_who_finds_it_and_who_does_not(
    stage: Stage, world: World, odd: Odd, *, by_record: bool
) -> None:
    host = NODE if by_record else NAME
    odd.zone = {f"{host} A": [HERE], f"{host} AAAA": [AWAY_V6]}
    if by_record:
        odd.zone[SRV] = [f"0 5 25565 {NODE}."]

    _, seen = await ann_named(stage, world)

    assert "✅ No port needed" in seen.text
    assert (
        f"☑️ Over IPv6 it leads to `{AWAY_V6}`, which {{panel}} does not list as an address of this server: anyone "
        "who connects over IPv6 finds it only if that is the same machine or a proxy for it; anyone who connects over "
        "IPv4 finds it."
    ) in unnamed(seen.text)


@pytest.mark.parametrize(("other", "shown"), [(AWAY, f"`{AWAY}`"), ("10.0.0.7", "an address of an inner network")])
async def test_where_one_of_two_addresses_leads_elsewhere_it_is_said_that_chance_decides(
    stage: Stage, world: World, odd: Odd, other: str, shown: str
) -> None:
    odd.zone = {f"{NAME} A": [HERE, other]}

    _, seen = await ann_named(stage, world)

    assert f"☑️ Over IPv4 it leads to {shown} as well, by chance: anyone led there finds the server only" in seen.text
    assert "10.0.0.7" not in seen.text


async def test_where_all_its_addresses_are_the_servers_nothing_is_added(stage: Stage, world: World, odd: Odd) -> None:
    odd.zone = {f"{NAME} A": [HERE]}

    _, seen = await ann_named(stage, world)

    assert "☑️" not in seen.text


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
