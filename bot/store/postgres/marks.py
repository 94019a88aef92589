"""What was done lately and is not to be done again for a while, over all processes."""

from __future__ import annotations

import secrets

from cachetools import TTLCache

from bot.store.postgres.line import Line
from bot.store.telling import written_or_told
from bot.store.vault import Vault

# One that stands for much longer than from now is of a clock that was set back since, as by a failover. A clock that is
# only put right by a second or two lets no second press in.
_PUT = """
    INSERT INTO marks (what, token, until) VALUES ($1, $2, berth_now() + $3::double precision)
    ON CONFLICT (what) DO UPDATE SET token = excluded.token, until = excluded.until
    WHERE marks.until <= berth_now() OR marks.token = excluded.token
        OR marks.until > berth_now() + $3::double precision + 30
    RETURNING 1
"""
_UNTIL = "SELECT until FROM marks WHERE what = $1"
_KNOWN, _STANDS = 10_000, 900.0
"""Marks that a process knows for its own, and seconds for which one stands at most."""
_REMOVE = "DELETE FROM marks WHERE what = ANY($1::text[])"


class Marks:
    """Marks of what was done, kept under a name from which nobody reads whose they are.

    While the encryption key is changed, process by process, a mark is put under a name by each key at hand: any two
    have one in common.
    """

    def __init__(self, line: Line, vault: Vault) -> None:
        self._line = line
        self._vault = vault
        self._standing: TTLCache[str, int] = TTLCache(_KNOWN, _STANDS)
        self._void: TTLCache[str, int] = TTLCache(_KNOWN, _STANDS)
        """The token of what was not done in the end: a mark that stands all the same is in nobody's way here."""

    async def put(self, what: str, seconds: float) -> float | None:
        """Put a mark for so many seconds and return None; where there is one, the Unix time until which it stands."""
        token = self._void.pop(what, None) or secrets.randbits(62)
        heard = False
        try:
            until = await self._put(self._names(what), token, seconds)
            heard = True
        finally:
            if not heard:
                # It may have been put: the answer alone was lost.
                self._void[what] = token
        if until is None:
            self._standing[what] = token
        return until

    async def _put(self, names: list[str], token: int, seconds: float) -> float | None:
        nothing_done = "I note down what I do before I do it, so I did nothing."
        with written_or_told(nothing_done, in_doubt=nothing_done):
            for number, name in enumerate(names):
                if not await self._line.ask(_PUT, (name, token, seconds), again=True):
                    until = await self._line.ask(_UNTIL, (name,), again=True)
                    await self._take_away(names[:number])
                    return float(until[0][0]) if until else 0.0
        return None

    async def remove(self, what: str) -> None:
        """Take a mark away again; never raises."""
        if (token := self._standing.pop(what, None)) is not None:
            self._void[what] = token
        await self._take_away(self._names(what))

    async def _take_away(self, names: list[str]) -> None:
        if names:
            await self._line.quietly(_REMOVE, (names,))

    def _names(self, what: str) -> list[str]:
        return [by_key.hex()[:40] for by_key in self._vault.pseudonyms(f"mark {what}")]
