"""The encryption keys, from the setting or from the file beside the database."""

from __future__ import annotations

import os

from bot.operator.keyplace import place_of_key
from bot.operator.unopened import warn_of_unopened
from bot.settings import Settings
from bot.store.database import Database
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

    Raises StoreError for keys that cannot be used.
    """
    vault = _opened(settings)
    await warn_of_unopened(database, vault.key_names, place_of_key(settings))
    return vault


def read_present_keys(settings: Settings) -> None:
    """Raise KeyMaterialError for keys that cannot be used, before a database is made or changed for nothing."""
    if settings.encryption_key is not None:
        parse_keys(settings.encryption_key.get_secret_value())
    elif os.path.exists(path := key_file(settings.database_url)):
        read_keys(path)
