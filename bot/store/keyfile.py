"""Where the encryption keys come from: the setting, or a file beside the database."""

from __future__ import annotations

import base64
import binascii
import logging
import os
from pathlib import Path

from bot.store.errors import KeyMaterialError
from bot.store.vault import KEY_BYTES

log = logging.getLogger(__name__)
FILE_NAME = "encryption.key"


def parse_keys(text: str) -> list[bytes]:
    """Return the keys of a comma-separated list, newest first; raise KeyMaterialError if one is malformed."""
    keys = []
    for part in text.replace("\n", ",").split(","):
        if not part.strip():
            continue
        try:
            key = base64.urlsafe_b64decode(part.strip())
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyMaterialError(
                "ENCRYPTION_KEY is not 32 bytes in URL-safe base64; make one with: "
                'python3 -c "import os, base64; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
            )
        keys.append(key)
    if not keys:
        raise KeyMaterialError("ENCRYPTION_KEY is set but empty")
    return keys


def load_or_create(folder: Path) -> list[bytes]:
    """Return the keys of the key file in this folder; make the file (mode 0600) where there is none."""
    path = folder / FILE_NAME
    try:
        if path.exists():
            return parse_keys(path.read_text())
        key = base64.urlsafe_b64encode(os.urandom(KEY_BYTES))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise KeyMaterialError(f"the key file {path} cannot be used: {problem.strerror}") from problem
    log.warning(
        "ENCRYPTION_KEY is not set: made a key in %s. Back it up; without it every link is lost.",
        path,
    )
    return parse_keys(key.decode())
