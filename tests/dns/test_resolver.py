"""A real DNS server on loopback: right, wrong, slow and lying answers, and what is made of each in a second."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest

from bot.demo.nameserver import NameServer, Zone
from bot.domain.hostnames import JoinName
from bot.domain.models import Allocation
from bot.domain.resolved import Finding, Leads, judged, records_for
from bot.domain.srv import GAMES, MINECRAFT, Game, game_of
from bot.net.resolver import AT_ONCE, FAILED_KEPT, KEPT_AT_MOST, WITHIN, Resolver
from tests.dns.odd import Odd

NAME = "play.example.org"
SRV = f"_minecraft._tcp.{NAME} SRV"
HERE, THERE = "203.0.113.7", "198.51.100.4"
NODE = {"node.example.org A": [HERE]}
PRIMARY = Allocation(1, HERE, None, 25576, None, is_primary=True)
PLAIN = JoinName(NAME)
SLACK = 0.5
"""Seconds more than it may take, for a machine that is busy with other things."""


@asynccontextmanager
async def asking(zone: Zone, *, ttl: int = 60, kind: type[NameServer] = NameServer) -> AsyncIterator[Resolver]:
    """Yield a resolver whose one DNS server has this zone; `resolver.server` is that."""
    async with kind(zone, ttl=ttl) as server:
        resolver = Resolver(["127.0.0.1"], port=server.port)
        resolver.server = server  # type: ignore[attr-defined]
        yield resolver


async def found(
    zone: Zone, *, name: JoinName = PLAIN, game: Game | None = MINECRAFT, primary: Allocation = PRIMARY
) -> Finding:
    """Return what a name means with a zone."""
    async with asking(zone) as resolver:
        return judged(name, primary, game, await resolver.look_up(name.host, records_for(name, game)))


# ------------------------------------------------------------------------------------------------- right and wrong


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

    assert (finding.leads, finding.records) == (Leads.PARTLY, 2)


async def test_a_record_that_clients_only_try_later_does_not_count() -> None:
    finding = await found({SRV: ["0 5 25576 node.example.org.", "10 5 25565 node.example.org."], **NODE})

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


# ------------------------------------------------------------------------------------------------- lies


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

    assert resolved.records == 100
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


# ------------------------------------------------------------------------------------------------- kept


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
