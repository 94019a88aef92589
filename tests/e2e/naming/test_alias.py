"""The panel's alias as the name that players type, where nobody gave one."""

from __future__ import annotations

import pytest

from bot.demo.nameserver import NameServer, Zone
from tests.e2e.naming.given import NAME, SRV, named
from tests.names import unnamed
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
        (" play.example.com ", "play.example.com:25565", "That is its alias on"),
        ("Play.Example.com.", "Play.Example.com:25565", "That is its alias on"),
        ("play.example.com.:25577", "play.example.com:25577", "That is its alias on"),
        ("play.example.com : 25577", "play.example.com:25577", "That is its alias on"),
        ("münchen.example:25577", "münchen.example:25577", "That is its alias on"),
        ("mc_1.example.com", "mc_1.example.com:25565", "That is its alias on"),
        ("MC_1.example.com:25577", "MC_1.example.com:25577", "That is its alias on"),
        (" 198.51.100.4:25577", "198.51.100.4:25577", "Nobody has given it a name yet"),
        ("[2001:db8::7]", "[2001:db8::7]:25565", "Nobody has given it a name yet"),
        ("2001:db8::7:25577", "[2001:db8::7]:25577", "Nobody has given it a name yet"),
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


NO_ADDRESS = [
    *("my server", "Lobby", "play.example.com:0", "play.example.com:99999", "play.example.com:port", ":0", ":99999"),
    *("http://play.example.com", "https://play.example.com:8123/map", "play.example.com/map", "play example.com"),
    *("play.example.com:25577:25578", "play.example.com, 203.0.113.7", "[play.example.com]:25577", "[2001:db8::7]:0"),
    *("203.0.113.999", "203.0.113.07", "0xcb.0x0.0x71.0x7", "-.example.com"),
]
"""What an administrator may write as an alias that no player can type."""


@pytest.mark.parametrize("alias", NO_ADDRESS)
async def test_an_alias_that_is_no_address_is_shown_as_it_is_and_never_as_what_players_type(
    stage: Stage, world: World, alias: str, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias = alias
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text
    listed = (await ann.run("allocations list", server="Survival")).text
    own = (await ann.choose("203.0.113.7:25565")).text
    copied = await ann.press("Copy address")

    assert "Players type `203.0.113.7:25565`.\n" in page
    for text in (page, own):
        assert f"Its alias on {{panel}}, `{alias}`, is no address that players can type." in unnamed(text)
    assert f"⭐ `203.0.113.7:25565` **Primary** · alias `{alias}`" in listed
    assert copied.message.content == "203.0.113.7:25565"
    assert names.asked == []


async def test_an_alias_of_blanks_alone_counts_as_none(stage: Stage, world: World) -> None:
    world.state.allocations[1].ip_alias = "  "
    ann = await stage.linked("ann", world.ann)

    listed = await ann.run("allocations list", server="Survival")

    assert "⭐ `203.0.113.7:25565` **Primary**\n" in listed.text + "\n"
    assert "alias" not in listed.text


async def test_a_port_is_found_by_an_alias_that_is_no_address(stage: Stage, world: World) -> None:
    world.state.allocations[2].ip_alias = "Red lobby"
    ann = await stage.linked("ann", world.ann)

    suggested = await ann.suggest("allocations primary", "allocation", "red", server="5e000001")
    found = await ann.run("allocations find", text="red lobby")
    made = await ann.run("allocations primary", server="5e000001", allocation="Red lobby:25566")

    assert [name for name in suggested if "203.0.113.7:25566 · Red lobby" in name]
    assert "203.0.113.7:25566" in found.text + " ".join(found.options)
    assert "✅ Made primary `play.example.com:25565` → `203.0.113.7:25566`" in made.text


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
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert f"Players type `{NAME}:25565`, or `{NAME}` alone where DNS tells their game the port." in page
    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in page


async def test_above_a_warning_that_an_alias_leads_astray_it_is_not_said_that_players_type_it(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias = NAME
    names.zone[SRV] = ["0 5 25570 node.example.org."]
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert "Players type" not in page
    assert f"🌐 By its alias on {{panel}} its address is `{NAME}:25565`." in unnamed(page)
    assert "⚠️ DNS still leads to `:25570`; the primary is `:25565`. Players, also those who type" in page


async def test_of_an_alias_on_another_port_those_who_type_the_name_alone_are_told_not_to_find_it(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias, world.state.allocations[1].port = NAME, 25577
    names.zone = {SRV: ["0 5 25570 node.example.org."], "node.example.org A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert f"🌐 By its alias on {{panel}} its address is `{NAME}:25577`." in unnamed(page)
    assert "the primary is `:25577`. Players who type the name without a port will not find it" in page


ALIAS = "play.example.com"
OF_ALIAS = f"_minecraft._tcp.{ALIAS} SRV"


async def test_an_alias_that_leads_to_the_earlier_primary_is_warned_of_as_a_given_name_is(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {OF_ALIAS: [f"0 5 25565 {ALIAS}."], f"{ALIAS} A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")
    offered = list(seen.buttons)

    assert f"🌐 `{ALIAS}` is the earlier primary's alias on {{panel}}:\n⚠️ DNS still leads to `:25565`" in unnamed(
        seen.text
    )
    assert "the primary became `:25566` <t:" in seen.text
    assert f"`_minecraft._tcp.{ALIAS} SRV 0 5 25566 {ALIAS}`" in seen.text
    assert "Players' address" in offered


async def test_who_typed_an_alias_that_says_no_port_is_told_which_to_type_after_the_change(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {f"{ALIAS} A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert f"🌐 `{ALIAS}` is the earlier primary's alias" in seen.text
    assert f"☑️ Its DNS leads to this server, but says no port: players type `{ALIAS}:25566`" in seen.text


async def test_the_way_back_to_the_alias_says_that_no_port_is_needed(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {OF_ALIAS: [f"0 5 25565 {ALIAS}."], f"{ALIAS} A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations primary", server="Survival", allocation="25566")

    seen = await ann.run("allocations primary", server="Survival", allocation="25565")

    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in seen.text
    assert "the earlier primary's alias" not in seen.text


@pytest.mark.parametrize("zone", [{}, {f"{ALIAS} A": ["198.51.100.4"]}], ids=["nowhere", "another machine"])
async def test_nothing_is_said_of_an_earlier_alias_that_does_not_lead_to_the_server(
    stage: Stage, world: World, names: NameServer, zone: Zone
) -> None:
    names.zone = dict(zone)
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "✅ Made primary" in seen.text
    assert "DNS" not in seen.text
    assert "⚠️" not in seen.text
    assert "Players' address" not in seen.buttons


async def test_a_name_that_was_given_is_what_is_looked_up_after_a_change_and_not_the_alias(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone |= {f"{ALIAS} A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)
    await named(ann)
    names.asked.clear()

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "⚠️ DNS still leads to `:25565`" in seen.text
    assert not [asked for asked in names.asked if ALIAS in asked]


async def test_where_both_primaries_have_one_alias_it_is_told_of_as_the_servers_own(
    stage: Stage, world: World, names: NameServer
) -> None:
    names.zone = {OF_ALIAS: [f"0 5 25565 {ALIAS}."], f"{ALIAS} A": ["203.0.113.7"]}
    world.state.allocations[2].ip_alias = ALIAS
    ann = await stage.linked("ann", world.ann)

    seen = await ann.run("allocations primary", server="Survival", allocation="25566")

    assert "the earlier primary's alias" not in seen.text
    assert "⚠️ DNS still leads to `:25565`; the primary became `:25566`" in seen.text


async def test_an_alias_with_a_port_is_told_with_that_port_only(stage: Stage, world: World, names: NameServer) -> None:
    world.state.allocations[1].ip_alias = f"{NAME}:25565"
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert f"Players type `{NAME}:25565`.\n" in page
    assert "✅ No port needed: its DNS leads to `:25565`, the primary." in page


async def test_minecraft_asks_for_its_record_where_its_own_port_is_typed_and_the_warning_says_so(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias = f"{NAME}:25565"
    names.zone[SRV] = ["0 5 25570 node.example.org."]
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert (
        "⚠️ DNS still leads to `:25570`; the primary is `:25565`. Players, also those who type `:25565` after the name, "
        "will not find it until the record is changed." in page
    )


async def test_any_other_port_that_is_typed_is_where_players_end_up_whatever_the_record_says(
    stage: Stage, world: World, names: NameServer
) -> None:
    world.state.allocations[1].ip_alias = f"{NAME}:25577"
    world.state.allocations[1].port = 25577
    names.zone |= {SRV: ["0 5 25570 node.example.org."], f"{NAME} A": ["203.0.113.7"]}
    ann = await stage.linked("ann", world.ann)

    page = (await ann.run("allocations address", server="Survival")).text

    assert "✅ Its DNS leads to this server, and `:25577`, which players type, is the primary." in page


async def test_an_alias_with_an_underscore_is_looked_up_as_dns_has_it(
    stage: Stage, world: World, names: NameServer
) -> None:
    alias = "My_Server.example.org"
    world.state.allocations[1].ip_alias = alias
    ann = await stage.linked("ann", world.ann)
    names.zone = {"my_server.example.org A": ["203.0.113.7"]}
    right = (await ann.run("allocations address", server="Survival")).text
    names.zone = {"my_server.example.org A": ["198.51.100.4"]}

    wrong = (await ann.run("allocations address", server="Survival")).text

    assert f"Players type `{alias}:25565`" in right
    assert "✅ No port needed: its DNS leads to this server" in right
    assert "⚠️ The name leads to `198.51.100.4`, the server is at `203.0.113.7:25565`" in wrong
