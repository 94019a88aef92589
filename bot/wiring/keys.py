"""The encryption keys, from the setting or from the file beside the database."""

from __future__ import annotations

import os

from bot.settings import Settings
from bot.store.keyfile import WatchedKeyFile, key_file, load_or_create, parse_keys, read_keys
from bot.store.vault import Vault


def open_vault(settings: Settings) -> Vault:
    """Return the vault with the keys of the setting, or of the file beside the database, which it then follows."""
    if settings.encryption_key is not None:
        return Vault(parse_keys(settings.encryption_key.get_secret_value()))
    path = key_file(settings.database_url)
    load_or_create(path)
    # In this order: a rotation in between is noticed by the watch, or is in what is read.
    watch = WatchedKeyFile(path)
    return Vault(read_keys(path), reload=watch)


def read_present_keys(settings: Settings) -> None:
    """Raise KeyMaterialError for keys that cannot be used, before a database is made or changed for nothing."""
    if settings.encryption_key is not None:
        parse_keys(settings.encryption_key.get_secret_value())
    elif os.path.exists(path := key_file(settings.database_url)):
        read_keys(path)
