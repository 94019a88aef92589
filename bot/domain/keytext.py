"""Finding a panel key in what was pasted: without quotes, labels and characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata

_CLIENT = re.compile(r"(?:ptlc|pacc)_[A-Za-z0-9]{11,123}")
_CLIENT_PREFIXES = ("ptlc_", "pacc_")
_APPLICATION_PREFIXES = ("ptla_", "papp_", "peli_")
_BARE = re.compile(r"[A-Za-z0-9_]{16,128}")
"""A key without one of the known prefixes, as another version of a panel may have."""
_WHOLE = 48
"""Characters of a key on both panels, prefix included: what a line break cut is put together up to this length."""
_BETWEEN = re.compile(r"[\s:=]+")
_AROUND = "`'\"´“”„‟‘’‚‛«»‹›<>()[]{}*|~_,;.!?…\\/"
_LABELS = {"authorization", "bearer", "key", "token", "api", "apikey", "client"}
_UNSEEN = {0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0}
"""Characters that are drawn as nothing although Unicode calls them letters, marks or symbols."""


def client_keys_in(text: str) -> list[str]:
    """Return what may be a client API key in a pasted text, each once; more than one if it is not clear which."""
    words = _words(text)
    found = [word for word in words if _CLIENT.fullmatch(word)]
    # One that a line break or a blank cut is whole when it has the length of a whole one.
    cut = _put_together(words)
    if cut is not None:
        found = [cut]
    if not found and not application_key_in(text):
        rest = [word for word in words if word.lower() not in _LABELS]
        found = [word for word in rest if len(rest) == 1 and _BARE.fullmatch(word) and not _is_cut(word)]
    return list(dict.fromkeys(found))


def application_key_in(text: str) -> bool:
    """Tell whether an application API key, or the beginning of one, is in a pasted text."""
    return any(word.startswith(_APPLICATION_PREFIXES) for word in _words(text))


def seen(text: str) -> str:
    """Return a text without the characters that nobody sees."""
    return "".join(character for character in text if not _is_unseen(character))


def _is_cut(word: str) -> bool:
    return word.startswith(_CLIENT_PREFIXES)


def _put_together(words: list[str]) -> str | None:
    """Return the key that the last two or three words are the pieces of, if they are."""
    for pieces in (words[-2:], words[-3:]):
        whole = "".join(pieces)
        if len(pieces) > 1 and _is_cut(pieces[0]) and len(whole) == _WHOLE and _CLIENT.fullmatch(whole):
            return whole
    return None


def _words(text: str) -> list[str]:
    """Return the words of a text as they are seen, without what is put around them."""
    return [word for piece in _BETWEEN.split(seen(text)) if (word := piece.strip(_AROUND))]


def _is_unseen(character: str) -> bool:
    if character.isspace():
        return False
    point = ord(character)
    variation = 0xFE00 <= point <= 0xFE0F or 0x180B <= point <= 0x180F or 0xE0100 <= point <= 0xE01EF
    return variation or point in _UNSEEN or unicodedata.category(character) in ("Cf", "Cc", "Cs", "Co", "Cn")
