"""Who answers an interaction, and what its person does meanwhile, over all processes."""

from __future__ import annotations

import asyncio
import logging

from bot.domain.together import Claim
from bot.errors import OwnDatabaseUnreadable
from bot.store.errors import Cause, DatabaseFailed
from bot.store.postgres.line import Line
from bot.store.telling import told
from bot.store.vault import Vault

log = logging.getLogger(__name__)
OVER_WITHIN = 5.0
"""Seconds after which other processes know that an action is over, where the next claim does not tell it before."""
ASKED_FOR = 0.5
"""Seconds in which they tell it when they are asked."""
# Actions are counted for ten seconds, and as under way for a minute at most.
_CLAIM = """
    WITH claimed AS (
        INSERT INTO claims (interaction, person, owner, at) VALUES ($1, $2, $3, berth_now())
        ON CONFLICT (interaction) DO UPDATE SET owner = excluded.owner WHERE claims.owner = excluded.owner
        RETURNING 1),
    done AS (UPDATE claims SET over = true WHERE interaction = ANY($4::bigint[]))
    SELECT (SELECT count(*) FROM claimed), count(*) FILTER (WHERE at > berth_now() - 10),
        count(*) FILTER (WHERE owner <> $3 AND NOT over)
    FROM claims WHERE person = ANY($5::bigint[]) AND at > berth_now() - 60 AND interaction <> $1
"""
_ELSEWHERE = """
    SELECT count(*) FROM claims
    WHERE person = ANY($1::bigint[]) AND owner <> $2 AND NOT over AND at > berth_now() - 60
"""
_LATER = """
    SELECT EXISTS (SELECT FROM claims WHERE person = ANY($1::bigint[]) AND owner <> $2 AND interaction > $3)
"""
_ASK = "SELECT pg_notify('berth', $1)"
_OVER = "UPDATE claims SET over = true WHERE interaction = ANY($1::bigint[])"
# An interaction can be answered for a quarter of an hour: after that it is not sent again.
_TIDY = """
    WITH old AS (DELETE FROM claims WHERE at < berth_now() - 900),
        unasked AS (DELETE FROM texts WHERE until < berth_now())
    DELETE FROM marks WHERE until < berth_now()
"""
_OF_NOBODY = Claim(mine=True, sure=False)


class Claims:
    """Claims each interaction by one statement, which also counts what its person does, and tells what is over."""

    def __init__(self, line: Line, vault: Vault, *, me: str) -> None:
        self._line = line
        self._vault = vault
        self._me = me
        self.told_within = OVER_WITHIN
        """Seconds; a simulation of time lets no action wait for this."""
        self._over: list[int] = []
        self._later: asyncio.TimerHandle | None = None
        self._telling: set[asyncio.Task[None]] = set()

    async def take(self, interaction: int, user_id: int) -> Claim:
        """Claim an interaction; raises OwnDatabaseUnreadable where it cannot be known whose it is."""
        over, people = self._taken(), self._numbers(user_id)
        try:
            [(mine, lately, elsewhere)] = await self._line.ask(
                _CLAIM, (interaction, people[0], self._me, over, people), again=True
            )
        except DatabaseFailed as problem:
            self._note(over)
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
        self._note([interaction])

    def tell(self) -> None:
        """Tell now what is over: another process asks."""
        over = self._taken()
        if over:
            task = asyncio.create_task(self._line.quietly(_OVER, (over,)), name="actions over")
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    def _numbers(self, user_id: int) -> list[int]:
        """Return what stands for a person, by each key: first what is written, all are looked for."""
        return [int.from_bytes(by_key[:8], signed=True) for by_key in self._vault.pseudonyms(f"person {user_id}")]

    def _note(self, over: list[int]) -> None:
        self._over += over
        if self._over and self._later is None:
            self._later = asyncio.get_running_loop().call_later(self.told_within, self.tell)

    def _taken(self) -> list[int]:
        """Return what is over and not told yet, for somebody who tells it."""
        if self._later is not None:
            self._later.cancel()
        over, self._over, self._later = self._over, [], None
        return over

    async def close(self) -> None:
        """Tell at once what is over."""
        self.tell()
        if self._telling:
            await asyncio.wait(self._telling)

    async def tidy(self) -> None:
        """Forget what is too old to come again; never raises."""
        await self._line.quietly(_TIDY)
