"""What a person is told when the bot's own database fails; the operator's log has the cause."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import (
    BotError,
    Overtaken,
    OwnDatabaseFailed,
    OwnDatabaseSilent,
    OwnDatabaseUnreadable,
    UnknownAllocation,
)
from bot.store.errors import Cause, DatabaseFailed, DatabaseInDoubt, DatabaseUnusable

log = logging.getLogger(__name__)
_CAUSES = {
    Cause.HELD: "Another program holds it.",
    Cause.CROWDED: "More is asked of it right now than it answers at once.",
    Cause.AWAY: "It does not answer now; it may be restarting.",
    Cause.FULL: "Its disk is full.",
    Cause.READ_ONLY: "It takes nothing new at the moment, like a replica.",
    Cause.REFUSED: "It does not let me in as I am set up.",
}
_SIDE = "This is on my side, neither on yours nor on {panel}'s."
_ADVICE = {
    Cause.FULL: (f"Tell {{operator}} that its database needs room: until then, trying again does not help. {_SIDE}"),
    Cause.READ_ONLY: (f"Try again in a few minutes; meanwhile lists work. If it lasts, tell {{operator}}. {_SIDE}"),
    Cause.REFUSED: (f"Tell {{operator}} that its database refuses it: until then, trying again does not help. {_SIDE}"),
}
"""What to do, where that is not to try again in a minute."""
_LOOK = (
    "Look at {/account} for what I have now, and do it once more there if that is still needed. If I cannot tell, tell "
    f"{{operator}}. {_SIDE}"
)
_LASTING = (Cause.FULL, Cause.REFUSED)
"""Here no try helps before the operator does something, so none is offered."""


def told(kind: type[BotError], problem: DatabaseFailed, detail: str) -> BotError:
    """Return the error of this kind with why it is so before the detail, where that is known, and what helps then."""
    why = _CAUSES.get(problem.cause)
    error = kind(detail if why is None else f"{why} {detail}", advice=_ADVICE.get(problem.cause))
    if problem.cause in _LASTING:
        error.next_step = UnknownAllocation.next_step
    return error


@contextmanager
def written_or_told(detail: str, *, in_doubt: str, of_person: bool = False) -> Iterator[None]:
    """Raise OwnDatabaseFailed with this detail, which says what was not done, if the block's writing fails.

    Raises OwnDatabaseSilent with the other, which says what is not known, if it may have succeeded; what is stored
    `of_person` is then to be looked at before that is done once more.
    """
    try:
        yield
    except DatabaseInDoubt as problem:
        log.warning("The database does not tell whether it was written: %s", problem)
        silent = OwnDatabaseSilent(in_doubt, advice=_LOOK if of_person else None)
        if of_person:
            silent.next_step = Overtaken.next_step
        raise silent from None
    except DatabaseFailed as problem:
        known = isinstance(problem, DatabaseUnusable)
        log.warning("The database could not be written: %s", problem, exc_info=None if known else problem)
        raise told(OwnDatabaseFailed, problem, detail) from None


@contextmanager
def read_or_told() -> Iterator[None]:
    """Raise OwnDatabaseUnreadable if the block's reading fails for a reason outside this program."""
    try:
        yield
    except DatabaseUnusable as problem:
        log.warning("The database could not be read: %s", problem)
        raise told(OwnDatabaseUnreadable, problem, "So I could not look up what I need for this.") from None
