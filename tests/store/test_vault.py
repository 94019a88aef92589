"""A sealed key opens for its owner on its panel, with a key of the list, untouched; and for nobody else."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.models import ApiKey
from bot.store.vault import Unsealable, Vault

PANEL = "https://panel.example.com"
SECRET = ApiKey("ptlc_ABCDEFGHIJK" + "s" * 32)
OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def test_the_owner_gets_the_key_back() -> None:
    vault = Vault([OLD])

    sealed = vault.seal(SECRET, owner=1, panel=PANEL)

    assert vault.open(sealed, owner=1, panel=PANEL) == SECRET


@pytest.mark.parametrize(
    ("owner", "panel"),
    [(2, PANEL), (11, PANEL), (1, "https://panel.example.com:8443"), (1, "http://panel.example.com"), (1, "")],
)
def test_a_row_copied_to_another_person_or_panel_does_not_open(owner: int, panel: str) -> None:
    vault = Vault([OLD])
    sealed = vault.seal(SECRET, owner=1, panel=PANEL)

    with pytest.raises(Unsealable):
        vault.open(sealed, owner=owner, panel=panel)


def test_owner_and_panel_cannot_be_shifted_into_each_other() -> None:
    vault = Vault([OLD])
    sealed = vault.seal(SECRET, owner=1, panel="1\0x")

    with pytest.raises(Unsealable):
        vault.open(sealed, owner=11, panel="\0x")


def test_the_first_key_seals_and_every_key_of_the_list_opens() -> None:
    before = Vault([OLD]).seal(SECRET, owner=1, panel=PANEL)
    rotating = Vault([NEW, OLD])

    after = rotating.seal(SECRET, owner=1, panel=PANEL)

    assert rotating.open(before, owner=1, panel=PANEL) == SECRET
    assert Vault([NEW]).open(after, owner=1, panel=PANEL) == SECRET
    assert (rotating.is_current(before), rotating.is_current(after)) == (False, True)
    with pytest.raises(Unsealable):
        Vault([NEW]).open(before, owner=1, panel=PANEL)


def test_without_the_right_key_nothing_opens() -> None:
    sealed = Vault([OLD]).seal(SECRET, owner=1, panel=PANEL)

    with pytest.raises(Unsealable):
        Vault([os.urandom(32)]).open(sealed, owner=1, panel=PANEL)


def test_every_bit_of_a_sealed_key_counts() -> None:
    vault = Vault([OLD, NEW])
    sealed = vault.seal(SECRET, owner=1, panel=PANEL)

    for index in range(len(sealed)):
        for bit in range(8):
            touched = bytearray(sealed)
            touched[index] ^= 1 << bit
            with pytest.raises(Unsealable):
                vault.open(bytes(touched), owner=1, panel=PANEL)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(rubbish=st.one_of(st.binary(max_size=120), st.binary(max_size=60).map(lambda tail: b"\x01" + tail)))
def test_rubbish_never_opens_and_never_crashes(rubbish: bytes) -> None:
    with pytest.raises(Unsealable):
        Vault([OLD]).open(rubbish, owner=1, panel=PANEL)


@pytest.mark.parametrize("length", range(0, 70, 7))
def test_a_row_that_was_cut_off_does_not_open(length: int) -> None:
    vault = Vault([OLD])
    sealed = vault.seal(SECRET, owner=1, panel=PANEL)

    with pytest.raises(Unsealable):
        vault.open(sealed[:length], owner=1, panel=PANEL)


def test_the_same_key_sealed_twice_looks_different_and_shows_nothing() -> None:
    vault = Vault([OLD])

    first, second = (vault.seal(SECRET, owner=1, panel=PANEL) for _ in range(2))

    assert first != second
    assert SECRET.reveal().encode() not in first + second
    assert b"ptlc" not in first + second
    assert OLD not in first + second


@pytest.mark.parametrize("keys", [[], [b""], [OLD[:31]], [OLD, b"short"], [OLD + b"x"]])
def test_a_vault_without_proper_keys_cannot_be_made(keys: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Vault(keys)
