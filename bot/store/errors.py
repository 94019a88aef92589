"""What can be wrong with the database or the encryption key at start, in one line for the operator."""


class StoreError(Exception):
    """The database cannot be used as it is; the message is one line for the operator."""


class KeyMaterialError(StoreError):
    """The encryption key is missing, malformed or unreadable."""
