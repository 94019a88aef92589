"""The list of servers around those the panel fails at: all others are there, the rest is counted, in few calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from yarl import URL

from bot.demo.panel import Flavour, PanelState, Server, SimulatedPanel
from bot.domain.models import ApiKey
from bot.panel.client import PanelClient
from bot.panel.errors import PanelFailed
from bot.panel.listing import MOST_SMALLER
from bot.panel.transport import Transport, open_session

FLAVOURS = [Flavour.PTERODACTYL_1_11, Flavour.PELICAN]


@dataclass
class House:
    """A panel with many servers in which a member has a part, and that member's client."""

    panel: SimulatedPanel
    client: PanelClient
    member: ApiKey
    admin: ApiKey
    servers: list[Server]

    def break_at(self, *places: int) -> None:
        """Take the primaries of these servers away."""
        for place in places:
            self.panel.state.allocations[self.servers[place].primary_id or 0].server_id = None

    def identifiers(self, *without: int) -> list[str]:
        """Return the identifiers of all servers but some."""
        return [server.identifier for place, server in enumerate(self.servers) if place not in without]


@asynccontextmanager
async def a_house(flavour: Flavour, count: int) -> AsyncIterator[House]:
    """Yield a panel with this many servers of somebody else's, all of which the member may see."""
    state = PanelState()
    owner, member, admin = state.add_user("owner"), state.add_user("member"), state.add_user("boss", admin=True)
    servers = [state.add_server(owner, f"World {n}", ip="10.0.0.1", ports=(20000 + n,)) for n in range(count)]
    for server in servers:
        state.add_subuser(server, member, ["control.console"])
    keys = ApiKey(state.add_key(member)), ApiKey(state.add_key(admin))
    async with SimulatedPanel(state, flavour=flavour) as panel, open_session() as session:
        client = PanelClient(Transport(session, URL(panel.url)), retry_wait=0)
        yield House(panel, client, *keys, servers)


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
@pytest.mark.parametrize(
    ("count", "broken", "calls"),
    [
        (1, (0,), 7),
        (4, (2,), 10),
        (30, (29,), 12),
        (100, (0,), 18),
        (130, (4, 5, 127), 34),
        (250, (249,), 17),
    ],
)
async def test_all_others_are_listed_and_the_broken_ones_counted_in_few_calls(
    flavour: Flavour, count: int, broken: tuple[int, ...], calls: int
) -> None:
    async with a_house(flavour, count) as house:
        house.break_at(*broken)

        listing = await house.client.listing(house.member)

        assert [server.identifier for server in listing.servers] == house.identifiers(*broken)
        assert listing.unreadable == len(broken)
        assert len(house.panel.requests) <= calls


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
async def test_many_broken_servers_do_not_take_for_ever_and_none_is_left_uncounted(flavour: Flavour) -> None:
    async with a_house(flavour, 100) as house:
        house.break_at(*range(0, 100, 2))

        listing = await house.client.listing(house.member)

        assert len(house.panel.requests) <= 3 + 1 + MOST_SMALLER
        assert len(listing.servers) + listing.unreadable == 100
        assert {server.identifier for server in listing.servers} <= set(house.identifiers(*range(0, 100, 2)))
        assert listing.servers


async def test_a_whole_list_counts_nothing_as_missing_and_costs_a_call_a_page() -> None:
    async with a_house(Flavour.PELICAN, 130) as house:
        listing = await house.client.listing(house.member)

        assert [server.identifier for server in listing.servers] == house.identifiers()
        assert listing.unreadable == 0
        assert len(house.panel.requests) == 2


async def test_a_panel_that_fails_at_everything_is_not_asked_for_its_parts() -> None:
    async with a_house(Flavour.PELICAN, 4) as house:
        house.panel.state.database_down = True

        with pytest.raises(PanelFailed):
            await house.client.listing(house.member)

        assert len(house.panel.requests) == 4


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
async def test_an_administrator_gets_everybody_elses_servers_apart(flavour: Flavour) -> None:
    async with a_house(flavour, 3) as house:
        account = await house.client.account(house.admin)
        own = await house.client.listing(house.admin)
        others = await house.client.listing(house.admin, others=True)
        members = await house.client.listing(house.member, others=True)

        assert account.is_admin
        assert own.servers == members.servers == ()
        assert [server.identifier for server in others.servers] == house.identifiers()
        assert not (await house.client.account(house.member)).is_admin


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
async def test_a_good_server_still_opens_by_itself_and_the_broken_one_says_so(flavour: Flavour) -> None:
    async with a_house(flavour, 3) as house:
        house.break_at(1)
        good, broken = house.servers[0], house.servers[1]

        assert (await house.client.server(house.member, good.identifier)).name == "World 0"
        with pytest.raises(PanelFailed):
            await house.client.server(house.member, broken.identifier)
