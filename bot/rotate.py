"""`python -m bot rotate-key`: a new encryption key for every link, safe to interrupt and to run beside the bot."""

from __future__ import annotations

import os
from collections.abc import Sequence

from bot.settings import Settings
from bot.store.database import open_database
from bot.store.errors import StoreError
from bot.store.keyfile import key_file, parse_keys, read_keys, write_keys
from bot.store.memory import Memory
from bot.store.rotation import Rotation, reseal
from bot.store.vault import KEY_BYTES, Vault

STARTED_WITH = "encryption keys at start"
"""Name under which a bot that takes its keys from the environment remembers which it knows, by name only."""


async def rotate(settings: Settings, *, drop_old: bool) -> list[str]:
    """Seal every link under the newest key and return what to tell the operator.

    With a key file: makes a new key first, unless an earlier rotation left two; `drop_old` removes all but the first
    afterwards. With ENCRYPTION_KEY: the operator puts the new key first. Raises StoreError with one line.
    """
    engine = await open_database(settings.database_url)
    try:
        if settings.encryption_key is not None:
            keys = parse_keys(settings.encryption_key.get_secret_value())
            await _refuse_if_unknown_to_the_bot(Memory(engine), keys)
            done = await reseal(engine, Vault(keys))
            return [*_told(done), "The other keys can now be taken out of ENCRYPTION_KEY."]
        path = key_file(settings.database_url)
        keys = read_keys(path)
        if len(keys) == 1 and not drop_old:
            keys = [os.urandom(KEY_BYTES), *keys]
            write_keys(path, keys)
        done = await reseal(engine, Vault(keys))
        if drop_old:
            write_keys(path, keys[:1])
            return [*_told(done), f"{path} now holds one key; back it up."]
        return [*_told(done), f"{path} holds the old key too; `rotate-key --drop-old` takes it out."]
    finally:
        await engine.dispose()


async def _refuse_if_unknown_to_the_bot(memory: Memory, keys: Sequence[bytes]) -> None:
    known = await memory.recall(STARTED_WITH)
    if isinstance(known, list) and Vault(keys).key_names[0] not in known:
        raise StoreError(
            "the bot was last started without the first key of ENCRYPTION_KEY: restart it with the new list first, so "
            "that it can open what is sealed again"
        )


def _told(done: Rotation) -> list[str]:
    lines = [f"{done.resealed} links sealed again under the first key, {done.current} were already."]
    if done.unreadable:
        lines.append(f"{done.unreadable} links open with no key at hand; their owners will be asked to link again.")
    return lines
