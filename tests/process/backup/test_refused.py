"""What is no backup is refused in one line, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.process.backup.copies import a_database, done, linked_in, sql
from tests.process.harbour import Harbour
from tests.process.start.refused import files, refusal


def another_programs(file: Path) -> None:
    """Put a database of another program there, with migrations of its own."""
    file.unlink()
    sql(file, "CREATE TABLE alembic_version (version_num TEXT)")
    sql(file, "INSERT INTO alembic_version VALUES ('9f3c')")


def newer(file: Path) -> None:
    """Make a backup one of a version to come."""
    sql(file, "UPDATE alembic_version SET version_num = '9999'")


def torn(file: Path) -> None:
    """Damage a backup in the middle."""
    content = bytearray(file.read_bytes())
    content[4096 : len(content) // 2] = b"\xa5" * (len(content) // 2 - 4096)
    file.write_bytes(content)


def cut(file: Path) -> None:
    """Take the end of a backup off."""
    file.write_bytes(file.read_bytes()[:9000])


def text(file: Path) -> None:
    """Put something else in its place."""
    file.write_text("no database at all, but a text that is long enough to be one\n" * 40)


def empty(file: Path) -> None:
    """Leave the name alone."""
    file.write_bytes(b"")


def missing(file: Path) -> None:
    """Leave nothing."""
    file.unlink()


def folder(file: Path) -> None:
    """Put a folder there."""
    file.unlink()
    file.mkdir()


REFUSED: dict[Callable[[Path], None], str] = {
    newer: "has schema 9999, newer than this version's",
    torn: "is damaged",
    cut: "is damaged",
    text: "is not an SQLite database",
    empty: "is not a database of this bot's",
    another_programs: "is not a database of this bot's",
    missing: "does not exist",
    folder: "is not a file",
}


@pytest.mark.parametrize("there", [True, False], ids=["in place of one", "where there is none"])
async def test_what_is_no_backup_is_refused_in_one_line_and_changes_nothing(
    harbour: Harbour, elsewhere: Path, there: bool
) -> None:
    database = await a_database(harbour)
    await done(harbour.bot("backup", str(elsewhere / "good")))
    if not there:
        database.unlink()
    before = {name: content for name, content in files(harbour.folder).items() if not name.startswith("elsewhere/")}

    for spoil, words in REFUSED.items():
        file = elsewhere / spoil.__name__
        file.write_bytes((elsewhere / "good").read_bytes())
        spoil(file)
        said = await refusal(harbour.bot("restore", str(file)))

        assert words in said, spoil.__name__
        assert str(file) in said
    after = {name: content for name, content in files(harbour.folder).items() if not name.startswith("elsewhere/")}
    assert after == before


async def test_the_database_is_no_backup_of_itself(harbour: Harbour, elsewhere: Path) -> None:
    database = await a_database(harbour)
    (elsewhere / "link").symlink_to(database)

    said = await refusal(harbour.bot("restore", str(elsewhere / "link")))

    assert f"{elsewhere / 'link'} is the database itself" in said
    assert linked_in(database) == {"member1"}
