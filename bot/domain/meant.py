"""Which purposes the notes of a port mean, as people write them: rather none than a wrong one.

The name of a program counts wherever it stands. An everyday word such as "map" counts only where the notes, or the part
of them between two signs, say nothing else: "map 8123" is a web map, "map of the world" is not known to be one.
"""

from __future__ import annotations

import re
import unicodedata

from bot.domain.places import Place, Purpose
from bot.domain.purposes import PROXY, PURPOSES

_ADDRESS = re.compile(r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w.])")
_GLUED = re.compile(r"(?<=[^\W\d_])(?=[0-9]{4,5}(?!\w))")
"""Between a word and a port's number right after it."""
_JOINED = re.compile(r"(?<=\w)[-.:=](?=\w)|[_*`~\"':=]")
"""Signs within a phrase, and those that only mark it."""
_PARTS = re.compile(r"[^\w\s]+|(?<!\S)(?:and|plus|und|et|y|e)(?!\S)")
_Part = tuple[str, ...]
_ANYWHERE = frozenset(
    (
        *("port", "ports", "puerto", "porta", "tcp", "udp", "plugin", "minecraft", "mc", "java"),
        *("for", "für", "pour", "para"),
        *("at", "on", "auf"),
    )
)
"""What may stand beside any everyday word; so may a number of two figures or more."""
_OTHER_GAMES = frozenset(
    (
        *("ark", "rust", "valheim", "palworld", "factorio", "terraria", "satisfactory", "csgo", "cs2", "gmod", "dayz"),
        *("teamspeak", "ts3", "mumble", "fivem", "7dtd", "zomboid", "enshrouded"),
    )
)
"""What the lines here are not for: notes that name one of these name no purpose."""
_NOT = frozenset(
    (
        *("no", "not", "never", "without", "was", "formerly", "instead", "ex"),
        *("kein", "keine", "ohne", "statt"),
        *("sans", "pas", "sin"),
    )
)
"""Before the name of a program: the port is not for it."""
_BETWEEN = frozenset(("for", "of", "the", "a", "an", "longer", "more", "mehr", "de", "für", "pour", "para"))
"""What may stand between one of those and the name."""


def purposes_in(notes: str | None) -> tuple[Purpose, ...]:
    """Return what notes name as a port's purpose, in the order of `PURPOSES`; none where they name nothing known.

    A proxy is named only where nothing else is: beside another purpose it says where that one runs.
    """
    parts = _parts(notes)
    said = {word for part in parts for word in part}
    if said & _OTHER_GAMES:
        return ()
    meant = tuple(purpose for purpose in PURPOSES if not said.intersection(purpose.unless) and _means(parts, purpose))
    return tuple(purpose for purpose in meant if purpose is not PROXY) or meant


def places_in(notes: str | None, purpose: Purpose) -> tuple[Place, ...]:
    """Return where the program takes its port that notes name for a purpose; all its places where they name none."""
    parts = _parts(notes)
    running = tuple(place for place in purpose.places if any(_names(part, place.at) for part in parts))
    named = tuple(place for place in purpose.places if any(_names(part, place.words) for part in parts))
    return running or named or purpose.places


def needing_their_own(notes: str | None) -> tuple[Purpose, ...]:
    """Return the purposes that notes name to which the game's own port cannot be given."""
    return tuple(
        purpose
        for purpose in purposes_in(notes)
        if (places := places_in(notes, purpose)) and not any(place.shares for place in places)
    )


def _parts(notes: str | None) -> list[_Part]:
    """Return the words of notes in lower case, apart where a sign stands between them."""
    text = unicodedata.normalize("NFKC", notes or "").casefold()
    text = _GLUED.sub(" ", _ADDRESS.sub(" ", text))
    return [words for part in _PARTS.split(_JOINED.sub(" ", text)) if (words := tuple(part.split()))]


def _means(parts: list[_Part], purpose: Purpose) -> bool:
    if any(_names(part, purpose.words) for part in parts):
        return True
    if purpose.whole and not all(_is_known(part) for part in parts):
        return False
    return any(_is_only(part, purpose) for part in parts)


def _is_known(part: _Part) -> bool:
    """Tell whether nothing is said in a part but what a port is for."""
    return all(map(_says_nothing, part)) or any(
        _names(part, purpose.words) or _is_only(part, purpose) for purpose in PURPOSES
    )


def _is_only(part: _Part, purpose: Purpose) -> bool:
    """Tell whether a part has an everyday word for a purpose, and nothing of anything else."""
    if not set(part).intersection(purpose.alone):
        return False
    besides = {*purpose.alone, *purpose.beside, *PROXY.alone, *PROXY.words}
    return all(word in besides or _says_nothing(word) for word in part)


def _says_nothing(word: str) -> bool:
    return word in _ANYWHERE or (word.isdecimal() and len(word) > 1)


def _names(part: _Part, phrases: tuple[str, ...]) -> bool:
    """Tell whether one of these phrases stands in a part, and is not denied there."""
    return any(_stands(part, tuple(phrase.split())) for phrase in phrases)


def _stands(part: _Part, phrase: _Part) -> bool:
    size = len(phrase)
    return any(
        part[start : start + size] == phrase and not _is_denied(part[:start]) for start in range(len(part) - size + 1)
    )


def _is_denied(before: _Part) -> bool:
    """Tell whether the words before a name end with a denial, as in "no longer for"."""
    for word in reversed(before):
        if word in _NOT:
            return True
        if word not in _BETWEEN:
            break
    return False
