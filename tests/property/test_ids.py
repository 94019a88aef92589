"""The grammar of custom_ids: what was made is read back, and nothing else is ever acted on."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import Outdated
from bot.services.changing.overwriting import mark_of
from bot.ui.parts import ids
from tests.property.strategies import allocation_ids, hostile, identifiers

verbs = st.from_regex(r"\A[a-z]{1,8}\.[a-z]{1,8}\Z")
owners = st.integers(0, 2**64 - 1)
arguments = st.lists(st.one_of(identifiers, st.integers(0, 2**40).map(str), st.just("")), max_size=3)
damaged = st.one_of(
    hostile,
    st.from_regex(r"v\d:[a-z.]{0,12}:[0-9-]{0,22}(:[0-9A-Za-z_-]{0,9}){0,3}", fullmatch=True),
    st.builds(lambda made, cut: made[:cut], st.builds(ids.make, verbs, owners), st.integers(0, 30)),
)


@given(verb=verbs, owner=owners, args=arguments)
def test_what_was_made_is_read_back(verb: str, owner: int, args: list[str]) -> None:
    custom_id = ids.make(verb, owner, *args)

    read = ids.parse(custom_id)

    assert (read.verb, read.owner, read.args) == (verb, owner, tuple(args))
    assert str(read) == custom_id
    assert ids.is_ours(custom_id)
    assert len(custom_id) <= 100


@given(text=damaged)
@example(text="")
@example(text="v1:")
@example(text="v1:alloc.delete:1:5e000001:-0")
@example(text="v1:alloc.delete:1\n")
@example(text="v1:alloc.delete:" + "9" * 90)
@example(text="v2:alloc.delete:1:5e000001:2")
def test_anything_else_is_outdated_and_nothing_worse(text: str) -> None:
    try:
        read = ids.parse(text)
    except Outdated:
        return

    assert ids.is_ours(text)
    assert all(part.isascii() for part in (read.verb, *read.args))
    for index in range(5):
        with contextlib.suppress(Outdated):
            assert 0 <= read.number(index) < 2**53
        with contextlib.suppress(Outdated):
            assert read.text(index) in read.args


@given(text=damaged)
def test_telling_whether_it_is_ours_never_fails(text: str) -> None:
    assert ids.is_ours(text) in (True, False)
    assert not ids.is_ours(text) or len(text.split(":")) >= 2


@given(argument=hostile)
def test_an_argument_that_could_be_misread_cannot_be_made(argument: str) -> None:
    try:
        custom_id = ids.make("alloc.show", 1, argument)
    except ValueError:
        return

    assert ids.parse(custom_id).args == (argument,)


@given(allocation=allocation_ids, other=allocation_ids, page=st.integers(0, 2**31))
def test_the_longest_ids_we_use_fit(allocation: int, other: int, page: int) -> None:
    owner = 2**64 - 1

    for custom_id in (
        ids.make("alloc.primary", owner, "5e000001", allocation, other),
        ids.make("alloc.delete", owner, "5e000001", allocation, ids.nonce()),
        ids.make("history.undo", owner, allocation, "5e000001", ids.nonce()),
        ids.make("notes.edit", owner, "5e000001", allocation, mark_of("x"), ids.nonce()),
        ids.make("servers.turn", owner, page, "create-pick", ids.nonce()),
    ):
        assert len(f"{custom_id}:{ids.nonce()}") <= 100


def test_two_drawings_of_a_button_differ() -> None:
    assert len({ids.nonce() for _ in range(1000)}) == 1000


def test_a_number_that_no_panel_has_is_outdated() -> None:
    read = ids.parse(f"v1:alloc.show:1:{2**53}")

    with pytest.raises(Outdated):
        read.number(0)
