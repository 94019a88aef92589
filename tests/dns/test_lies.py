"""A real DNS server on loopback that lies, fails or is slow: what is made of it in a second."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

import pytest

from bot.domain.hostnames import JoinName
from bot.domain.resolved import Leads, judged
from bot.domain.srv import MINECRAFT
from bot.net.resolver import AT_ONCE, WITHIN, Resolver
from tests.dns.looking import HERE, NAME, NODE, PLAIN, PRIMARY, SLACK, SRV, THERE, asking, found
from tests.dns.odd import Odd


async def test_a_record_that_says_that_there_is_no_service_is_told() -> None:
    finding = await found({SRV: ["0 0 0 ."], f"{NAME} A": [HERE]})

    assert finding.leads is Leads.TO_NO_SERVICE


@pytest.mark.parametrize(
    ("zone", "leads"),
    [
        ({f"{NAME} CNAME": ["b.example.org."], "b.example.org CNAME": [f"{NAME}."]}, (Leads.NOWHERE, Leads.UNKNOWN)),
        ({SRV: [f"0 5 25576 _minecraft._tcp.{NAME}."]}, (Leads.NOWHERE,)),
        ({SRV: [f"0 5 25576 {HERE}."]}, (Leads.BY_RECORD,)),
        ({SRV: ["0 5 25576 \\000\\`\\@everyone.example.org."]}, (Leads.NOWHERE,)),
    ],
    ids=["circle", "itself", "an address as a name", "control characters"],
)
async def test_a_lying_record_harms_nothing(zone: dict[str, Sequence[str]], leads: tuple[Leads, ...]) -> None:
    assert (await found(zone)).leads in leads


async def test_a_hundred_records_come_by_tcp_and_four_of_them_are_looked_up() -> None:
    rows = [f"0 {100 - number} 25576 node{number}.example.org." for number in range(100)]
    async with asking({SRV: rows, **{f"node{number}.example.org A": [HERE] for number in range(100)}}) as resolver:
        resolved = await resolver.look_up(NAME, ["_minecraft._tcp"])
        asked = [question for question in resolver.server.asked if question.startswith("node")]  # type: ignore[attr-defined]

    assert resolved.not_seen == (("_minecraft._tcp", 96),)
    assert [target.host for target in resolved.targets] == [f"node{number}.example.org" for number in range(4)]
    assert len(asked) == 8


@pytest.mark.parametrize(
    ("does", "because"),
    [
        ("silence", "its DNS did not answer within a second"),
        ("SERVFAIL", "its DNS server failed"),
        ("REFUSED", "its DNS server failed"),
        ("garbage", "within a second"),
        ("another number", "within a second"),
        ("another question", "within a second"),
    ],
)
async def test_what_fails_lies_or_is_slow_is_not_known_and_takes_a_second_at_most(does: str, because: str) -> None:
    zone = {f"{NAME} A": [THERE], SRV: ["0 5 25565 node.example.org."]}
    async with asking(zone, kind=Odd) as resolver:
        resolver.server.does = does  # type: ignore[attr-defined]
        began = time.monotonic()
        resolved = await resolver.look_up(NAME, ["_minecraft._tcp"])
        took = time.monotonic() - began

    assert judged(JoinName(NAME), PRIMARY, MINECRAFT, resolved).leads is Leads.UNKNOWN
    assert because in resolved.trouble or resolved.trouble == "its DNS server failed"
    assert took < WITHIN + SLACK


async def test_a_look_up_of_two_rounds_that_are_slow_each_takes_a_second_at_most_in_all() -> None:
    async with asking({SRV: ["0 5 25565 node.example.org."], **NODE}, kind=Odd) as resolver:
        resolver.server.does = "slow"  # type: ignore[attr-defined]
        began = time.monotonic()
        resolved = await resolver.look_up(NAME, ["_minecraft._tcp"])
        took = time.monotonic() - began
        asked = resolver.server.asked  # type: ignore[attr-defined]

    finding = judged(PLAIN, PRIMARY, MINECRAFT, resolved)
    assert (finding.leads, finding.trouble) == (Leads.UNKNOWN, "its DNS did not answer within a second")
    assert took < WITHIN + SLACK
    assert "node.example.org A" in asked


async def test_of_very_many_names_at_once_a_few_are_asked_for_and_the_others_are_told_so_within_the_second() -> None:
    async with asking({}, kind=Odd) as resolver:
        began = time.monotonic()
        found = await asyncio.gather(*(resolver.look_up(f"name{number}.example.org", []) for number in range(150)))
        took = time.monotonic() - began
        asked = set(resolver.server.asked)  # type: ignore[attr-defined]
        again = (await resolver.look_up("later.example.org", [])).trouble

    # Two questions a name; one after another they would take five seconds.
    assert Counter(one.trouble for one in found) == {
        "its DNS did not answer within a second": AT_ONCE // 2,
        "I look up too many names right now": 150 - AT_ONCE // 2,
    }
    assert len(asked) == AT_ONCE
    assert took < WITHIN + 4 * SLACK
    assert again == "its DNS did not answer within a second"


async def test_a_machine_without_a_dns_server_says_so() -> None:
    resolved = await Resolver(()).look_up(NAME, [])

    assert resolved.trouble == "the machine I run on knows no DNS server"
