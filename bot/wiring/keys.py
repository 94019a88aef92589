"""The encryption keys, from the setting or from the file beside the database."""

from __future__ import annotations

import os

from bot.operator.keyplace import place_of_key
from bot.operator.unopened import warn_of_unopened
from bot.settings import Settings
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.keyfile import WatchedKeyFile, key_file, load_or_create, parse_keys, read_keys
from bot.store.vault import Vault


def _opened(settings: Settings) -> Vault:
    """Return the vault with the keys of the setting, or of the file beside the database, which it then follows."""
    if settings.encryption_key is not None:
        return Vault(parse_keys(settings.encryption_key.get_secret_value()))
    path = key_file(settings.database_url)
    load_or_create(path)
    # In this order: a rotation in between is noticed by the watch, or is in what is read.
    watch = WatchedKeyFile(path)
    return Vault(read_keys(path), reload=watch)


async def fitting_vault(settings: Settings, database: Database) -> Vault:
    """Return the vault for what is in the database; log a warning of links that it does not open.

    Raises StoreError for keys that cannot be used, or none of which a running process has.
    """
    vault = _opened(settings)
    await _refuse_keys_apart(database, vault)
    await warn_of_unopened(database, vault.key_names, place_of_key(settings))
    return vault


async def _refuse_keys_apart(database: Database, vault: Vault) -> None:
    """Raise StoreError where a running process has no key in common: they would not keep out of each other's way."""
    if not database.on_server:
        return
    # What it needs is there only with the extra `postgres`.
    from bot.store.postgres.keysathand import processes_without  # noqa: PLC0415

    count = await processes_without(database, vault.key_names)
    if count:
        raise StoreError(
            f"running processes on this database that have no encryption key in common with this one: {count}. Neither "
            "side would open what the other seals: give every process the same ENCRYPTION_KEY, and change it as "
            "docs/operations/postgresql.md says, or stop them all first"
        )


def read_present_keys(settings: Settings) -> None:
    """Raise KeyMaterialError for keys that cannot be used, before a database is made or changed for nothing."""
    if settings.encryption_key is not None:
        parse_keys(settings.encryption_key.get_secret_value())
    elif os.path.exists(path := key_file(settings.database_url)):
        read_keys(path)
