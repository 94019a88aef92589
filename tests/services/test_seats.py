"""What was read is believed until somebody changes it, and never again after that."""

from __future__ import annotations

import pytest

from bot.domain.models import GameServer, Listing, ServerState
from bot.services.servers import seats
from bot.services.servers.seats import Seat, Seats

ANN, BOB = 1, 2


def server(identifier: str, name: str = "as read") -> GameServer:
    """Return a server without allocations."""
    return GameServer(identifier, identifier, name, "node", ServerState.OK, 5, (), is_owner=True)


def two() -> tuple[Seat, Seat]:
    """Return the seats of two people, both of whom have read two servers."""
    both = Seats()
    ann, bob = both.of(ANN), both.of(BOB)
    for seat in (ann, bob):
        seat.take_list(Listing((server("a"), server("b"))), 0)
        seat.take(server("a"))
    return ann, bob


def test_a_change_makes_stale_what_others_have_read_of_that_server_only() -> None:
    ann, bob = two()
    ann.take(server("b", "in detail"))

    bob.changed("a", None)

    assert (ann.known("a"), ann.fresh_list) == (None, None)
    assert ann.known("b") == server("b", "in detail")


def test_a_change_leaves_what_the_one_who_made_it_has_read_of_it() -> None:
    ann, _ = two()

    ann.changed("a", server("a", "as changed"))

    assert ann.known("a") == server("a", "as changed")
    assert ann.fresh_list == (server("a", "as changed"), server("b"))


def test_what_anothers_change_made_stale_is_not_revived_by_a_change_of_ones_own() -> None:
    ann, bob = two()
    bob.changed("a", None)

    ann.changed("a", server("a", "as changed by ann"))

    assert (ann.known("a"), ann.fresh_list) == (server("a", "as changed by ann"), None)


def test_a_change_of_which_nothing_is_certain_leaves_nothing_to_believe() -> None:
    ann, _ = two()

    ann.changed("a", None)

    assert (ann.known("a"), ann.fresh_list) == (None, None)


def test_a_reading_that_a_change_overtook_is_not_kept() -> None:
    ann, bob = two()
    since, total = ann.epochs.of("a"), ann.epochs.total
    bob.changed("a", None)

    ann.take(server("a", "too old"), since=since)
    ann.take_list(Listing((server("a", "too old"),)), total)

    assert (ann.known("a"), ann.fresh_list) == (None, None)


def test_what_was_read_before_more_changes_than_are_remembered_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "CHANGES", 3)
    ann, bob = two()

    for number in range(4):
        bob.changed(f"other {number}", None)

    assert (ann.known("a"), ann.fresh_list) == (None, None)


def test_what_is_in_use_is_looked_at_no_further_than_the_last_look() -> None:
    ann, bob = two()
    for _ in range(seats.CHANGES - 1):
        bob.changed("elsewhere", None)
        assert ann.fresh_list is not None
    bob.changed("elsewhere", None)

    assert ann.fresh_list is not None


def test_what_is_a_minute_old_suggests_nothing_any_more_whatever_was_read_of_it_alone() -> None:
    ann, _ = two()
    read_at, clock = ann.now(), [0.0]
    ann.now = lambda: read_at + clock[0]

    clock[0] = seats.FRESH - 1
    before = (ann.fresh_list, ann.known("b"))
    clock[0] = seats.FRESH + 1
    after = (ann.fresh_list, ann.known("b"))

    assert before == ((server("a"), server("b")), server("b"))
    assert after == (None, None)
    assert ann.last_list == (server("a"), server("b"))
