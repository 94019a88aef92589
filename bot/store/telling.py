"""What a person is told when the bot's own database fails; the operator's log has the cause."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import OwnDatabaseFailed, OwnDatabaseSilent, OwnDatabaseUnreadable
from bot.store.errors import DatabaseFailed, DatabaseInDoubt, DatabaseUnusable

log = logging.getLogger(__name__)


@contextmanager
def written_or_told(detail: str, *, in_doubt: str) -> Iterator[None]:
    """Raise OwnDatabaseFailed with this detail, which says what was not done, if the block's writing fails.

    Raises OwnDatabaseSilent with the other, which says what is not known, if it may have succeeded.
    """
    try:
        yield
    except DatabaseInDoubt as problem:
        log.warning("The database does not tell whether it was written: %s", problem)
        raise OwnDatabaseSilent(in_doubt) from None
    except DatabaseFailed as problem:
        known = isinstance(problem, DatabaseUnusable)
        log.warning("The database could not be written: %s", problem, exc_info=None if known else problem)
        raise OwnDatabaseFailed(detail) from None


@contextmanager
def read_or_told() -> Iterator[None]:
    """Raise OwnDatabaseUnreadable if the block's reading fails for a reason outside this program."""
    try:
        yield
    except DatabaseUnusable as problem:
        log.warning("The database could not be read: %s", problem)
        raise OwnDatabaseUnreadable("So I could not look up what I need for this.") from None
