"""Where the database and its encryption keys are, for the operator who copies the one and must keep the other."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.store.address import file_of, is_postgres
from bot.store.errors import StoreError
from bot.store.keyfile import key_file, parse_keys, read_keys
from bot.store.vault import key_name


def database_of(settings: Settings) -> Path:
    """Return the file of the database; raise StoreError for one that is none."""
    if is_postgres(settings.database_url):
        raise StoreError(
            "DATABASE_URL names a PostgreSQL server, whose own tools do this: pg_dump writes a backup, pg_restore or "
            "psql puts it back (docs/operations/postgresql.md)"
        )
    path = file_of(settings.database_url)
    if path is None:
        raise StoreError("DATABASE_URL names a database in memory, which no other program can reach")
    return path


def place_of_key(settings: Settings) -> str:
    """Return where the encryption keys come from: the setting, or the file beside the database."""
    if settings.encryption_key_file is not None:
        return "the file that ENCRYPTION_KEY_FILE names"
    if settings.encryption_key is not None:
        return "ENCRYPTION_KEY"
    return str(key_file(settings.database_url))


def names_of_keys(settings: Settings) -> set[str]:
    """Return the names of the encryption keys at hand, which tell nothing of them; none if they cannot be read."""
    try:
        if settings.encryption_key is not None:
            keys = parse_keys(settings.encryption_key.get_secret_value())
        else:
            keys = read_keys(key_file(settings.database_url))
    except StoreError:
        return set()
    return {key_name(key).hex() for key in keys}
