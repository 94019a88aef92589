"""`python -m bot check` on a database with links: whether the encryption keys at hand open them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.models import ApiKey, PanelAccount
from bot.store.database import open_database
from bot.store.links import LinkStore
from bot.store.vault import Vault
from tests.cli.checked import line
from tests.cli.terminal import Terminal

EARLIER, PRESENT = (bytes([number]) * 32 for number in (1, 2))
PUT_BACK = (
    "They were sealed under another key, which lies with this bot's settings and not with its members: put that key "
    "into {place}, after a comma where one is there, and restart the bot. If it is lost, their owners will be asked to "
    "link again."
)


def setting(*keys: bytes) -> str:
    """Return keys as ENCRYPTION_KEY holds them."""
    return ",".join(base64.urlsafe_b64encode(key).decode() for key in keys)


@pytest.fixture
async def database(terminal: Terminal) -> Path:
    """Return the default database with three links under the earlier key."""
    path = terminal.folder / "data" / "berth.db"
    await link(path, EARLIER, 1, 2, 3)
    return path


def content_of(file: Path) -> bytes:
    """Return what is in a file."""
    return file.read_bytes()


async def link(path: Path, key: bytes, *people: int) -> None:
    """Link people to whatever panel, their keys sealed under this encryption key."""
    opened = await open_database(f"sqlite:///{path}")
    store = LinkStore(opened, Vault([key]), panel="http://127.0.0.1:9")
    for person in people:
        pasted = ApiKey(f"ptlc_{person:043}")
        await store.save(person, PanelAccount(person, "ann"), pasted, at=datetime(2026, 1, 1, tzinfo=UTC))
    await opened.close()


async def test_a_key_that_opens_no_link_is_failed_and_it_is_said_what_to_put_back(
    terminal: Terminal, database: Path
) -> None:
    before, content = terminal.files, content_of(database)

    said = await terminal.run("check", ENCRYPTION_KEY=setting(PRESENT))

    assert line(said, "encryption key") == (
        "FAILED encryption key: ENCRYPTION_KEY holds 1 key. Links that no encryption key at hand opens: 3 of 3. "
        + PUT_BACK.format(place="ENCRYPTION_KEY")
    )
    assert line(said, "database") == "ok     database: opens"
    assert said.code == 2
    assert (terminal.files, content_of(database)) == (before, content)


async def test_a_key_that_opens_some_links_is_warned_of_and_the_rest_is_counted(
    terminal: Terminal, database: Path
) -> None:
    await link(database, PRESENT, 3, 4)

    said = await terminal.run("check", ENCRYPTION_KEY=setting(PRESENT))

    assert line(said, "encryption key") == (
        "WARN   encryption key: ENCRYPTION_KEY holds 1 key. Links that no encryption key at hand opens: 2 of 4. "
        + PUT_BACK.format(place="ENCRYPTION_KEY")
    )
    assert said.code == 1  # of the panel and Discord, which are not there


async def test_keys_that_open_every_link_are_said_to(terminal: Terminal, database: Path) -> None:
    await link(database, PRESENT, 4)

    said = await terminal.run("check", ENCRYPTION_KEY=setting(PRESENT, EARLIER))

    assert line(said, "encryption key") == (
        "ok     encryption key: ENCRYPTION_KEY holds 2 keys; links, each sealed under a key that is there: 4"
    )


@pytest.mark.usefixtures("database")
async def test_a_key_file_that_is_lost_is_failed_before_the_start_makes_another(terminal: Terminal) -> None:
    said = await terminal.run("check")

    file = terminal.folder / "data" / "encryption.key"
    assert line(said, "encryption key") == (
        f"FAILED encryption key: none yet; the first start makes one in {file}. Links that no encryption key at hand "
        "opens: 3 of 3. " + PUT_BACK.format(place=file)
    )
    assert said.code == 2
