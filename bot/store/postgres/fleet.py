"""Everything that the processes of one bot ask each other by way of their database."""

from __future__ import annotations

from bot.observer import UNOBSERVED, Observer
from bot.store.postgres.aside import Aside
from bot.store.postgres.claims import Claims
from bot.store.postgres.exclusion import Exclusion
from bot.store.postgres.identity import ME
from bot.store.postgres.line import Line
from bot.store.postgres.marks import Marks
from bot.store.postgres.starts import Starts
from bot.store.postgres.texts import Texts
from bot.store.vault import Vault


class PostgresFleet:
    """Three connections: one for what is asked often, one that holds locks, one that listens."""

    def __init__(self, url: str, vault: Vault, *, me: str = ME, observer: Observer = UNOBSERVED) -> None:
        self._line = Line(url, observer=observer)
        self.aside = Aside(self._line)
        self.claims = Claims(self._line, self.aside, vault, me=me)
        self.marks = Marks(self._line, vault)
        self.starts = Starts(self._line)
        self.texts = Texts(self._line, vault)
        self.exclusion = Exclusion(url, vault, me=me, observer=observer)
        self.news = self.exclusion.news
        self.news.when_asked = self.aside.tell

    async def close(self) -> None:
        """Hear no more, finish what is asked, and let go of everything."""
        await self.news.close()
        await self.aside.close()
        await self._line.close()
        await self.exclusion.line.close()
