"""A key is found in whatever is around it, and what is no key is never taken for one."""

from __future__ import annotations

import re
import string

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.keytext import application_key_in, client_keys_in

LETTERS = string.ascii_letters + string.digits
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202e\u2066\u180e\u3164\u115f\ufe0f\x00\x07"
PAIRS = [
    ("`", "`"),
    ("```", "```"),
    ('"', '"'),
    ("'", "'"),
    ("“", "”"),
    ("«", "»"),
    ("<", ">"),
    ("**", "**"),
    ("(", ")"),
]
LABELS = ["", "Bearer ", "bearer ", "Authorization: Bearer ", "key: ", "API key = ", "token:", "Client API Key: "]

tails = st.text(LETTERS, min_size=43, max_size=43)
client_keys = st.builds(str.__add__, st.sampled_from(["ptlc_", "pacc_"]), tails)
application_keys = st.builds(str.__add__, st.sampled_from(["ptla_", "papp_", "peli_"]), tails)
blanks = st.text(" \t\n\r\u00a0\u2003", max_size=4)


@st.composite
def pasted(draw: st.DrawFn, keys: st.SearchStrategy[str]) -> tuple[str, str]:
    """Return a key, and a text in which it was pasted."""
    key = draw(keys)
    spread = "".join(character + draw(st.text(INVISIBLE, max_size=1)) for character in key)
    opening, closing = draw(st.sampled_from([("", ""), *PAIRS]))
    inner = f"{draw(st.sampled_from(LABELS))}{spread}"
    around = f"{draw(blanks)}{opening}{inner}{closing}{draw(blanks)}"
    return key, f"{draw(st.text(INVISIBLE, max_size=2))}{around}{draw(st.text(INVISIBLE, max_size=2))}"


@given(pasted(client_keys))
def test_a_client_key_is_found_in_whatever_is_around_it(case: tuple[str, str]) -> None:
    key, text = case

    assert client_keys_in(text) == [key]
    assert not application_key_in(text)


@given(pasted(application_keys))
def test_an_application_key_is_recognised_in_whatever_is_around_it(case: tuple[str, str]) -> None:
    _, text = case

    assert client_keys_in(text) == []
    assert application_key_in(text)


@given(st.one_of(st.text(max_size=200), st.text(LETTERS + INVISIBLE + " _:`\n=ptlc", max_size=200)))
def test_what_is_taken_for_a_key_was_there_in_one_piece_or_cut_by_blanks_alone(text: str) -> None:
    visible = "".join(text.split())

    for key in client_keys_in(text):
        assert re.fullmatch(r"[A-Za-z0-9_]{16,128}", key)
        assert set(key) <= set(visible)


@given(client_keys, st.integers(6, 47))
def test_half_a_key_is_not_filled_up_with_words(key: str, end: int) -> None:
    assert client_keys_in(f"{key[:end]} and the rest is lost") == ([key[:end]] if end >= 16 else [])


@given(client_keys, client_keys)
def test_of_two_keys_both_are_told(first: str, second: str) -> None:
    assert client_keys_in(f"{first}\n{second}") == list(dict.fromkeys([first, second]))
