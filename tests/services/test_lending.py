"""A lent key is as good as any other until its owner moves on, whenever it was read."""

from __future__ import annotations

import gc

import pytest

from bot.domain.models import ApiKey
from bot.errors import Unlinked
from bot.services.keys.lending import LentKey, Loans

KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
ANN, BOB = 1, 2


def test_a_lent_key_equals_the_key_and_shows_as_little() -> None:
    lent = LentKey(KEY, Loans().tenure(ANN))

    assert lent == KEY
    assert lent.reveal() == KEY.reveal()
    assert (repr(lent), lent.masked) == ("ApiKey(hidden)", KEY.masked)


def test_every_loan_of_one_person_ends_at_once_and_nobody_elses() -> None:
    loans = Loans()
    first, second, bobs = (LentKey(KEY, loans.tenure(person)) for person in (ANN, ANN, BOB))

    loans.end(ANN, "You unlinked.")

    for lent in (first, second):
        assert lent.ended
        with pytest.raises(Unlinked, match=r"You unlinked\."):
            lent.reveal()
    assert bobs.reveal() == KEY.reveal()


def test_a_key_that_was_being_read_when_its_owner_moved_on_is_lent_no_more() -> None:
    loans = Loans()
    tenure = loans.tenure(ANN)  # and now the key is read, while ...

    loans.end(ANN, "You unlinked.")

    assert LentKey(KEY, tenure).ended
    assert not LentKey(KEY, loans.tenure(ANN)).ended


def test_nothing_is_remembered_of_loans_that_are_over() -> None:
    loans = Loans()
    lent = [LentKey(KEY, loans.tenure(person)) for person in range(100)]
    assert lent

    del lent
    gc.collect()

    assert len(loans._tenures) == 0
