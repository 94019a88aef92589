"""What the processes of one bot know of each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

NEWEST_TEXTS = 20
"""Texts of one person, who is asked about them yet, that are kept at most: so nobody's drive out another's."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether an interaction is this process's to answer, and what its person does over all processes."""

    mine: bool
    """False where another process has it: then nothing is done and nothing is said."""
    lately: int = 0
    """Actions this person began within ten seconds, this one included; 0 where this process knows that by itself."""
    elsewhere: int = 0
    """Actions of this person under way in other processes."""
    sure: bool = True
    """False where no process can claim anything: whoever Discord lets answer first has it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Whether a new session with Discord may be begun now."""

    wait: float
    """Seconds until it is worth asking again; 0 where it is taken, to be used at once."""
    others: int = 0
    """New sessions that other processes have begun since this one began its last."""


class Memory(Protocol):
    """What a process holds in memory of what others can change."""

    def link_changed(self, user_id: int) -> None:
        """Take note that another process, or an operator, wrote this person's link anew for the same account."""

    def link_replaced(self, user_id: int) -> None:
        """Take note that this person linked another key."""

    def link_deleted(self, user_id: int) -> None:
        """Take note that this person unlinked."""

    def server_changed(self, server: str) -> None:
        """Take note that a server was changed."""

    def plan_stopped(self, user_id: int, number: int) -> None:
        """Take note that this person stopped a plan of theirs, which this process may be carrying out."""

    def out_of_touch(self) -> None:
        """Believe nothing that is in memory, nor what is read from now on a moment later: nobody tells what changes."""

    async def in_touch(self) -> None:
        """Begin to believe what is read again; look at what was lent before."""
