"""The alias of an address of an inner network is asked in its place, where that leads to the public internet."""

from __future__ import annotations

import pytest

from bot.demo.people import Person, Seen
from tests.e2e.check.ways import Outside
from tests.e2e.checks import check_row, place
from tests.world import World


@pytest.mark.parametrize("ip", ["10.0.0.7", "255.255.255.255", "169.254.1.1", "::ffff:10.0.0.7", "64:ff9b::a00:7"])
async def test_an_inner_address_is_asked_by_its_alias_which_is_looked_up_once_and_that_very_address_connected_to(
    outside: Outside, ann: Person, world: World, ip: str
) -> None:
    outside.names["play.example.org"] = ["93.184.215.14", "10.0.0.1"]

    seen = await _inner(ann, world, "play.example.org", ip=ip)

    assert "✅ Answers as Minecraft Java" in seen.text
    assert "`play.example.org:25599`, checked <t:" in seen.text
    assert outside.looked_up == ["play.example.org"]
    assert outside.went == {("93.184.215.14", 25599)}


async def test_an_alias_that_holds_a_port_is_asked_at_that_port(outside: Outside, ann: Person, world: World) -> None:
    seen = await _inner(ann, world, "93.184.215.14:25600")

    assert "✅ Answers as Minecraft Java" in seen.text
    assert outside.went == {("93.184.215.14", 25600)}


async def test_allocations_that_share_an_alias_are_asked_each_at_its_own_port_and_counted_apart(
    outside: Outside, ann: Person, world: World
) -> None:
    outside.names["play.example.org"] = ["93.184.215.14"]
    rows = [place(world, world.survival, port, ip="10.0.0.7") for port in (25599, 25600, 25601)]
    for row in rows:
        world.state.allocations[row].ip_alias = "play.example.org"

    seen = [await check_row(ann, row) for row in rows]
    again = await check_row(ann, rows[0])

    for port, one in zip((25599, 25600, 25601), seen, strict=True):
        assert f"`play.example.org:{port}`, checked" in one.text
    assert all("✅ Answers as Minecraft Java" in one.text for one in seen)
    assert outside.went == {("93.184.215.14", port) for port in (25599, 25600, 25601)}
    assert outside.looked_up == ["play.example.org"] * 3
    assert again.text == seen[0].text


@pytest.mark.parametrize("leads_to", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1"])
async def test_an_alias_that_leads_to_an_inner_address_too_is_not_asked(
    outside: Outside, ann: Person, world: World, leads_to: str
) -> None:
    outside.names["play.example.org"] = [leads_to]

    seen = await _inner(ann, world, "play.example.org")

    assert "🚫 I do not check `10.0.0.7:25599`: it is not an address of the public internet" in seen.text
    assert outside.went == set()


async def test_an_alias_that_leads_nowhere_is_told_as_a_name_that_could_not_be_looked_up(
    outside: Outside, ann: Person, world: World
) -> None:
    seen = await _inner(ann, world, "play.example.org")

    assert "gives a name as this port's address, `play.example.org:25599`, and I could not look it up" in seen.text
    assert outside.went == set()


@pytest.mark.parametrize("alias", [" 93.184.215.14 : 25600 ", "93.184.215.14.:25600", "[93.184.215.14]:25600"])
async def test_an_alias_in_an_odd_form_is_asked_at_the_address_that_it_says(
    outside: Outside, ann: Person, world: World, alias: str
) -> None:
    seen = await _inner(ann, world, alias)

    assert "✅ Answers as Minecraft Java" in seen.text
    assert outside.went == {("93.184.215.14", 25600)}


@pytest.mark.parametrize(
    "alias",
    [
        *("not a name", "http://10.0.0.1/", "@everyone", "Lobby", ":0", ":25600", "http://93.184.215.14"),
        *("93.184.215.14:0", "93.184.215.14:99999", "play.example.org:0", "[play.example.org]:25600"),
        *("93.184.215.14/80", "93.184.215.14 25600", "127.1", "2130706433", "0x7f.1", "0x7f.0x0.0x0.0x1"),
    ],
)
async def test_an_alias_that_is_no_address_is_neither_looked_up_nor_asked(
    outside: Outside, ann: Person, world: World, alias: str
) -> None:
    seen = await _inner(ann, world, alias)

    assert "🚫 I do not check `10.0.0.7:25599`" in seen.text
    assert outside.looked_up == []
    assert outside.went == set()


async def _inner(ann: Person, world: World, alias: str, *, ip: str = "10.0.0.7") -> Seen:
    """Return what a check of a port shows whose own address is of an inner network, or another that is not asked."""
    row = place(world, world.survival, 25599, ip=ip)
    world.state.allocations[row].ip_alias = alias
    return await check_row(ann, row)
