"""What a person does next after an error: as data on the error, of which the presentation makes a button."""

from __future__ import annotations

from enum import Enum, auto


class NextStep(Enum):
    """What an error advises to do, as far as a button can do it."""

    TRY_AGAIN = auto()
    """The same once more, where that only reads; after a change, look first."""
    ALLOCATIONS = auto()
    """The allocations of the server it was about."""
    NAME = auto()
    """The form for the name that the server's players type."""
    SERVERS = auto()
    LINK = auto()
    """The panel's page for keys, and the form."""
    KEYS = auto()
    """The same, to look after a key that is there."""
    KEYS_AGAIN = auto()
    """The panel's page for keys, to make room there, and the same once more."""
    ACCOUNT = auto()
    ACCOUNT_AND_KEYS = auto()
    """What is stored of oneself, and the panel's page for keys, to look after one that is there."""
    PANEL_ACCOUNT = auto()
    """The panel's page of one's account, then the same once more."""
    PANEL_SERVER = auto()
    """The server's own page on the panel."""
    PANEL_SERVER_AGAIN = auto()
    """The same, then the same once more."""
    CHANGES = auto()
    """The record of one's own changes."""
    WAIT = auto()
    """The answer to something else is on its way, and keeps its message; beside it, what the server has."""
    WAIT_FOR_KEY = auto()
    """The same where it is about the key; beside it, what is stored of oneself."""


WAITING = frozenset({NextStep.WAIT, NextStep.WAIT_FOR_KEY})
"""What leaves the message to something else, and is told beside it."""
