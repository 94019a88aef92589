"""The settings that a command needs: all that is wrong with those is said at once, and none else is asked for."""

from __future__ import annotations

import logging

from bot.settings import Reading, Settings, accepted, read_settings, refuse
from bot.store.address import file_of, is_postgres
from bot.store.errors import StoreError
from bot.store.keyfile import key_file, parse_keys

log = logging.getLogger(__name__)


def settings_to_run() -> Settings:
    """Return the settings; raise SettingsError with a line for each that is missing or bad."""
    reading = read_settings()
    settings = accepted(reading, unusable(reading))
    if (words := idle_password_file(settings)) is not None:
        log.warning(words)
    return settings


def settings_to_rotate() -> Settings:
    """Return the settings, of which the database and the keys count; raise SettingsError if those are bad."""
    reading = read_settings()
    refuse({name: words for name, words in reading.bad.items() if name == "encryption_key"} | unusable(reading))
    return reading.settings


def idle_password_file(settings: Settings) -> str | None:
    """Return in words that a file with a password is named for a database which asks for none; None if it is not so."""
    if settings.database_password_file is None or is_postgres(settings.database_url):
        return None
    return "DATABASE_PASSWORD_FILE counts for nothing here: it is for a PostgreSQL server"


def unusable(reading: Reading) -> dict[str, str]:
    """Return what the store will not take of settings that look as they should, in a sentence for each field."""
    settings, found = reading.settings, {}
    try:
        file_of(settings.database_url)
        if settings.encryption_key is None:
            key_file(settings.database_url)
    except StoreError as problem:
        found["database_url"] = str(problem)
    if settings.encryption_key is not None and "encryption_key" not in reading.bad:
        try:
            parse_keys(settings.encryption_key.get_secret_value())
        except StoreError as problem:
            found["encryption_key"] = str(problem)
    return found
