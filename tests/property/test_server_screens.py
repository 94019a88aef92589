"""Whatever many servers hold, lists of them, and what is found on them, stay within Discord's limits."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.cogs.suggestions import _server_label
from bot.domain.models import GameServer
from bot.domain.search import Hit
from bot.services.servers.search import Findings
from bot.ui.parts import ids
from bot.ui.parts.screen import Screen
from bot.ui.parts.text import clean
from bot.ui.servers.search import as_argument, findings, of_argument
from bot.ui.servers.servers import CREATE, OPEN, PICK, server_list
from tests.property.discord_rules import (
    check_choice,
)
from tests.property.screens import check, pages
from tests.property.strategies import (
    OWNER,
    hostile,
    servers,
    twin_server,
)


@given(
    some=st.lists(servers(most=3), max_size=25, unique_by=lambda server: server.identifier),
    page=pages,
    verb=st.sampled_from([OPEN, PICK, CREATE]),
    last=st.booleans(),
)
async def test_any_list_of_servers(some: list[GameServer], page: int, verb: str, last: bool) -> None:
    last_used = some[0].identifier if some and last else None
    args = ("0123abcd",) if verb == CREATE else ()
    harmless = [twin_server(server) for server in some]

    text = check(
        server_list(some, owner=OWNER, page=page, verb=verb, args=args, last_used=last_used),
        server_list(harmless, owner=OWNER, page=page, verb=verb, args=args, last_used=last_used),
    )

    assert "\n****" not in text


@given(sample=st.lists(servers(most=2), min_size=1, max_size=10), count=st.integers(1, 500), page=pages)
async def test_a_list_of_hundreds_of_servers(sample: list[GameServer], count: int, page: int) -> None:
    some = [replace(sample[n % len(sample)], identifier=f"{n:08x}") for n in range(count)]

    harmless = [twin_server(server) for server in some]
    check(server_list(some, owner=OWNER, page=page), server_list(harmless, owner=OWNER, page=page))


@given(
    some=st.lists(servers(most=4), max_size=12, unique_by=lambda server: server.identifier),
    text=hostile,
    page=pages,
    of_others=st.booleans(),
    unreadable=st.integers(0, 3),
)
async def test_what_was_found_on_any_servers(
    some: list[GameServer], text: str, page: int, of_others: bool, unreadable: int
) -> None:
    def shown(these: list[GameServer], wanted: str) -> Screen:
        hits = tuple(Hit(server, row) for server in these for row in server.allocations)
        found = Findings(wanted, hits, len(these), tuple(these), unreadable, 1.0, of_others=of_others, is_admin=True)
        return findings(found, owner=OWNER, argument=as_argument("x" * ids.PACKED) or "", page=page)

    check(shown(some, text), shown([twin_server(server) for server in some], "x"))


@given(text=hostile.map(clean).filter(bool))
async def test_a_text_searched_for_comes_back_from_a_buttons_id_whole_or_does_not_go_there(text: str) -> None:
    argument = as_argument(text)

    assert argument is None or of_argument(argument) == text
    assert (argument is None) is (len(text.encode()) > ids.PACKED)


@given(server=servers(most=2))
def test_the_suggestion_of_any_server(server: GameServer) -> None:
    check_choice(_server_label(server), server.identifier)
