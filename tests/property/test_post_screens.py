"""Whatever a server holds, what is posted or copied of it is one line of words without effect."""

from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.models import GameServer
from bot.domain.posted import line_of
from bot.ui.address import share
from bot.ui.parts.screen import Screen
from bot.ui.parts.text import bare
from tests.property.discord_rules import (
    structure,
    unseen,
)
from tests.property.screens import check, pages
from tests.property.strategies import (
    OWNER,
    names,
    servers,
    twin_server,
)


@given(text=names)
def test_an_address_to_copy_is_bare_or_code(text: str) -> None:
    shown = bare(f"{text}:25565")

    assert structure(shown) in ([], ["code"])
    assert not unseen(shown)
    assert len(shown) <= 2000


@given(server=servers())
async def test_the_public_line_of_any_server(server: GameServer) -> None:
    assume(server.primary is not None)
    line = share.shared_address(line_of(server, hide_ips=False))
    harmless = share.shared_address(line_of(twin_server(server), hide_ips=False))

    assert len(line) <= 2000
    assert structure(line) == structure(harmless) == ["**", "**", "code"]
    assert not line.startswith("****")


def _asked(server: GameServer, place: share.Place, *, page: int, changed: bool) -> Screen:
    line = line_of(server, hide_ips=False)
    return share.confirm_share(server, line, place, owner=OWNER, page=page, changed=changed)


@given(server=servers(), page=pages, changed=st.booleans())
async def test_the_question_before_any_post(server: GameServer, page: int, changed: bool) -> None:
    assume(server.primary is not None)
    place = share.Place(2**63, direct=False, poster=f"<@{OWNER}>")
    check(
        _asked(server, place, page=page, changed=changed),
        _asked(twin_server(server), place, page=page, changed=changed),
    )
