"""What can be wrong with the database or the encryption key."""

from __future__ import annotations

from enum import Enum, auto


class StoreError(Exception):
    """The database cannot be used as it is; the message is one line for the operator."""


class AddressError(StoreError):
    """What names a database cannot be used; it is called as its operator knows it, and nothing of it is quoted."""

    def __init__(self, words: str, *, called: str = "DATABASE_URL") -> None:
        super().__init__(f"{called} {words}")
        self.words = words


class KeyMaterialError(StoreError):
    """The encryption key is missing, malformed or unreadable."""


class Cause(Enum):
    """Why the database failed, as far as that makes a difference to whoever waits for it."""

    OTHER = auto()
    HELD = auto()
    """Another program holds what is needed."""
    CROWDED = auto()
    """Every connection is in use."""
    AWAY = auto()
    """It does not answer, as while it starts anew."""
    FULL = auto()
    """There is no room on its disk."""
    READ_ONLY = auto()
    """It takes no writes, as a replica."""
    REFUSED = auto()
    """It does not let the bot in, or not at what is needed."""


class DatabaseFailed(Exception):
    """The database failed at work: it is locked, full, damaged or away; no statement and no value is told."""

    def __init__(self, words: str, *, cause: Cause = Cause.OTHER) -> None:
        super().__init__(words)
        self.cause = cause


class DatabaseUnusable(DatabaseFailed):
    """It failed for a reason outside this program: the disk, the file, the server, or another program that holds it."""


class DatabaseBusy(DatabaseUnusable):
    """Somebody else held the database, or it did not answer, for longer than anybody is to wait; it passes."""


class DatabaseInDoubt(DatabaseUnusable):
    """It did not answer while a transaction was on its way there; it may have arrived, or may yet."""
