"""Locks between processes: one bot at a time on a database, one rotation at a time in a folder.

The kernel's own `flock`, which ends with the process however it ends. A library for this makes the same call; what it
adds (Windows, waiting, a fallback to marker files that a crash leaves behind) is not wanted here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.store.address import file_of
from bot.store.errors import StoreError
from bot.store.files import ON_THIS_MACHINE, make_private_file


@contextmanager
def only_bot_on(url: str) -> Iterator[None]:
    """Keep every other bot off this database for the length of the block; one in memory is nobody else's anyway.

    Raises StoreError with one line if another bot runs on it, or if its folder cannot be used.
    """
    path = file_of(url)
    if path is None:
        yield
        return
    make_private_file(path)
    # Of the file itself: two bots may reach it by different links.
    path = path.resolve()
    lock = path.with_name(f"{path.name}.lock")
    try:
        descriptor = _taken(lock)
    except BlockingIOError:
        raise StoreError(
            f"another bot runs on {path}, and with two of them every press would be done twice: stop it first"
        ) from None
    except OSError as problem:
        raise StoreError(f"the lock file {lock} cannot be used: {problem.strerror}{ON_THIS_MACHINE}") from None
    try:
        yield
    finally:
        # While it is still locked: whoever opened it meanwhile finds it gone and makes a new one.
        # Where that fails, as on a disk that may only be read by now, it is left unlocked, which is in nobody's way.
        with suppress(OSError):
            lock.unlink()
        os.close(descriptor)


@contextmanager
def only_rotation_in(folder: Path) -> Iterator[None]:
    """Keep every other rotation away from the key file of this folder for the length of the block."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as problem:
        raise StoreError(f"the folder {folder} cannot be opened: {problem.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another rotate-key is under way in {folder}: wait until it has ended") from None
        yield
    finally:
        os.close(descriptor)


def _taken(lock: Path) -> int:
    """Return the open descriptor of the lock file, locked; raise BlockingIOError if another process has it."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still_there(lock, descriptor):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise
        # Its last holder removed it between the two calls.
        os.close(descriptor)


def _is_still_there(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(lock.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
