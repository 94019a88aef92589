"""A real DNS server on loopback: what right answers and wrong ones are told as."""

from __future__ import annotations

import pytest

from bot.domain.hostnames import JoinName
from bot.domain.models import Allocation
from bot.domain.resolved import Leads, judged, records_for
from bot.domain.srv import GAMES, MINECRAFT, MUMBLE, Game, game_of
from tests.dns.looking import HERE, NAME, NODE, PRIMARY, SRV, THERE, asking, found


async def test_a_service_record_that_leads_to_the_primary_needs_no_port() -> None:
    finding = await found({SRV: ["0 5 25576 node.example.org."], **NODE})

    assert finding.leads is Leads.BY_RECORD
    assert finding.to_set == ()


async def test_a_record_of_before_the_change_is_told_with_the_one_to_set() -> None:
    finding = await found({SRV: ["0 5 25565 node.example.org."], **NODE})

    assert finding.leads is Leads.TO_OLD_PORT
    assert finding.target is not None
    assert finding.target.port == 25565
    assert finding.to_set == (f"_minecraft._tcp.{NAME} SRV 0 5 25576 node.example.org",)


@pytest.mark.parametrize("by_record", [False, True])
async def test_an_address_that_is_not_the_servers_is_elsewhere(*, by_record: bool) -> None:
    record = {SRV: [f"0 5 25576 {NAME}."]} if by_record else {}

    finding = await found({f"{NAME} A": [THERE], **record})

    assert finding.leads is Leads.ELSEWHERE
    assert str(finding.address) == THERE


async def test_an_alias_in_dns_is_followed_in_the_name_and_in_a_record() -> None:
    of_name = await found({f"{NAME} CNAME": ["node.example.org."], **NODE}, name=JoinName(NAME, 25576))
    of_record = await found(
        {SRV: ["0 5 25576 other.example.org."], "other.example.org CNAME": ["node.example.org."], **NODE}
    )

    assert of_name.leads is Leads.WITH_PORT
    assert of_record.leads is Leads.BY_RECORD


@pytest.mark.parametrize("own", [True, False])
async def test_without_a_record_it_is_the_games_own_port_or_players_type_it(*, own: bool) -> None:
    primary = Allocation(1, HERE, None, 25565 if own else 25576, None, is_primary=True)

    finding = await found({f"{NAME} A": [HERE]}, primary=primary)

    assert finding.leads is (Leads.BY_DEFAULT if own else Leads.PORT_MISSING)


@pytest.mark.parametrize(("port", "leads"), [(25576, Leads.WITH_PORT), (25577, Leads.TO_OTHER_PORT)])
async def test_where_players_type_a_port_no_record_is_asked_for(port: int, leads: Leads) -> None:
    async with asking({f"{NAME} A": [HERE], SRV: ["0 5 1 node.example.org."]}) as resolver:
        name = JoinName(NAME, port)
        finding = judged(name, PRIMARY, MINECRAFT, await resolver.look_up(NAME, records_for(name, MINECRAFT)))
        asked = resolver.server.asked  # type: ignore[attr-defined]

    assert finding.leads is leads
    assert sorted(asked) == [f"{NAME} A", f"{NAME} AAAA"]


async def test_ipv6_is_an_address_like_another() -> None:
    primary = Allocation(1, "2001:0DB8:0:0::0016", None, 25565, None, is_primary=True)

    finding = await found({f"{NAME} AAAA": ["2001:db8::16"]}, primary=primary)

    assert finding.leads is Leads.BY_DEFAULT


async def test_an_alias_that_is_an_ip_is_the_servers_address_too() -> None:
    primary = Allocation(1, "10.0.0.5", f"{THERE}:25565", 25565, None, is_primary=True)

    finding = await found({f"{NAME} A": [THERE]}, primary=primary)

    assert finding.leads is Leads.BY_DEFAULT


@pytest.mark.parametrize(("ours", "theirs"), [("10.0.0.5", THERE), (HERE, "192.168.1.20")])
async def test_an_address_of_an_inner_network_is_not_compared_and_never_shown(ours: str, theirs: str) -> None:
    finding = await found({f"{NAME} A": [theirs]}, primary=Allocation(1, ours, None, 25576, None, is_primary=True))

    assert finding.leads is Leads.INNER
    assert "192.168" not in str(finding.address)


async def test_a_name_that_dns_does_not_know_leads_nowhere() -> None:
    finding = await found({"other.example.org A": [HERE]})

    assert finding.leads is Leads.NOWHERE
    assert finding.to_set == (f"{NAME} A {HERE}", f"_minecraft._tcp.{NAME} SRV 0 5 25576 {NAME}")


async def test_of_two_records_of_which_one_is_stale_only_some_players_find_it() -> None:
    finding = await found({SRV: ["0 5 25576 node.example.org.", "0 5 25565 node.example.org."], **NODE})

    assert (finding.leads, finding.choices) == (Leads.PARTLY, 2)


async def test_a_record_that_clients_only_try_later_does_not_count_where_the_game_heeds_priorities() -> None:
    records = ["0 5 25576 node.example.org.", "10 5 25565 node.example.org."]

    finding = await found({f"{MUMBLE.record}.{NAME} SRV": records, **NODE}, game=MUMBLE)

    assert finding.leads is Leads.BY_RECORD


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
async def test_the_record_of_each_game_is_asked_for_whether_the_game_is_known_or_not(game: Game) -> None:
    zone = {f"{game.record}.{NAME} SRV": ["0 5 25576 node.example.org."], **NODE}

    known, unknown = await found(zone, game=game), await found(zone, game=None)

    assert known.leads is unknown.leads is Leads.BY_RECORD


@pytest.mark.parametrize("image", ["ghcr.io/pterodactyl/yolks:java_17", "ghcr.io/pterodactyl/yolks:debian"])
async def test_an_image_on_which_several_games_run_is_none_of_them(image: str) -> None:
    """With Java there are Minecraft, its proxies, Mindustry and more: what is not known is not told as known."""
    assert game_of((image,)) is None
    assert game_of((image, "java_version")) is MINECRAFT
