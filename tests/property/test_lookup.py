"""Finding what a person means never yields something that the text does not name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lookup import (
    AmbiguousAllocation,
    as_identifier,
    find_allocation,
    find_server,
    fitting,
    matching_allocations,
    matching_servers,
)
from bot.domain.models import Allocation, ApiKey, GameServer
from bot.errors import AmbiguousServer, UnknownAllocation, UnknownServer
from tests.property.strategies import allocations, hostile, servers

some_servers = st.lists(servers(most=2), max_size=5, unique_by=lambda server: server.identifier)
some_rows = st.lists(allocations(), max_size=6, unique_by=lambda row: row.id)


@given(text=hostile)
def test_an_identifier_is_eight_hex_digits_of_the_text_or_nothing(text: str) -> None:
    found = as_identifier(text)

    assert found is None or (len(found) == 8 and set(found) <= set("0123456789abcdef"))
    assert found is None or text.strip().lower().startswith(found)


@given(some=some_servers, text=hostile)
def test_no_text_finds_a_server_that_it_does_not_name(some: list[GameServer], text: str) -> None:
    try:
        found = find_server(some, text)
    except (UnknownServer, AmbiguousServer):
        return

    wanted = text.strip().casefold()
    assert wanted in (found.identifier, found.uuid) or found.name.strip().casefold().startswith(wanted)


@given(some=some_servers, data=st.data())
def test_every_server_is_found_by_identifier_and_uuid_in_any_case(some: list[GameServer], data: st.DataObject) -> None:
    if not some:
        return
    wanted = data.draw(st.sampled_from(some))

    assert find_server(some, wanted.identifier.upper()) == wanted
    assert find_server(some, f" {wanted.uuid.upper()} ") == wanted


@given(some=some_servers, data=st.data())
def test_a_prefix_finds_a_server_only_if_it_is_the_only_one(some: list[GameServer], data: st.DataObject) -> None:
    named = [server for server in some if server.name.strip()]
    if not named:
        return
    name = data.draw(st.sampled_from(named)).name.strip()
    prefix = name[: data.draw(st.integers(1, len(name)))]
    wanted = prefix.strip().casefold()
    matches = [server for server in some if server.name.strip().casefold().startswith(wanted)]
    exact = [server for server in matches if server.name.strip().casefold() == wanted]
    if not wanted or any(wanted in (server.identifier, server.uuid) for server in some):
        return

    if len(exact) == 1 or (not exact and len(matches) == 1):
        assert find_server(some, prefix) in (exact or matches)
    else:
        with pytest.raises((AmbiguousServer, UnknownServer)):
            find_server(some, prefix)


@given(
    rows=some_rows, text=st.one_of(hostile, st.integers(0, 70_000).map(str), st.integers(0, 70_000).map("#{}".format))
)
def test_no_text_finds_an_allocation_that_it_does_not_name(rows: list[Allocation], text: str) -> None:
    wanted = text.strip().casefold()

    for found in fitting(rows, text):
        names = {f"#{found.id}", str(found.port), f":{found.port}", found.address, found.bare_address, found.ip}
        assert wanted in {name.casefold() for name in (*names, found.alias or "")}


@given(rows=some_rows, number=st.integers(0, 70_000))
def test_a_bare_number_is_a_port_and_never_an_id(rows: list[Allocation], number: int) -> None:
    rows = [replace(row, id=number + index) for index, row in enumerate(rows)]

    assert fitting(rows, str(number)) == [row for row in rows if row.port == number]
    assert fitting(rows, f"#{number}") == rows[:1]


@given(rows=some_rows, text=hostile)
def test_one_that_fits_is_found_and_several_are_left_to_the_person(rows: list[Allocation], text: str) -> None:
    fits = fitting(rows, text)

    if len(fits) == 1:
        assert find_allocation(rows, text) == fits[0]
        return
    with pytest.raises(AmbiguousAllocation if fits else UnknownAllocation) as caught:
        find_allocation(rows, text)
    assert list(getattr(caught.value, "rows", ())) == fits


@given(rows=some_rows, data=st.data())
def test_a_port_on_two_addresses_is_never_guessed(rows: list[Allocation], data: st.DataObject) -> None:
    if len(rows) < 2:
        return
    port = data.draw(st.integers(1, 65535))
    rows = [
        replace(row, id=2**40 + number, port=port, ip=f"203.0.113.{number}", alias=None)
        for number, row in enumerate(rows)
    ]

    with pytest.raises(AmbiguousAllocation) as caught:
        find_allocation(rows, str(port))
    assert list(caught.value.rows) == rows
    for row in rows:
        assert find_allocation(rows, row.address) == row
        assert find_allocation(rows, row.ip) == row
        assert find_allocation(rows, f"#{row.id}") == row


@given(some=some_servers, text=hostile)
def test_suggested_servers_are_the_persons_own_each_once(some: list[GameServer], text: str) -> None:
    found = matching_servers(some, text)

    assert len(found) == len({server.identifier for server in found})
    assert all(server in some for server in found)


@given(some=some_servers)
def test_nothing_typed_suggests_everything(some: list[GameServer]) -> None:
    assert matching_servers(some, "  ") == some


@given(rows=some_rows, text=hostile)
def test_suggested_allocations_are_the_servers_own_each_once(rows: list[Allocation], text: str) -> None:
    found = matching_allocations(rows, text)

    assert [row for row in rows if row in found] == found


@given(text=st.text(max_size=80))
def test_a_key_never_shows_itself(text: str) -> None:
    key = ApiKey(text)

    assert key.reveal() == text
    assert repr(key) == str(key) == f"{key!r}" == "ApiKey(hidden)"
    assert len(key.masked) <= 10
    if len(text) > 20:
        assert text not in key.masked
