"""The laws of the helpers that make a panel's text safe for Discord."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.models import NOTES_LIMIT
from bot.domain.rules import NotesTooLong, check_notes, same_notes
from bot.log import redact
from bot.ui.parts.paging import page_of
from bot.ui.parts.text import address, clean, clip, code, count, named, plain, quoted, safe, spot, unquoted, when
from tests.property.discord_rules import MENTIONS, SITE, structure, unseen
from tests.property.strategies import hostile

limits = st.integers(1, 300)
_PANEL_TRIMS = re.compile(r"^[\s\ufeff\u200b]+|[\s\ufeff\u200b]+$")
"""What the panel takes off both ends of every text it is sent."""
_INVISIBLE = [
    *map(chr, (0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x202F, 0x2800, 0x3164, 0xFEFF, 0xFFA0)),
    *map(chr, range(0x2000, 0x2010)),
    *map(chr, range(0x2060, 0x2066)),
    *map(chr, range(0x206A, 0x2070)),
    *map(chr, (0x1D159, *range(0x1D173, 0x1D17B), 0xE0020)),
]
"""The characters that the framework of newer panels knows to be invisible, and trims too."""
_NEWER_PANEL_TRIMS = re.compile(rf"^[\s\0{''.join(_INVISIBLE)}]+|[\s\0{''.join(_INVISIBLE)}]+$")


def unescaped(text: str) -> str:
    """Return what a reader sees of an escaped text."""
    return re.sub(r"\\(.)", r"\1", text).replace("\u200b", "")


@given(text=hostile)
def test_clean_text_is_one_line_of_visible_characters(text: str) -> None:
    cleaned = clean(text)

    assert "\n" not in cleaned
    assert not unseen(cleaned)
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned


@given(text=hostile)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(text=st.one_of(hostile, st.text("\\>*.@ \n1a{}", max_size=40)), limit=limits)
def test_what_is_taken_out_of_a_quotation_and_quoted_again_is_the_same(text: str, limit: int) -> None:
    quotation = quoted(text, limit)

    assert quoted(unquoted(quotation), limit) == quotation


@given(text=st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=100))
def test_what_is_taken_out_of_a_quotation_is_what_was_typed(text: str) -> None:
    assert unquoted(quoted(text, 100)) == text


@given(text=st.text(st.characters(categories=["L", "N", "P", "S", "M"]), max_size=100))
def test_cleaning_keeps_every_visible_character(text: str) -> None:
    assert clean(text) == text


@given(text=hostile, limit=limits)
def test_clipped_text_has_at_most_its_limit_and_says_that_it_was_cut(text: str, limit: int) -> None:
    clipped = clip(text, limit)

    assert len(clipped) <= limit
    assert clip(clipped, limit) == clipped
    if len(text) <= limit:
        assert clipped == text
    else:
        assert clipped.endswith("…")
        assert text.startswith(clipped[:-1])


@given(text=hostile, limit=limits)
@example(text="\u200b\u202e", limit=5)
def test_a_label_is_never_empty(text: str, limit: int) -> None:
    label = plain(text, max(limit, 10))

    assert 1 <= len(label) <= max(limit, 10)
    assert named(text, limit)


@given(text=hostile, limit=limits)
def test_safe_text_shows_the_same_and_has_no_structure(text: str, limit: int) -> None:
    made_safe = safe(text, limit)

    assert structure(made_safe) == []
    assert structure(f"Notes: {made_safe}\nnext") == ["line end"]
    assert unescaped(made_safe) == clip(clean(text), limit)
    assert "@everyone" not in made_safe
    assert "@here" not in made_safe


@given(text=hostile, limit=limits)
def test_a_code_span_cannot_be_broken_out_of(text: str, limit: int) -> None:
    span = code(text, limit)

    assert structure(span) == ["code"]
    assert len(span) <= limit + 2
    assert "`" not in span[1:-1]
    assert "@" not in span


@given(text=hostile, limit=limits)
def test_no_text_becomes_a_command_mention(text: str, limit: int) -> None:
    import discord

    from bot.ui.parts.mentions import fill_mentions

    for made in (safe(text, limit), code(text, limit), spot(text)):
        filled = fill_mentions(discord.Embed(description=f"x {made}"), MENTIONS, SITE).description
        assert filled == f"x {made}"


@given(host=st.one_of(hostile, st.ip_addresses().map(str)), port=st.integers(1, 65535), limit=st.integers(30, 200))
def test_a_shortened_address_keeps_its_port(host: str, port: int, limit: int) -> None:
    shown = address(f"{host}:{port}", limit)

    assert len(shown) <= limit
    assert shown.endswith(f":{port}")


@given(text=hostile)
def test_stored_notes_are_what_the_panel_makes_of_them(text: str) -> None:
    try:
        stored = check_notes(text, limit=NOTES_LIMIT)
    except NotesTooLong:
        return

    assert stored is None or 1 <= len(stored) <= NOTES_LIMIT
    assert stored is None or _PANEL_TRIMS.sub("", stored) == stored
    assert stored is not None or not _PANEL_TRIMS.sub("", text).strip("\u180e\u200c\u200d\u200e\u200f\u2060 \n\t")
    assert check_notes(stored or "", limit=NOTES_LIMIT) == stored
    assert same_notes(text, stored)
    assert stored is None or _NEWER_PANEL_TRIMS.sub("", stored) == stored


@pytest.mark.parametrize("character", sorted({*_INVISIBLE, *" \t\n\x0b\r\x00\x85\xa0\u1680\u2028\u2029\u205f\u3000"}))
def test_what_a_panel_trims_at_the_ends_makes_no_other_notes(character: str) -> None:
    assert check_notes(f"{character}voice{character} chat{character}{character}") == f"voice{character} chat"
    assert check_notes(character * 3) is None
    assert same_notes(f"{character}voice", "voice")
    assert same_notes(character, None)
    assert not same_notes(f"a{character}b", "ab")


def test_notes_that_differ_are_not_the_same() -> None:
    assert same_notes(None, None)
    assert same_notes("", None)
    assert not same_notes("voice", "Voice")
    assert not same_notes("voice", None)


@given(moment=st.datetimes(datetime(1970, 1, 2), datetime(3000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_time_is_told_live(moment: datetime) -> None:
    assert when(moment) == when(moment.timestamp()) == f"<t:{int(moment.timestamp())}:R>"


@given(number=st.integers(0, 10_000))
def test_a_count_agrees_with_its_noun(number: int) -> None:
    assert count(number, "server") == f"{number} server{'' if number == 1 else 's'}"


@given(rows=st.lists(st.integers(), max_size=60), number=st.integers(-5, 2**53), per_page=st.integers(1, 25))
def test_a_page_is_always_one_that_exists(rows: list[int], number: int, per_page: int) -> None:
    page = page_of(rows, number, per_page)

    assert 0 <= page.number < page.pages
    assert len(page.rows) <= per_page
    assert bool(page.rows) is bool(rows)


@given(rows=st.lists(st.integers(), max_size=60), per_page=st.integers(1, 25))
def test_the_pages_together_are_the_list(rows: list[int], per_page: int) -> None:
    pages = page_of(rows, 0, per_page).pages

    assert [row for number in range(pages) for row in page_of(rows, number, per_page).rows] == rows


@given(before=hostile, after=hostile, key=st.from_regex(r"\A(ptlc|ptla|pacc|papp)_[0-9A-Za-z]{43}\Z"))
def test_a_key_is_taken_out_of_every_log_line(before: str, after: str, key: str) -> None:
    assert key[5:] not in redact(f"{before} {key} {after}")


def test_the_characters_that_are_dropped_are_the_ones_without_a_shape() -> None:
    kept = {chr(number) for number in range(0x110000) if clean(f"a{chr(number)}a") == f"a{chr(number)}a"}
    shapeless = {c for c in kept if unicodedata.category(c)[0] == "C"}

    assert shapeless == {"\u200d"}
    assert not [c for c in kept if c.isspace() and c != " "]


@pytest.mark.parametrize("name", ["1. x", "12. @everyone", "3."])
def test_a_name_that_begins_like_a_list_begins_none(name: str) -> None:
    assert structure(f"{safe(name, 100)} · ports") == structure("x · ports")
    assert unquoted(quoted(name, 100)) == name


def test_a_version_at_the_beginning_of_a_name_stays_as_it_is() -> None:
    assert safe("1.21.4 Paper", 100) == "1.21.4 Paper"
