"""The data on what ports are for: complete, of the right form, and found by what people write into notes."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from yarl import URL

from bot.domain.models import Allocation
from bot.domain.purposes import PORT, PURPOSES, Place, Purpose, lines_for, purposes_in
from bot.ui.purposes import LABELS, game_lines
from tests.property.strategies import hostile

PLACES = {f"{purpose.name}, {place.program}": place for purpose in PURPOSES for place in purpose.places}
WRITTEN = {
    "voice chat": ["voice"],
    "Simple Voice Chat": ["voice"],
    "Geyser": ["bedrock"],
    "BEDROCK port (Geyser)": ["bedrock"],
    "Dynmap": ["map"],
    "web map": ["map"],
    "query + rcon": ["query", "rcon"],
    "votifier": ["votes"],
    "Plan": ["plan"],
    "Velocity": ["proxy"],
    "planet": [],
    "mapping": [],
    "invoice": [],
    "": [],
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_place_has_a_file_a_line_with_the_number_and_a_source(place: Place) -> None:
    assert place.lines.count(PORT) == 1
    assert PORT not in lines_for(place, 25577)
    assert "25577" in lines_for(place, 25577)
    assert place.files
    for file in place.files:
        assert not PurePosixPath(file).is_absolute()
        assert PurePosixPath(file).suffix in (".yml", ".properties", ".txt", ".conf", ".toml")
    assert URL(place.source).scheme == "https"


def test_only_a_proxy_has_no_line_to_write() -> None:
    assert [purpose.name for purpose in PURPOSES if not purpose.places] == ["proxy"]


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.name)
def test_the_usual_notes_name_their_own_purpose_alone(purpose: Purpose) -> None:
    assert purposes_in(purpose.notes) == (purpose,)
    assert purpose.name in LABELS


def test_no_word_names_two_purposes() -> None:
    words = [word for purpose in PURPOSES for word in purpose.words]

    assert len(words) == len(set(words))
    assert words == [word.casefold() for word in words]


@pytest.mark.parametrize("notes", WRITTEN)
def test_what_people_write_is_understood(notes: str) -> None:
    assert [purpose.name for purpose in purposes_in(notes)] == WRITTEN[notes]


@given(notes=hostile)
def test_no_notes_break_the_lines_to_write(notes: str) -> None:
    lines = game_lines(Allocation(1, "203.0.113.7", None, 25577, notes, is_primary=False))

    text = "\n".join(lines)
    assert text.count("```") % 2 == 0
    assert len(text) < 1500
