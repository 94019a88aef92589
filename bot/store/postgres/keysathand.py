"""Which encryption keys the running processes have at hand: told by shared locks, which end with the process."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.database import Database

_KEYS = 1112888425
"""What distinguishes the locks of keys from all others."""
TELL = "SELECT pg_advisory_lock_shared($1, number) FROM unnest($2::integer[]) AS number"
_WITHOUT = """
    SELECT count(*) AS processes FROM (
        SELECT pid FROM pg_locks
        WHERE locktype = 'advisory' AND classid = ?::bigint::oid AND objsubid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        GROUP BY pid HAVING NOT bool_or(objid = ANY(?::bigint[]::oid[]))) AS without_any
"""


def told(names: Sequence[str]) -> tuple[int, list[int]]:
    """Return what TELL is given to tell of the keys of these names."""
    return _KEYS, [int.from_bytes(bytes.fromhex(name), signed=True) for name in names]


async def processes_without(database: Database, names: Sequence[str]) -> int:
    """Return how many running processes have none of the keys of these names; raise DatabaseFailed."""
    row = await database.row(_WITHOUT, (_KEYS, [int(name, 16) for name in names]))
    return int(row["processes"])
