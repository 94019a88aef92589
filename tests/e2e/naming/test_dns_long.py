"""A name so long that no service record can stand before it: nothing is asked for that cannot be, or told to be set."""

from __future__ import annotations

import pytest

from bot.demo.nameserver import NameServer
from tests.e2e.naming.given import HERE, OF_NO_KNOWN_GAME, ann_named
from tests.stage import Stage
from tests.world import World

LONG = ".".join(["a" * 59] * 4) + ".org"
"""With `_minecraft._tcp.` before it, longer than DNS allows; with `_ts3._udp.` it is not."""


async def _moved(stage: Stage, world: World) -> str:
    """Return the page of Survival's name after its primary is no longer the game's own port."""
    ann, _ = await ann_named(stage, world, LONG)
    await ann.run("allocations primary", server="5e000001", allocation="25566")
    return (await ann.run("allocations address", server="5e000001")).text


async def test_it_is_right_by_its_address_where_the_primary_has_the_games_own_port(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {f"{LONG} A": [HERE]}

    _, seen = await ann_named(stage, world, LONG)

    assert "✅ No port needed" in seen.text
    assert "makes no sense" not in seen.text
    assert sorted(names.asked) == [f"{LONG} A", f"{LONG} AAAA"]


async def test_no_record_is_told_to_be_set_that_cannot_be(stage: Stage, world: World, names: NameServer) -> None:
    names.zone = {f"{LONG} A": [HERE]}

    page = await _moved(stage, world)

    assert "☑️ Its DNS leads to this server, but says no port" in page
    assert "No record can save them that: the name is too long to have one. A shorter name can." in page
    assert "SRV" not in page


async def test_without_an_address_only_that_is_to_be_set(stage: Stage, world: World, names: NameServer) -> None:
    names.zone = {}

    page = await _moved(stage, world)

    assert "has no address in DNS" in page
    assert "To set:" in page
    assert f"A {HERE}" in page
    assert "SRV" not in page


@pytest.mark.parametrize("over", [0, 1])
async def test_it_is_asked_for_up_to_the_length_that_dns_allows(
    stage: Stage, world: World, names: NameServer, over: int
) -> None:
    fits = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * (41 + over), "org"])
    names.zone = {f"_minecraft._tcp.{fits} SRV": [f"0 5 25565 {fits}."]} if not over else {}
    names.zone |= {f"{fits} A": [HERE]}

    _, seen = await ann_named(stage, world, fits)

    assert len(f"_minecraft._tcp.{fits}") == 253 + over
    assert "✅ No port needed" in seen.text
    assert (f"_minecraft._tcp.{fits} SRV" in names.asked) is (over == 0)


async def test_where_the_game_is_not_known_the_records_that_fit_are_asked_for(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.survival.build = OF_NO_KNOWN_GAME
    names.zone = {f"{LONG} A": [HERE]}

    _, seen = await ann_named(stage, world, LONG)

    assert "☑️ Its DNS leads to this server. I do not know which game runs on it" in seen.text
    assert f"_ts3._udp.{LONG} SRV" in names.asked
    assert f"_minecraft._tcp.{LONG} SRV" not in names.asked
