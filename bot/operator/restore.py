"""`python -m bot restore FILE`: a backup in the place of the database, only while no bot runs on it."""

from __future__ import annotations

import os
from pathlib import Path

from bot.operator.keyplace import database_of, names_of_keys, place_of_key
from bot.settings import Settings
from bot.store.contents import Contents
from bot.store.errors import StoreError
from bot.store.lock import only_bot_on
from bot.store.restoring import restore_backup
from bot.store.sealed import unopened


def restore(settings: Settings, file: Path) -> list[str]:
    """Put the backup in place and return what to tell the operator.

    Raises StoreError for what must be put right first, DatabaseFailed for what may pass, each with one line; then
    the database is as it was.
    """
    file, database = file.absolute(), database_of(settings)
    _look_at(file, database)
    was_there = database.exists()
    with only_bot_on(settings.database_url):
        try:
            done = restore_backup(file, database)
        finally:
            if not was_there and not database.stat().st_size:
                database.unlink()  # it was made to be locked
    kept = "" if done.kept is None else f" What was there is kept in {done.kept}: delete that once all is well."
    return [
        f"Restored {file} to {database}: schema {done.contents.schema}, linked members: {done.contents.links}.{kept}",
        *_on_the_keys(settings, done.contents),
        "What members deleted since that backup is back: tell them, so that they can run /unlink again.",
    ]


def _look_at(file: Path, database: Path) -> None:
    if not file.is_file():
        raise StoreError(f"{file} {'is not a file' if file.exists() else 'does not exist'}")
    if not os.access(file, os.R_OK):
        raise StoreError(f"{file} cannot be read by this user")
    if database.exists() and file.samefile(database):
        raise StoreError(f"{file} is the database itself")


def _on_the_keys(settings: Settings, contents: Contents) -> list[str]:
    closed = unopened(contents.sealed_under, names_of_keys(settings))
    if not closed:
        return []
    return [
        f"Links that no encryption key at hand opens: {closed}. Put the key of that backup's day into "
        f"{place_of_key(settings)} before you start the bot, or their owners will be asked to link again."
    ]
