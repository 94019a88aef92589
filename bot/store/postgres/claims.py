"""Who answers an interaction, and what its person does meanwhile, over all processes."""

from __future__ import annotations

import asyncio
import logging

from bot.domain.together import Claim
from bot.errors import OwnDatabaseUnreadable
from bot.store.errors import Cause, DatabaseFailed
from bot.store.postgres.aside import Along, Aside
from bot.store.postgres.line import Line
from bot.store.telling import told
from bot.store.vault import Vault

log = logging.getLogger(__name__)
ASKED_FOR = 0.5
"""Seconds in which other processes tell what is over when they are asked."""
# Actions are counted for ten seconds, and as under way for a minute at most; not those that lie ahead, by a clock that
# was set back since.
_CLAIM = Along(
    """
    WITH claimed AS (
        INSERT INTO claims (interaction, person, owner, at) VALUES ($1, $2, $3, berth_now())
        ON CONFLICT (interaction) DO UPDATE SET owner = excluded.owner WHERE claims.owner = excluded.owner
        RETURNING 1),
    {told}
    SELECT (SELECT count(*) FROM claimed), count(*) FILTER (WHERE abs(at - berth_now()) < 10),
        count(*) FILTER (WHERE owner <> $3 AND NOT over)
    FROM claims WHERE person = ANY($4::bigint[]) AND abs(at - berth_now()) < 60 AND interaction <> $1
""",
    own=4,
)
_ELSEWHERE = """
    SELECT count(*) FROM claims
    WHERE person = ANY($1::bigint[]) AND owner <> $2 AND NOT over AND abs(at - berth_now()) < 60
"""
_LATER = """
    SELECT EXISTS (SELECT FROM claims WHERE person = ANY($1::bigint[]) AND owner <> $2 AND interaction > $3)
"""
_ASK = "SELECT pg_notify('berth', $1)"
# An interaction can be answered for a quarter of an hour: after that it is not sent again.
_TIDY = """
    WITH old AS (DELETE FROM claims WHERE at < berth_now() - 900),
        unasked AS (DELETE FROM texts WHERE until < berth_now())
    DELETE FROM marks WHERE until < berth_now()
"""
_OF_NOBODY = Claim(mine=True, sure=False)


class Claims:
    """Claims each interaction by one statement, which also counts what its person does, and tells by the way."""

    def __init__(self, line: Line, aside: Aside, vault: Vault, *, me: str) -> None:
        self._line = line
        self.aside = aside
        self._vault = vault
        self._me = me

    async def take(self, interaction: int, user_id: int) -> Claim:
        """Claim an interaction; raises OwnDatabaseUnreadable where it cannot be known whose it is."""
        people = self._numbers(user_id)
        try:
            [(mine, lately, elsewhere)] = await self.aside.ask(_CLAIM, (interaction, people[0], self._me, people))
        except DatabaseFailed as problem:
            log.warning("It is not known whose an interaction is: %s", problem)
            if problem.cause is Cause.READ_ONLY:
                # Nobody else can claim it either, and no change is sent that is not written down first.
                return _OF_NOBODY
            nothing_done = "So I cannot tell whether I have this already, and did nothing."
            raise told(OwnDatabaseUnreadable, problem, nothing_done) from None
        return Claim(bool(mine), lately + 1, elsewhere)

    async def elsewhere(self, user_id: int) -> int:
        """Count a person's actions under way in other processes, once these have told what is over."""
        try:
            await self._line.ask(_ASK, (f"{self._me} over",), again=True)
            await asyncio.sleep(ASKED_FOR)
            [(elsewhere,)] = await self._line.ask(_ELSEWHERE, (self._numbers(user_id), self._me), again=True)
        except DatabaseFailed as problem:
            log.warning("It is not known what a person does elsewhere: %s", problem)
            nothing_done = "So I cannot tell what else of yours is under way, and did nothing."
            raise told(OwnDatabaseUnreadable, problem, nothing_done) from None
        return int(elsewhere)

    async def later(self, interaction: int, user_id: int) -> bool:
        """Tell whether this person began something after it in another process; False where that is not known."""
        try:
            [(later,)] = await self._line.ask(_LATER, (self._numbers(user_id), self._me, interaction), again=True)
        except DatabaseFailed as problem:
            log.warning("It is not known what a person does elsewhere: %s", problem)
            return False
        return bool(later)

    def over(self, interaction: int) -> None:
        """Note that it is no longer under way; nobody waits for that."""
        self.aside.over(interaction)

    def _numbers(self, user_id: int) -> list[int]:
        """Return what stands for a person, by each key: first what is written, all are looked for."""
        return [int.from_bytes(by_key[:8], signed=True) for by_key in self._vault.pseudonyms(f"person {user_id}")]

    async def tidy(self) -> None:
        """Forget what is too old to come again; never raises."""
        await self._line.quietly(_TIDY)
