"""What the bot does by itself from time to time, and whoever watches it hears where that ends by a mistake."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.process.harbour import open_harbour
from tests.process.watched.watching import Watcher

_SPOILT = "INSERT INTO intents VALUES (5, 'http://panel.test', 'mine', 'soon', x'00')"


async def test_a_chore_that_ends_by_a_mistake_is_told_and_counted_and_the_others_go_on(
    tmp_path: Path, watcher: Watcher, port: int
) -> None:
    async with open_harbour(tmp_path) as harbour:
        async with harbour.bot():
            await harbour.discord.until_ready()
        with closing(sqlite3.connect(tmp_path / "berth.db")) as database, database:
            database.execute(_SPOILT)  # by another program: the bot writes no moment in words

        async with harbour.bot(METRICS=f"127.0.0.1:{port}", LOG_FORMAT="json") as bot:
            told = json.loads(await bot.until_line("in what is done by itself"))
            await watcher.until_number("berth_bugs_total", 1)
            ready = await watcher.until("/readyz", 200)

    assert told["level"] == "ERROR"
    assert told["message"] == f"Bug {told['reference']} in what is done by itself: tidying"
    assert "TypeError" in told["traceback"]
    assert ready == "ready\n"
