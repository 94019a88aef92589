"""A place for a file in the making, and the step with which it appears whole under its name."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.store.files import write_through

_PREFIX, _SUFFIX = ".berth-", ".unfinished"
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""How file systems without hard links refuse one: FAT on a stick, some network shares."""


@contextmanager
def unfinished_in(folder: Path) -> Iterator[Path]:
    """Yield a folder in this one, for this user alone, that is gone afterwards with all that is in it.

    What a process left that was killed in the middle is removed first.
    """
    _remove_abandoned(folder)
    place = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_SUFFIX, dir=folder))
    descriptor = os.open(place, os.O_RDONLY)
    try:
        # Until this process ends, however it ends: so the next one knows what is abandoned. Where there are no such
        # locks, as on some network shares, what is abandoned stays.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(descriptor)


def appear(fresh: Path, target: Path) -> None:
    """Have a finished file appear under a name, whole and on the disk; raise FileExistsError if the name is taken."""
    write_through(fresh)
    try:
        os.link(fresh, target)
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        fresh.rename(target)
    write_through(target.parent)


def take_the_place_of(fresh: Path, target: Path) -> None:
    """Put a finished file in the place of another in one step, on the disk before this returns."""
    write_through(fresh)
    fresh.rename(target)
    write_through(target.parent)


def _remove_abandoned(folder: Path) -> None:
    for place in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        try:
            descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:
            continue  # of another user, or no folder of ours
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # still in the making, or nobody can tell
        else:
            shutil.rmtree(place, ignore_errors=True)
        finally:
            os.close(descriptor)
