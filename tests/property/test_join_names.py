"""Whatever is typed as a name, written as an alias, or said by DNS: it is read without a fault, and shown as words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.hostnames import JoinName, NotAHostName, read_alias, read_name
from bot.domain.models import Allocation, GameServer, GivenName
from bot.domain.resolved import Resolved, Target, judged
from bot.domain.srv import GAMES
from bot.services.address.joining import Looked, Naming, Remembered
from bot.services.changing.changes import Change, Truth, Verb
from bot.ui.address import joining, leads
from bot.ui.ports.notices import of_change
from tests.property.discord_rules import check_form, check_screen, structure, unseen
from tests.property.strategies import OWNER, aliases, hostile, servers

THEN = datetime(2026, 1, 1, tzinfo=UTC)
OURS = {"line end", "code", "**", "<t:"}
"""What the page itself has of markup; anything else would be a name's."""
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.ASCII)
_labels = st.text(st.characters(categories=["L", "N", "M"]) | st.sampled_from("abc123-"), min_size=1, max_size=30)
_typed = st.builds(
    lambda labels, port: ".".join(labels) + port,
    st.lists(_labels, min_size=2, max_size=9),
    st.sampled_from(["", ":25565", ":1", ":65535"]),
)
_RECORDS = [game.record for game in GAMES]
_hosts = hostile.map(lambda text: text[:255])
_targets = st.builds(
    Target,
    st.sampled_from(_RECORDS),
    _hosts | st.just(""),
    st.integers(0, 65535),
    st.integers(0, 65535),
    st.integers(0, 65535),
    st.lists(st.ip_addresses(), max_size=2).map(tuple),
)
_remembered = st.sampled_from([None, Remembered(THEN, THEN, whole=True), Remembered(THEN, THEN, whole=False)])
_resolved = st.builds(
    Resolved,
    st.lists(st.ip_addresses(), max_size=3).map(tuple),
    st.lists(_targets, max_size=4).map(tuple),
    st.lists(st.tuples(st.sampled_from(_RECORDS), st.integers(1, 1000)), max_size=2).map(tuple),
    st.sampled_from(["", "its DNS server failed"]),
)


def _read(text: str) -> JoinName:
    """Return the name that a text is; a text that is none is no example."""
    read = _reading_of(text)
    assume(isinstance(read, JoinName))
    assert isinstance(read, JoinName)
    return read


def _is_a_host(host: str) -> bool:
    labels = host.split(".")
    return (
        4 <= len(host) + 1 <= 254
        and len(labels) >= 2
        and all(len(label) <= 63 and _LABEL.fullmatch(label) for label in labels)
    )


def _reading_of(text: str) -> JoinName | NotAHostName:
    try:
        return read_name(text)
    except NotAHostName as refusal:
        return refusal


@given(text=hostile | _typed)
def test_any_text_is_a_host_name_or_refused_with_a_reason_that_has_no_markup_of_it(text: str) -> None:
    read = _reading_of(text)

    if isinstance(read, NotAHostName):
        assert read.detail.endswith(".")
        assert structure(read.detail) == []
    else:
        assert _is_a_host(read.host)
        assert read.port is None or 1 <= read.port <= 65535


@given(text=_typed)
def test_what_is_shown_of_a_name_can_be_typed_again_and_is_the_same_name(text: str) -> None:
    name = _read(text)

    assert read_name(name.text) == name


@given(alias=hostile | _typed | _typed.map("a_b.{}".format) | aliases.filter(bool).map(str))
def test_any_alias_is_a_host_and_a_port_and_a_name_or_none(alias: str) -> None:
    found = read_alias(alias)

    assert found is None or found.port is None or 1 <= found.port <= 65535
    if found is not None and found.name is not None:
        # An underscore is in no name that somebody gives, and DNS knows it.
        assert _is_a_host(found.name.host.replace("_", "x"))
        assert found.name.port == found.port


@given(alias=hostile | _typed | aliases.filter(bool).map(str), port=st.integers(1, 65535))
def test_what_players_type_is_an_alias_that_is_an_address_or_the_ip_and_never_any_other_text(
    alias: str, port: int
) -> None:
    row = Allocation(1, "203.0.113.7", alias, port, None, is_primary=True)

    typed, _, last = row.address.rpartition(":")

    assert 1 <= int(last) <= 65535
    assert typed == "203.0.113.7" or (":" not in typed and not any(part.isspace() for part in typed))
    assert (row.label is None) is (row.other is not None or not alias.strip())


@given(address=st.ip_addresses(), port=st.integers(1, 65535), typed=st.integers(1, 65535))
def test_an_ip_is_read_as_an_alias_in_every_way_in_which_it_is_written(
    address: IPv4Address | IPv6Address, port: int, typed: int
) -> None:
    whole = f"[{address}]" if address.version == 6 else f"{address}"
    for alias, expected in [
        (f"{address}", port),
        (whole, port),
        (f" {whole} ", port),
        (f"{whole}:{typed}", typed),
        (f"{whole} : {typed}", typed),
    ]:
        assert Allocation(1, "203.0.113.7", alias, port, None, is_primary=True).address == f"{whole}:{expected}"


@st.composite
def named_servers(draw: st.DrawFn) -> GameServer:
    """Draw a server, of any game, that has a name from somebody, from its alias or from nobody."""
    server = draw(servers(most=4))
    game = draw(st.none() | st.sampled_from(GAMES))
    name = draw(st.none() | _typed.map(_reading_of).filter(lambda read: isinstance(read, JoinName)))
    if not isinstance(name, JoinName):
        return replace(server, game=game)
    giver = draw(st.sampled_from([OWNER, 1]))
    return replace(server, game=game, given=GivenName(server.identifier, name, giver, THEN))


@given(server=named_servers(), resolved=_resolved, since=st.sampled_from([None, THEN]), remembered=_remembered)
async def test_the_page_for_any_server_name_and_dns(
    server: GameServer, resolved: Resolved, since: datetime | None, remembered: Remembered | None
) -> None:
    looked = None
    if server.join_name is not None and server.primary is not None:
        looked = Looked(judged(server.join_name, server.primary, server.game, resolved), since, remembered=remembered)
    notice = joining.of_naming(Naming(server, None), looked)

    screen = joining.page(server, owner=OWNER, looked=looked, looks_up=True, notice=notice)

    embed, _ = check_screen(screen)
    assert set(structure(embed["description"])) <= OURS
    assert not unseen(embed["description"])


@given(server=servers(most=4), typed=_typed, resolved=_resolved)
async def test_what_dns_says_after_a_change_of_the_primary(server: GameServer, typed: str, resolved: Resolved) -> None:
    assume(server.primary is not None)
    name, primary = _read(typed), server.primary
    assert primary is not None
    plain = replace(primary, ip="203.0.113.7", alias=None, notes=None)
    change = Change(Verb.PRIMARY, Truth.DONE, plain, replace(server, allocations=(plain,)))

    notice = leads.with_dns(of_change(change), Looked(judged(name, primary, None, resolved), THEN))

    assert set(structure(notice.text)) <= OURS
    assert not unseen(notice.text)
    assert len(notice.text) <= 2500


@given(server=servers(most=1), typed=_typed, read=st.booleans())
async def test_the_form_for_any_name(server: GameServer, typed: str, read: bool) -> None:
    name = _read(typed)
    known = replace(server, given=GivenName("5e000001", name, 1, THEN))

    form = joining.name_form("5e000001", owner=OWNER, known=known, read=read)

    check_form(form)
    assert form.to_dict()["components"][0]["component"].get("value") == (name.text if read else None)


@given(server=servers(most=1), typed=_typed)
async def test_the_first_line_of_a_list_is_a_line_with_the_name_as_code(server: GameServer, typed: str) -> None:
    line = joining.first_line(replace(server, given=GivenName("5e000001", _read(typed), 1, THEN)))

    assert line is not None
    assert structure(line) == ["code"]
