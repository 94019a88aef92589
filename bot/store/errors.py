"""What can be wrong with the database or the encryption key."""


class StoreError(Exception):
    """The database cannot be used as it is; the message is one line for the operator."""


class KeyMaterialError(StoreError):
    """The encryption key is missing, malformed or unreadable."""


class DatabaseFailed(Exception):
    """The database failed at work: it is locked, full, damaged or away; no statement and no value is told."""


class DatabaseUnusable(DatabaseFailed):
    """It failed for a reason outside this program: the disk, the file, the server, or another program that holds it."""


class DatabaseBusy(DatabaseUnusable):
    """Somebody else held the database, or it did not answer, for longer than anybody is to wait; it passes."""


class DatabaseInDoubt(DatabaseUnusable):
    """It did not answer while a transaction was on its way there; it may have arrived, or may yet."""
