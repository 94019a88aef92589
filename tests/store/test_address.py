"""The address of a database names its file."""

from __future__ import annotations

from pathlib import Path

from bot.store.address import file_of


def test_the_address_of_the_database_names_its_file() -> None:
    assert file_of("sqlite:////srv/berth.db") == Path("/srv/berth.db")
    assert file_of("sqlite:///:memory:") is None
    assert file_of("sqlite:///data/berth.db") == Path("data/berth.db").absolute()


def test_the_address_that_earlier_versions_asked_for_names_the_same_file() -> None:
    assert file_of("sqlite+aiosqlite:////srv/berth.db") == Path("/srv/berth.db")
    assert file_of("sqlite+aiosqlite:///data/berth.db") == Path("data/berth.db").absolute()
