"""A pooler before the PostgreSQL server: one that keeps a session for its client will do, and no other."""

from __future__ import annotations

from tests.postgres.pooler import pooler_before
from tests.postgres.server import Server
from tests.process.commands import KEY, ran
from tests.process.harbour import Harbour


async def test_a_pooler_that_pools_by_transaction_is_refused_by_a_line_that_says_what_to_set(
    harbour: Harbour, postgres: Server
) -> None:
    name = postgres.fresh().rpartition("/")[2]
    with pooler_before(postgres, "transaction") as port:
        ended = await ran(harbour, DATABASE_URL=postgres.url(name, port=port))
        checked = await ran(harbour, "check", DATABASE_URL=postgres.url(name, port=port))
    line = (
        f"{name} at 127.0.0.1:{port} is a pooler that keeps no session for its client, so that locks and news would be "
        "lost: set pool_mode = session there (that is PgBouncer's name for it), or let DATABASE_URL lead to the server "
        "itself"
    )

    assert ended == (2, f"berth: {line}")
    assert checked[0] == 2
    assert f"FAILED database: {line}" in checked[1].splitlines()


async def test_by_way_of_a_pooler_that_keeps_sessions_a_change_is_made_and_known(
    harbour: Harbour, postgres: Server
) -> None:
    name = postgres.fresh().rpartition("/")[2]
    with pooler_before(postgres, "session") as port:
        url = postgres.url(name, port=port)
        checked = await ran(harbour, "check", DATABASE_URL=url)
        async with harbour.bot(DATABASE_URL=url, ENCRYPTION_KEY=KEY) as bot:
            await bot.until_line("Ready as", within=40)
            member = await harbour.linked()
            answer = await harbour.annotate(member, "atlas")
            told = await answer.wait_for_answer()

    assert f"ok     database: opens: {name} at 127.0.0.1:{port}" in checked[1]
    assert "✅" in told.text
    assert harbour.notes(member) == "atlas"
