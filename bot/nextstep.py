"""What a person does next after an error: as data on the error, of which the presentation makes a button."""

from __future__ import annotations

from enum import Enum, auto


class NextStep(Enum):
    """What an error advises to do, as far as a button can do it."""

    TRY_AGAIN = auto()
    """The same once more, where that only reads; after a change, look first."""
    ALLOCATIONS = auto()
    """The allocations of the server it was about."""
    SERVERS = auto()
    LINK = auto()
    """The panel's page for keys, and the form."""
    KEYS = auto()
    """The same, to look after a key that is there."""
    ACCOUNT = auto()
    CHANGES = auto()
    """The record of one's own changes."""
    WAIT = auto()
    """Nothing to press: the answer to something else is on its way."""
