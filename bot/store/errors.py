"""What can be wrong with the database or the encryption key."""


class StoreError(Exception):
    """The database cannot be used as it is; the message is one line for the operator."""


class KeyMaterialError(StoreError):
    """The encryption key is missing, malformed or unreadable."""


class DatabaseFailed(Exception):
    """SQLite failed at work on an open database: it is locked, full or damaged; no statement and no value is told."""
