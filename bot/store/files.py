"""The file of the database: made for its user alone, before SQLite opens it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from bot.store.errors import StoreError


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
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as problem:
        raise StoreError(f"the database file {path} cannot be written: {problem.strerror}") from None


def _make_private(folder: Path) -> None:
    """Make a folder and those above it where they are missing, for this user alone whatever the umask."""
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)
