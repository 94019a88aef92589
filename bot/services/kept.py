"""Texts that wait in memory for their writer to choose: the one thing that does not fit into a custom_id."""

from __future__ import annotations

import secrets

from cachetools import TTLCache

from bot.errors import TextForgotten

TEXTS = 5_000
KEPT = 900.0
"""Seconds for which a text waits; the error that tells it is gone names them as minutes."""


class KeptTexts:
    """Keeps texts by person and token, for a quarter of an hour; nobody gets another's."""

    def __init__(self) -> None:
        self._texts: TTLCache[tuple[int, str], str] = TTLCache(TEXTS, KEPT)

    def keep(self, user_id: int, text: str) -> str:
        """Keep a text and return the token that leads to it."""
        token = secrets.token_hex(4)
        self._texts[user_id, token] = text
        return token

    def of(self, user_id: int, token: str) -> str:
        """Return the text; raise TextForgotten."""
        try:
            return self._texts[user_id, token]
        except KeyError:
            raise TextForgotten from None
