"""The panel's alias as the name that players type, where nobody gave one."""

from __future__ import annotations

import pytest

from bot.demo.nameserver import NameServer
from tests.e2e.naming.given import NAME, SRV, named
from tests.stage import Stage
from tests.world import World


@pytest.mark.parametrize(
    ("alias", "address", "says"),
    [
        ("play.example.com", "play.example.com:25565", "That is its alias on"),
        ("198.51.100.4", "198.51.100.4:25565", "Nobody has given it a name yet"),
        ("play.example.com:25577", "play.example.com:25577", "That is its alias on"),
        ("198.51.100.4:25577", "198.51.100.4:25577", "Nobody has given it a name yet"),
        ("2001:db8::7", "[2001:db8::7]:25565", "Nobody has given it a name yet"),
        ("[2001:db8::7]:25577", "[2001:db8::7]:25577", "Nobody has given it a name yet"),
        ("my server", "my server:25565", "Nobody has given it a name yet"),
    ],
)
async def test_the_panels_alias_counts_where_nobody_gave_one_be_it_a_name_an_address_or_with_a_port(
    stage: Stage, world: World, alias: str, address: str, says: str
) -> None:
    world.state.allocations[1].ip_alias = alias
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text
    listed = (await ann.run("allocations list", server="Survival")).text

    assert f"Players type `{address}`" in page
    assert says in page
    assert f"⭐ `{address}` **Primary**" in listed
    assert "🌐" not in listed


async def test_a_name_that_was_given_comes_before_the_alias(stage: Stage, world: World) -> None:
    ann = await stage.linked("ann", world.ann)
    await named(ann)

    seen = await ann.run("allocations address", server="Survival")

    assert f"Players type `{NAME}`" in seen.text
    assert "That is its alias on" not in seen.text


async def test_an_alias_without_a_port_is_told_with_its_port_and_alone_as_dns_is_asked_about_it(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias = NAME
    names.zone[SRV] = ["0 5 25570 node.example.org."]
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert f"Players type `{NAME}:25565`, or `{NAME}` alone where DNS tells their game the port." in page
    assert "⚠️ DNS still leads to `:25570`; the primary is `:25565`. Players who type the name without a port" in page


async def test_an_alias_with_a_port_is_told_with_that_port_only(stage: Stage, world: World, names: NameServer) -> None:
    world.state.allocations[1].ip_alias = f"{NAME}:25565"
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert f"Players type `{NAME}:25565`.\n" in page
    assert "which players type, is the primary" in page
