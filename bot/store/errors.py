"""What can be wrong with the database or the encryption key."""


class StoreError(Exception):
    """The database cannot be used as it is; the message is one line for the operator."""


class KeyMaterialError(StoreError):
    """The encryption key is missing, malformed or unreadable."""


class DatabaseFailed(Exception):
    """SQLite failed at work on an open database: it is locked, full or damaged; no statement and no value is told."""


class DatabaseUnusable(DatabaseFailed):
    """It failed for a reason outside this program: the disk, the file, or another program that holds it."""


class DatabaseBusy(DatabaseUnusable):
    """Another program held the database, or the disk did not answer, for longer than anybody is to wait; it passes."""


class DatabaseInDoubt(DatabaseUnusable):
    """The disk did not answer while a transaction was on its way there; it may arrive yet."""
