"""Where the encryption keys come from: the setting, or a file beside the database."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.store.address import folder_of
from bot.store.errors import KeyMaterialError
from bot.store.files import write_through
from bot.store.vault import KEY_BYTES

log = logging.getLogger(__name__)
FILE_NAME = "encryption.key"
_FRESH = ".new"
"""What the name of a key file in the making ends with."""
_MAKE_ONE = 'make one with: python3 -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'


def parse_keys(text: str) -> list[bytes]:
    """Return the keys of a comma-separated list, newest first; raise KeyMaterialError if one is malformed."""
    keys = []
    for part in text.replace("\n", ",").split(","):
        if not part.strip():
            continue
        try:
            key = base64.b64decode(part.strip(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyMaterialError(f"ENCRYPTION_KEY is not 32 bytes in URL-safe base64; {_MAKE_ONE}")
        keys.append(key)
    if not keys:
        raise KeyMaterialError("ENCRYPTION_KEY is set but empty")
    return keys


def key_file(database_url: str) -> Path:
    """Return the key file that belongs to a database; raise KeyMaterialError if that is not a file."""
    folder = folder_of(database_url)
    if folder is None:
        raise KeyMaterialError(
            "ENCRYPTION_KEY or ENCRYPTION_KEY_FILE must be set when the database is not a file. Where it was moved "
            f"from one, its keys are in the file {FILE_NAME} beside that; else {_MAKE_ONE}"
        )
    return folder / FILE_NAME


def load_or_create(path: Path) -> list[bytes]:
    """Return the keys of this key file; make it (mode 0600) where there is none.

    Of several processes that find none, one makes it and all return what is in it.
    """
    if not path.exists() and _put(path, [os.urandom(KEY_BYTES)], instead=False):
        log.warning("ENCRYPTION_KEY is not set: made a key in %s. Back it up; without it every link is lost.", path)
    return read_keys(path)


def read_keys(path: Path) -> list[bytes]:
    """Return the keys of a key file, newest first."""
    try:
        return parse_keys(path.read_text())
    except OSError as problem:
        raise KeyMaterialError(f"the key file {path} cannot be read: {problem.strerror}") from problem
    except (KeyMaterialError, UnicodeDecodeError):
        raise KeyMaterialError(
            f"the key file {path} is damaged: restore it from your backup, or move it away and let everybody link again"
        ) from None


def write_keys(path: Path, keys: Sequence[bytes]) -> None:
    """Replace the key file (mode 0600) in one step, so that a crash leaves the old or the new one, never half."""
    _put(path, keys, instead=True)


def _put(path: Path, keys: Sequence[bytes], *, instead: bool) -> bool:
    """Have the whole file appear at once, on the disk before this returns.

    `instead` of one that is there, else only where none is; False if there was one. Raises KeyMaterialError.
    """
    try:
        if instead:
            # What a rotation left that was killed in the middle holds the keys of then, which are to be gone one day.
            for left in path.parent.glob(f"{path.stem}.*{_FRESH}"):
                left.unlink(missing_ok=True)
        # Not named after the process: in a container everyone has the same number, beside another one too.
        descriptor, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=_FRESH, dir=path.parent)
        fresh = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"".join(base64.urlsafe_b64encode(key) + b"\n" for key in keys))
                file.flush()
                os.fsync(file.fileno())
            if instead:
                if os.geteuid() == 0 and path.exists():
                    # Run by root, it is the bot's all the same.
                    os.chown(fresh, path.stat().st_uid, path.stat().st_gid)
                fresh.rename(path)
            else:
                os.link(fresh, path)
        except FileExistsError:
            return False
        finally:
            fresh.unlink(missing_ok=True)
            write_through(path.parent)
    except OSError as problem:
        raise KeyMaterialError(f"the key file {path} cannot be written: {problem.strerror}") from problem
    return True


class WatchedKeyFile:
    """Tells the keys again when the file was replaced, as by a rotation while the bot runs.

    Made before the keys are first read: what is replaced after that is noticed, be it in the same moment.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._stamp()

    def __call__(self) -> list[bytes] | None:
        """Return the keys if the file changed since last asked, else None."""
        stamp = self._stamp()
        if stamp is None or stamp == self._seen:
            return None
        try:
            keys = read_keys(self._path)
        except KeyMaterialError as problem:
            log.error("The key file changed but cannot be used, going on with the old keys: %s", problem)
            return None
        self._seen = stamp
        log.info("The key file changed: following it")
        return keys

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
