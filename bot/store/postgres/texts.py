"""What people typed and are asked about yet, for whichever process gets the answer: sealed, and not for long."""

from __future__ import annotations

import logging

from bot.domain.together import NEWEST_TEXTS
from bot.errors import OwnDatabaseUnreadable
from bot.store.errors import DatabaseFailed
from bot.store.postgres.line import Line
from bot.store.vault import Unsealable, Vault

log = logging.getLogger(__name__)
# Only of who is linked: what is theirs goes with their link, by the server itself.
_KEEP = """
    WITH old AS (
        DELETE FROM texts WHERE user_id = $1
        AND token IN (SELECT token FROM texts WHERE user_id = $1 ORDER BY until DESC OFFSET $5))
    INSERT INTO texts (user_id, token, sealed, until)
    SELECT user_id, $2, $3, berth_now() + $4::double precision FROM links WHERE user_id = $1
    ON CONFLICT (user_id, token) DO NOTHING
"""
_OF = "SELECT sealed FROM texts WHERE user_id = $1 AND token = $2 AND until > berth_now()"


class Texts:
    """Keeps them beside what the processes ask each other, bound to their writer and the token that leads to them."""

    def __init__(self, line: Line, vault: Vault) -> None:
        self._line = line
        self._vault = vault

    async def keep(self, user_id: int, token: str, text: str, seconds: float) -> None:
        """Keep a text under a token for so many seconds; never raises."""
        sealed = self._vault.seal_text(text, owner=user_id, token=token)
        try:
            await self._line.ask(_KEEP, (user_id, token, sealed, seconds, NEWEST_TEXTS - 1), again=True)
        except DatabaseFailed as problem:
            log.warning("What somebody typed is known to this process alone: %s", problem)

    async def of(self, user_id: int, token: str) -> str | None:
        """Return a text of this person, None where there is none; raise OwnDatabaseUnreadable."""
        try:
            found = await self._line.ask(_OF, (user_id, token), again=True)
        except DatabaseFailed as problem:
            log.warning("What somebody typed cannot be read: %s", problem)
            raise OwnDatabaseUnreadable("I keep there what you typed, so I did nothing.") from None
        try:
            return self._vault.open_text(bytes(found[0][0]), owner=user_id, token=token) if found else None
        except Unsealable:
            return None
