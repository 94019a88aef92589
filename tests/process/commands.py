"""Commands of the bot that are run to their end."""

from __future__ import annotations

from typing import Any

from tests.process.harbour import Harbour

KEY, NEXT_KEY = "QmVydGggdGVzdHMgd2l0aCB0aGlzIGtleSBvbmx5ISE=", "QmVydGggdGVzdHMgd2l0aCB0aGlzIGtleSB0b28hISE="


async def ran(harbour: Harbour, *command: str, **settings: Any) -> tuple[int, str]:
    """Run a command of the bot to its end; return its exit code and all that it said."""
    async with harbour.bot(*command, **{"ENCRYPTION_KEY": KEY, **settings}) as bot:
        code = await bot.ended()
    return code, "\n".join([*bot.output, *bot.lines])
