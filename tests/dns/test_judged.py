"""What is made of DNS's answers where it matters which one, of which network, and what is there already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.hostnames import JoinName
from bot.domain.models import Allocation
from bot.domain.resolved import Leads
from bot.domain.srv import MINECRAFT
from tests.dns.looking import HERE, NAME, NODE, PRIMARY, SRV, THERE, found

OWN = replace(PRIMARY, port=MINECRAFT.port)
TO_SET = f"_minecraft._tcp.{NAME} SRV 0 5 25576 {NAME}"


@pytest.mark.parametrize(
    "address",
    [
        *("0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
        *("192.168.1.20", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "::ffff:192.168.1.20"),
    ],
)
async def test_an_address_of_any_inner_network_is_neither_compared_nor_shown(address: str) -> None:
    kind = "AAAA" if ":" in address else "A"

    by_address = await found({f"{NAME} {kind}": [address]})
    by_record = await found({SRV: ["0 5 25576 node.example.org."], f"node.example.org {kind}": [address]})
    beside = await found({f"{NAME} A": [HERE], f"{NAME} AAAA": [address]} if kind == "AAAA" else {f"{NAME} A": [HERE]})

    assert (by_address.leads, by_address.address) == (Leads.INNER, None)
    assert (by_record.leads, by_record.address, by_record.to_set) == (Leads.INNER, None, ())
    assert [other.address for other in beside.beside] == ([None] if kind == "AAAA" else [])


@pytest.mark.parametrize(
    "address",
    ["11.0.0.1", "100.128.0.1", "126.0.0.1", "169.253.0.1", "172.32.0.1", "192.169.0.1", "fec0::1", "2001::1"],
)
async def test_an_address_beside_an_inner_network_is_told_as_elsewhere(address: str) -> None:
    finding = await found({f"{NAME} {'AAAA' if ':' in address else 'A'}": [address]})

    assert (finding.leads, str(finding.address)) == (Leads.ELSEWHERE, address)


async def test_a_record_of_another_game_that_leads_into_an_inner_network_is_not_told_as_leading_elsewhere() -> None:
    zone = {
        f"{NAME} A": [HERE],
        f"_ts3._udp.{NAME} SRV": ["0 5 9987 ts.example.org."],
        "ts.example.org A": ["10.0.0.9"],
    }

    finding = await found(zone, game=None)

    assert (finding.leads, finding.others) == (Leads.UNKNOWN_GAME, ())


async def test_of_the_records_of_another_game_the_one_that_is_tried_first_is_told() -> None:
    records = ["0 1 9987 seldom.example.org.", "0 9 9988 often.example.org."]
    zone = {f"{NAME} A": [HERE], f"_ts3._udp.{NAME} SRV": records}
    zone |= {"seldom.example.org A": [THERE], "often.example.org A": [THERE]}

    finding = await found(zone, game=None)

    assert [(other.host, other.port) for other in finding.others] == [("often.example.org", 9988)]


@pytest.mark.parametrize(
    ("port", "primary", "to_set"),
    [
        (None, PRIMARY, (f"{NAME} A {HERE}", TO_SET)),
        (25576, PRIMARY, (f"{NAME} A {HERE}",)),
        (None, OWN, (f"{NAME} A {HERE}",)),
        (None, replace(PRIMARY, ip="10.0.0.5"), ()),
    ],
    ids=["both", "typed with its port", "the game's own port", "inner address"],
)
async def test_of_a_name_without_an_address_only_what_its_players_need_is_to_be_set(
    port: int | None, primary: Allocation, to_set: tuple[str, ...]
) -> None:
    finding = await found({}, name=JoinName(NAME, port), primary=primary)

    assert (finding.leads, finding.to_set) == (Leads.NOWHERE, to_set)


@pytest.mark.parametrize(
    ("own", "record", "to_set"),
    [
        (HERE, "0 5 25576 other.example.org.", (TO_SET,)),
        (THERE, "0 5 25576 other.example.org.", (f"{NAME} A {HERE}", TO_SET)),
        (THERE, f"0 5 25576 {NAME}.", (f"{NAME} A {HERE}",)),
        (THERE, f"0 5 25599 {NAME}.", (f"{NAME} A {HERE}", TO_SET)),
    ],
    ids=["address is there", "neither is there", "record is there", "record with another port"],
)
async def test_of_a_record_that_leads_to_another_machine_only_what_is_not_there_is_to_be_set(
    own: str, record: str, to_set: tuple[str, ...]
) -> None:
    finding = await found({SRV: [record], f"{NAME} A": [own], "other.example.org A": [THERE]})

    assert (finding.leads, finding.to_set) == (Leads.ELSEWHERE, to_set)


@pytest.mark.parametrize(
    ("name", "primary", "by_port"),
    [
        (JoinName(NAME), PRIMARY, True),
        (JoinName(NAME, 25565), PRIMARY, False),
        (JoinName(NAME), OWN, False),
    ],
    ids=["another port", "the name has a port", "Minecraft's own port, with which its clients ask all the same"],
)
async def test_who_types_the_primarys_port_finds_it_only_where_the_game_does_not_ask_for_a_record_then(
    name: JoinName, primary: Allocation, *, by_port: bool
) -> None:
    finding = await found(
        {SRV: ["0 5 25599 node.example.org."], f"{NAME} A": [HERE], **NODE}, name=name, primary=primary
    )

    assert (finding.leads, finding.by_port) == (Leads.TO_OLD_PORT, by_port)
