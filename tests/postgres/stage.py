"""The bot on a stage whose database is one of a PostgreSQL server."""

from __future__ import annotations

from typing import ClassVar

from pydantic import SecretStr

from bot.settings import Settings
from tests.stage import Stage

KEY = "QmVydGggdGVzdHMgd2l0aCB0aGlzIGtleSBvbmx5ISE="
"""32 bytes, for there is no folder beside the database to make a key in."""


class OnServer(Stage):
    """A stage with a database of a server."""

    url: ClassVar[str]

    @property
    def settings(self) -> Settings:
        """The settings the bot is built with; nothing of the machine's own."""
        return super().settings.model_copy(update={"database_url": self.url, "encryption_key": SecretStr(KEY)})


def stage_on(url: str) -> type[OnServer]:
    """Return the kind of stage whose database is this one."""
    return type("OnThisServer", (OnServer,), {"url": url})
