"""A stage whose token looks like a real one, with debug logging on, and a game that can be asked."""

from __future__ import annotations

from bot.demo.games.datagrams import LOOPBACK
from bot.front.client import Bot
from bot.net.bounded import Connector, Datagrams, Stream
from bot.settings import Settings
from tests.e2e.trouble import TroubledStage
from tests.security.keys import TOKEN

ASKED = "93.184.215.14"
"""The address of a game that answers; what is of this machine alone is not asked."""


class _Game(Connector):
    """Leads to one game of this machine."""

    port = 0

    async def stream(self, address: str, port: int) -> Stream:
        """Open a connection to it."""
        return await super().stream(LOOPBACK, self.port)

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """Return what sends to it."""
        return await super().datagrams(LOOPBACK, self.port)


class SecretStage(TroubledStage):
    """A stage whose token looks like one."""

    game: _Game

    async def build(self) -> Bot:
        """Return a bot whose games are of this machine."""
        self.way = self.game = _Game()
        return await super().build()

    @property
    def settings(self) -> Settings:
        """The settings, with debug logging on."""
        return super().settings.model_copy(
            update={"discord_token": Settings.model_validate(self._secrets()).discord_token, "log_level": "DEBUG"}
        )

    def _secrets(self) -> dict[str, str]:
        return {"discord_token": TOKEN, "panel_url": self.panel.url}
