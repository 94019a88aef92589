"""`python -m bot rotate-key`: a new encryption key for every link, safe to interrupt and to run beside the bot."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bot.operator.keyplace import place_of_key
from bot.operator.unopened import sealed_under, what_to_do
from bot.settings import Settings
from bot.store.database import Database, open_database
from bot.store.errors import DatabaseFailed, StoreError
from bot.store.keyfile import key_file, parse_keys, read_keys, write_keys
from bot.store.lock import only_rotation_in
from bot.store.memory import Memory
from bot.store.rotation import Rotation, reseal
from bot.store.vault import KEY_BYTES, Vault

STARTED_WITH = "encryption keys at start"
"""Name under which the bot remembers the keys it took from ENCRYPTION_KEY, by name only; none with a key file."""


class RotationInterrupted(Exception):
    """The rotation ended early for a reason that may pass; nothing is lost, and the message is one line."""


async def rotate(settings: Settings, *, drop_old: bool) -> list[str]:
    """Seal every link under the newest key and return what to tell the operator.

    With a key file: makes a new key first, unless an earlier rotation left two; `drop_old` removes all but the first
    afterwards. With ENCRYPTION_KEY: the operator puts the new key first. Raises StoreError or RotationInterrupted,
    with one line.
    """
    if settings.encryption_key is not None:
        return await _rotated(settings, parse_keys(settings.encryption_key.get_secret_value()), None, drop_old=drop_old)
    path = key_file(settings.database_url)
    if not path.exists():
        raise StoreError(f"there is no key file {path} yet: the bot makes it at its first start")
    # Two rotations at once would each make a key, and the file keeps one.
    with only_rotation_in(path.parent):
        return await _rotated(settings, read_keys(path), path, drop_old=drop_old)


async def _rotated(settings: Settings, keys: Sequence[bytes], path: Path | None, *, drop_old: bool) -> list[str]:
    database = await open_database(settings.database_url)
    try:
        known = await Memory(database).recall(STARTED_WITH)
        if path is None:
            return await _with_setting(database, keys, known, place_of_key(settings))
        return await _with_file(database, keys, known, path, drop_old=drop_old)
    except DatabaseFailed as problem:
        raise RotationInterrupted(
            f"the database failed ({problem}); every link still opens, run rotate-key again"
        ) from None
    finally:
        await database.close()


async def _with_setting(database: Database, keys: Sequence[bytes], known: object, place: str) -> list[str]:
    await _refuse_where_none_opens(database, keys, place)
    if len(keys) == 1:
        raise StoreError(
            f"{place} holds one key only: put a new one before it, separated by a comma, and restart the bot with both "
            "before you run rotate-key"
        )
    if isinstance(known, list) and Vault(keys).key_names[0] not in known:
        raise StoreError(
            "the bot was last started without the first key of ENCRYPTION_KEY: restart it with the new list first, so "
            "that it can open what is sealed again"
        )
    if database.on_server:
        await _refuse_while_one_is_without(database, Vault(keys).key_names[0])
    done = await reseal(database, Vault(keys))
    return [*_told(done), _on_the_others(done, place)]


def _on_the_others(done: Rotation, place: str) -> str:
    if done.unreadable:
        return (
            f"Before you take a key out of {place}, put the one under which those were sealed after the others, and "
            "run rotate-key again; only if that is lost, take out all but the first."
        )
    if not done.resealed:
        return (
            f"Nothing was rotated: the first key of {place} is the one in use already. If that is the new key, the "
            "other keys can now be taken out; if it is the old one, put the new one before it, restart the bot, and "
            "run rotate-key again."
        )
    return f"The other keys can now be taken out of {place}."


async def _refuse_where_none_opens(database: Database, keys: Sequence[bytes], place: str) -> None:
    sealed, at_hand = await sealed_under(database), Vault(keys).key_names
    words = what_to_do(sealed, at_hand, place)
    if words and not sealed.keys() & set(at_hand):
        raise StoreError(f"nothing was rotated. {words}")


async def _refuse_while_one_is_without(database: Database, name: str) -> None:
    # What it needs is there only with the extra `postgres`.
    from bot.store.postgres.keysathand import processes_without  # noqa: PLC0415

    count = await processes_without(database, [name])
    if count:
        raise StoreError(
            f"{count} of the running processes cannot open what the first key of ENCRYPTION_KEY seals: restart every "
            "one with that key last in the list, then every one with it first"
        )


async def _with_file(
    database: Database, keys: Sequence[bytes], known: object, path: Path, *, drop_old: bool
) -> list[str]:
    if known:
        raise StoreError("the bot was last started with ENCRYPTION_KEY: set it here too, with a new key first")
    if drop_old and len(keys) == 1:
        raise StoreError(f"{path} holds one key only: run rotate-key without --drop-old first, which makes the new one")
    await _refuse_where_none_opens(database, keys, str(path))
    if len(keys) == 1:
        keys = [os.urandom(KEY_BYTES), *keys]
        write_keys(path, keys)
    done = await reseal(database, Vault(keys))
    if not drop_old:
        return [*_told(done), f"{path} holds the old key too; `rotate-key --drop-old` takes it out."]
    write_keys(path, keys[:1])
    return [*_told(done), f"{path} now holds one key; back it up."]


def _told(done: Rotation) -> list[str]:
    lines = [f"Links sealed again under the first key: {done.resealed}; already so: {done.current}."]
    if done.unreadable:
        lines.append(f"Links that no key at hand opens: {done.unreadable}; their owners will be asked to link again.")
    return lines
