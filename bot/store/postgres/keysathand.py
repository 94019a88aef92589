"""Which encryption keys the running processes have at hand: told by shared locks, which end with the process."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import AsyncConnection

from bot.store.database import Database
from bot.store.postgres.line import Row, fetched

_KEYS = 1112888425
"""What distinguishes the locks of keys from all others."""
_ONE_AT_A_TIME = 1112888426
"""What distinguishes the lock of who joins the running processes."""
_IN_TURN = "SELECT pg_advisory_xact_lock($1)"
_TELL = "SELECT pg_advisory_lock_shared($1, number) FROM unnest($2::integer[]) AS number"
_WITHOUT = """
    SELECT count(*) AS processes FROM (
        SELECT pid FROM pg_locks
        WHERE locktype = 'advisory' AND classid = {kind}::bigint::oid AND objsubid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        GROUP BY pid HAVING NOT bool_or(objid = ANY({names}::bigint[]::oid[]))) AS without_any
"""


async def tell(connection: AsyncConnection[Row], names: Sequence[str]) -> None:
    """Tell that the keys of these names are at hand, for as long as the connection lasts; raise psycopg.Error."""
    numbers = [int.from_bytes(bytes.fromhex(name), signed=True) for name in names]
    await fetched(connection, _TELL, (_KEYS, numbers))


async def join(connection: AsyncConnection[Row], names: Sequence[str]) -> int:
    """Tell so unless running processes have none of these keys; return how many these are, raise psycopg.Error.

    One process at a time looks and tells: of two that start at the same moment the second finds the first.
    """
    async with connection.transaction():
        await fetched(connection, _IN_TURN, (_ONE_AT_A_TIME,))
        without = _WITHOUT.format(kind="$1", names="$2")
        [(count,)] = await fetched(connection, without, (_KEYS, [int(name, 16) for name in names]))
        if not count:
            await tell(connection, names)
    return int(count)


async def processes_without(database: Database, names: Sequence[str]) -> int:
    """Return how many running processes have none of the keys of these names; raise DatabaseFailed."""
    row = await database.row(_WITHOUT.format(kind="?", names="?"), (_KEYS, [int(name, 16) for name in names]))
    return int(row["processes"])
