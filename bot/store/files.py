"""The files of the database: made for their user alone, before SQLite opens them, and kept by the disk."""

from __future__ import annotations

import errno
import os
import shlex
import stat
from pathlib import Path

from bot.store.errors import StoreError

ON_THIS_MACHINE = (
    ", which is on this machine's side: let the bot's user write the file and its folder, or name another place in "
    "DATABASE_URL, and start again"
)
"""What whoever runs the bot does about a database file, or one beside it, that takes no writes."""


def make_private_file(path: Path) -> None:
    """Make the folder (0700) and the file (0600) where they are missing; raise StoreError if it cannot be written."""
    try:
        _make_private(path.parent)
        if not path.exists():
            # Made before SQLite opens it, so that it and the WAL beside it are never readable to others. One that is
            # there is left alone: to close it here would end SQLite's own locks on it in this process.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise _refused(path)
    except OSError as problem:
        raise StoreError(f"the database file {path} cannot be written: {problem.strerror}{ON_THIS_MACHINE}") from None


def look_at_file(path: Path) -> None:
    """Raise StoreError if the file, or where it is to be made, cannot be written; nothing is made or changed."""
    there = next(place for place in (path, *path.parents) if place.exists())
    needed = os.R_OK | os.W_OK
    try:
        if there == path and path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if there != path and not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        for place in {there, path.parent if there == path else there}:
            if not os.access(place, needed | os.X_OK if place.is_dir() else needed):
                refused = _refused(place)
                raise OSError(refused.errno, f"{refused.strerror} at {place}")
    except OSError as problem:
        raise StoreError(f"the database file {path} cannot be written: {problem.strerror}{ON_THIS_MACHINE}") from None


def open_to_others(path: Path) -> str | None:
    """Return a sentence if other users of this machine may read or change a file, else None."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None
    if not mode & 0o077:
        return None
    return f"other users of this machine may use {path} (mode {mode:04o}): run chmod 600 {shlex.quote(str(path))}"


def write_through(path: Path) -> None:
    """Have the disk keep what is in a file, or which names are in a folder, before anything relies on it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refused(path: Path) -> OSError:
    """Return why a file that is there may not be written: the user, or the whole disk."""
    code = errno.EROFS if os.statvfs(path).f_flag & os.ST_RDONLY else errno.EACCES
    return OSError(code, os.strerror(code))


def _make_private(folder: Path) -> None:
    """Make a folder and those above it where they are missing, for this user alone whatever the umask."""
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
