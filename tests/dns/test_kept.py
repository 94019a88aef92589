"""A real DNS server on loopback: for how long what it answered is kept, and who is told of it."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

import pytest

from bot.demo.nameserver import NameServer, Zone
from bot.domain.hostnames import JoinName
from bot.domain.resolved import Leads, judged
from bot.domain.srv import MINECRAFT
from bot.net.answers import FAILED_KEPT, KEPT_AT_MOST
from bot.net.resolver import Resolver
from tests.dns.looking import HERE, NAME, NODE, PRIMARY, SRV, THERE, asking
from tests.dns.odd import Odd


@pytest.mark.parametrize(("ttl", "kept"), [(60, 60.0), (86_400, KEPT_AT_MOST)])
async def test_an_answer_is_kept_for_as_long_as_dns_says_and_five_minutes_at_most(ttl: int, kept: float) -> None:
    now = 1000.0
    async with NameServer({f"{NAME} A": [HERE], f"{NAME} AAAA": ["2001:db8::1"]}, ttl=ttl) as server:
        resolver = Resolver(["127.0.0.1"], port=server.port, now=lambda: now)
        await resolver.look_up(NAME, [])
        server.zone[f"{NAME} A"] = [THERE]
        now += kept - 1
        before = (await resolver.look_up(NAME, [])).addresses
        now += 2
        after = (await resolver.look_up(NAME, [])).addresses

    assert ip_address(HERE) in before
    assert ip_address(THERE) in after


async def test_a_name_that_changes_between_two_look_ups_is_seen_where_dns_lets_nothing_be_kept() -> None:
    async with asking({SRV: ["0 5 25565 node.example.org."], **NODE}, ttl=0) as resolver:
        stale = judged(JoinName(NAME), PRIMARY, MINECRAFT, await resolver.look_up(NAME, ["_minecraft._tcp"]))
        resolver.server.zone[SRV] = ["0 5 25576 node.example.org."]  # type: ignore[attr-defined]
        right = judged(JoinName(NAME), PRIMARY, MINECRAFT, await resolver.look_up(NAME, ["_minecraft._tcp"]))

    assert (stale.leads, right.leads) == (Leads.TO_OLD_PORT, Leads.BY_RECORD)


async def test_that_there_is_nothing_is_kept_too_and_a_failure_for_a_moment() -> None:
    now = 1000.0
    async with Odd({}) as server:
        server.does = "right"
        resolver = Resolver(["127.0.0.1"], port=server.port, now=lambda: now)
        await resolver.look_up(NAME, [])
        await resolver.look_up(NAME, [])
        nothing = len(server.asked)
        server.does = "SERVFAIL"
        failed = [await resolver.look_up("b.example.org", []) for _ in range(2)]
        asked = len(server.asked)
        server.does, server.zone["b.example.org A"] = "right", [HERE]
        now += FAILED_KEPT + 1
        again = await resolver.look_up("b.example.org", [])

    assert nothing == 2
    assert [bool(one.trouble) for one in failed] == [True, True]
    assert asked - nothing == 2
    assert again.addresses == (ip_address(HERE),)


@pytest.mark.parametrize("zone", [{}, {f"{NAME} TXT": ["x"]}], ids=["no name", "no address"])
@pytest.mark.parametrize(("tells", "kept"), [(None, FAILED_KEPT), (60, 60.0), (86_400, KEPT_AT_MOST)])
async def test_that_there_is_nothing_is_kept_for_as_long_as_dns_says_or_a_moment_where_it_names_no_time(
    tells: int | None, kept: float, zone: Zone
) -> None:
    now = 1000.0
    async with NameServer(zone) as server:
        server.nothing_ttl = tells
        resolver = Resolver(["127.0.0.1"], port=server.port, now=lambda: now)
        await resolver.look_up(NAME, [])
        server.zone[f"{NAME} A"] = [HERE]
        now += kept - 1
        before = (await resolver.look_up(NAME, [])).addresses
        now += 2
        after = (await resolver.look_up(NAME, [])).addresses

    assert before == ()
    assert after == (ip_address(HERE),)


async def test_many_who_ask_at_once_ask_once() -> None:
    async with asking({f"{NAME} A": [HERE]}) as resolver:
        await asyncio.gather(*(resolver.look_up(NAME, ["_minecraft._tcp"]) for _ in range(50)))
        asked = resolver.server.asked  # type: ignore[attr-defined]

    assert len(asked) == 3


async def test_who_gives_up_does_not_take_the_answer_from_the_others() -> None:
    async with asking({f"{NAME} A": [HERE]}) as resolver:
        first = asyncio.create_task(resolver.look_up(NAME, []))
        second = asyncio.create_task(resolver.look_up(NAME, []))
        await asyncio.sleep(0)
        first.cancel()

        assert (await second).addresses == (ip_address(HERE),)
