"""Authenticated encryption of panel keys, bound to their owner (AES-256-GCM from `cryptography`).

Sealed form: one version byte, four bytes naming the encryption key, a 12-byte nonce, the ciphertext with its tag.
The Discord user and the panel are associated data: a row copied to another user, or a database carried to another
panel, does not decrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.domain.models import ApiKey

_VERSION = b"\x01"
_NONCE = 12
KEY_BYTES = 32


class Unsealable(Exception):
    """No encryption key at hand opens this row for this owner."""


class Vault:
    """Seals with the first encryption key and opens with any of them, which is what makes rotation possible.

    `reload` returns the keys anew if they changed since it was last asked, else None: so a running bot follows a
    rotation that another process makes.
    """

    def __init__(self, keys: Sequence[bytes], *, reload: Callable[[], Sequence[bytes] | None] | None = None) -> None:
        self._reload = reload
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise ValueError("a vault needs at least one key of 32 bytes")
        self._ciphers = {key_name(key): AESGCM(key) for key in keys}
        self._current = key_name(keys[0])
        self._naming = [_naming_key(key) for key in reversed(keys)]

    def _follow(self) -> None:
        changed = self._reload() if self._reload else None
        if changed:
            self._take(changed)

    def seal(self, key: ApiKey, *, owner: int, panel: str) -> bytes:
        """Return the panel key encrypted for this owner and panel."""
        return self._sealed(key.reveal(), _bound_to(owner, panel))

    def open(self, sealed: bytes, *, owner: int, panel: str) -> ApiKey:
        """Return the panel key; raise Unsealable if it is not this owner's or no key at hand fits."""
        return ApiKey(self._opened(sealed, _bound_to(owner, panel)))

    def seal_text(self, text: str, *, owner: int, token: str) -> bytes:
        """Return a text encrypted for its writer and the token that leads to it."""
        return self._sealed(text, f"berth text\0{owner}\0{token}".encode())

    def open_text(self, sealed: bytes, *, owner: int, token: str) -> str:
        """Return the text; raise Unsealable if it is not this writer's or no key at hand fits."""
        return self._opened(sealed, f"berth text\0{owner}\0{token}".encode())

    def _sealed(self, text: str, bound_to: bytes) -> bytes:
        self._follow()
        nonce = os.urandom(_NONCE)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(errors="surrogatepass"), bound_to)
        return _VERSION + self._current + nonce + sealed

    def _opened(self, sealed: bytes, bound_to: bytes) -> str:
        if sealed[1:5] not in self._ciphers:
            self._follow()
        cipher = self._ciphers.get(sealed[1:5])
        if sealed[:1] != _VERSION or cipher is None:
            raise Unsealable
        try:
            return cipher.decrypt(sealed[5:17], sealed[17:], bound_to).decode(errors="surrogatepass")
        except (InvalidTag, ValueError):
            raise Unsealable from None

    def pseudonyms(self, what: str) -> list[bytes]:
        """Return what stands for something of which nobody without the key may guess what it is: by each key.

        The last key's comes first: while a new one is put before it, process by process, all have that one.
        """
        return [hmac.digest(key, what.encode(), "sha256") for key in self._naming]

    @property
    def key_names(self) -> list[str]:
        """The names of the keys at hand, which tell nothing of the keys."""
        return [name.hex() for name in self._ciphers]

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether this was sealed with the first key."""
        return sealed[1:5] == self._current


def key_name(key: bytes) -> bytes:
    """Return four bytes that name an encryption key without telling anything of it."""
    return hashlib.sha256(b"berth key name" + key).digest()[:4]


def _naming_key(key: bytes) -> bytes:
    # Not the key itself, which does one thing only.
    return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=b"berth pseudonyms").derive(key)


def _bound_to(owner: int, panel: str) -> bytes:
    return f"berth link\0{owner}\0{panel}".encode()
