"""People with links: their keys, a change of theirs, and what lies on the disk of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.models import ApiKey
from bot.domain.record import Entry
from bot.store.address import folder_of
from bot.store.database import Database
from tests.security.evidence import bytes_below

PANEL = "https://panel.example.com"
KEY = ApiKey("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12")
OTHER = ApiKey("ptlc_LMNOPQRSTUVhiddenhiddenhiddenhiddenhidden34")
ANN, BOB = 2**63 - 1, 7
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MASTER = bytes(range(32))


def on_disk(url: str) -> bytes:
    """Return every byte of the folder of a database."""
    return bytes_below(Path(str(folder_of(url))))


async def everything_written(database: Database) -> None:
    """Wait for what was to be written so far."""
    await database.write(lambda _: None)
    while database._later:
        await asyncio.wait(database._later)


def entry(user_id: int, *, server_name: str = "Survival") -> Entry:
    """Return a change on record."""
    notes = {"notes": "voice chat"}
    return Entry(user_id, NOON, "5e000001", server_name, "notes", 2, "203.0.113.7:25566", None, dict(notes))
