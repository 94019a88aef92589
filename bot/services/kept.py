"""Texts that wait for their writer to choose: the one thing that does not fit into a custom_id."""

from __future__ import annotations

import secrets

from cachetools import TTLCache

from bot.domain.together import NEWEST_TEXTS
from bot.errors import NotLinked, TextForgotten
from bot.services.ports import Links
from bot.services.together.fleet import Texts

TEXTS = 5_000
KEPT = 900.0
"""Seconds for which a text waits; the error that tells it is gone names them as minutes."""
DRAFT_KEPT = 3_600.0
"""Seconds for which a text waits that was filled into a form and could not be saved at once."""


class KeptTexts:
    """Keeps texts by person and token, for a while; nobody gets another's.

    They are in memory, and where there are other processes these can ask for them.
    """

    def __init__(self, links: Links, elsewhere: Texts, *, kind: str = "text", seconds: float = KEPT) -> None:
        self._links = links
        self._elsewhere = elsewhere
        self._kind = kind
        self._seconds = seconds
        self._texts: TTLCache[tuple[int, str], str] = TTLCache(TEXTS, seconds)

    async def keep(self, user_id: int, text: str) -> str:
        """Keep a text and return the token that leads to it, in whichever process."""
        token = secrets.token_hex(4)
        for key in self._of(user_id)[: -(NEWEST_TEXTS - 1)]:
            self._texts.pop(key, None)
        self._texts[user_id, token] = text
        await self._elsewhere.keep(user_id, f"{self._kind} {token}", text, self._seconds)
        return token

    def forget(self, user_id: int) -> None:
        """Forget a person's texts, who has unlinked; where there are other processes, theirs go with the link."""
        for key in self._of(user_id):
            self._texts.pop(key, None)

    def _of(self, user_id: int) -> list[tuple[int, str]]:
        """Return under what a person's texts are kept, the oldest first."""
        return [key for key in self._texts if key[0] == user_id]

    async def of(self, user_id: int, token: str) -> str:
        """Return the text; raise TextForgotten, NotLinked after an unlink, or OwnDatabaseUnreadable."""
        here = self._texts.get((user_id, token))
        text = await self._elsewhere.of(user_id, f"{self._kind} {token}") if here is None else here
        if text is None:
            raise NotLinked if await self._links.get(user_id) is None else TextForgotten
        return text
