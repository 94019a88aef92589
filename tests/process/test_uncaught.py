"""Errors that nothing catches: each told in the log's own form, with no secret in it, and the process ends as ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.process.harbour import open_harbour
from tests.wire import BotProcess

KEY = "ptlc_" + "s3cret" * 7
SECRET = "s3cret"


async def _failed(folder: Path, **settings: Any) -> tuple[int, BotProcess, str]:
    """Return the exit code, the process and its token, once errors met it everywhere and one ended it."""
    async with open_harbour(folder) as harbour, harbour.bot(fails=KEY, **settings) as bot:
        await harbour.discord.until_ready()
        bot.fail()
        await bot.until_line("Task exception was never retrieved")
        await bot.until_line("RuntimeWarning")
        bot.fail_for_good()
        return await bot.ended(), bot, harbour.discord.token


async def test_what_nothing_catches_is_a_line_an_event_in_json(tmp_path: Path) -> None:
    code, bot, token = await _failed(tmp_path, LOG_FORMAT="json")

    lines = [json.loads(line) for line in bot.lines]
    told = {line["message"].split(" at ")[0].partition("\n")[0]: line for line in lines if "ValueError" in str(line)}
    assert {words: (line["level"], line["logger"]) for words, line in told.items()} == {
        "Bug: an error that nothing catches ends the thread of the test": ("ERROR", "bot.uncaught"),
        "Bug: Exception ignored in: <function _FailsAtItsEnd.__del__": ("ERROR", "bot.uncaught"),
        "Exception in callback _fail()": ("ERROR", "asyncio"),
        "Task exception was never retrieved": ("ERROR", "asyncio"),
        "Bug: an error that nothing catches ends the process": ("CRITICAL", "bot.uncaught"),
    }
    assert all("[hidden]" in line["traceback"] for line in told.values())
    unwritten = next(line for line in lines if line["message"] == "A line of discord could not be written")
    assert "TypeError: %d format" in unwritten["traceback"]
    assert [line["logger"] for line in lines if "RuntimeWarning" in line["message"]] == ["py.warnings"]
    assert code == 1
    assert SECRET not in bot.stderr
    assert token not in bot.stderr


async def test_what_nothing_catches_shows_no_secret_as_text_either(tmp_path: Path) -> None:
    code, bot, token = await _failed(tmp_path)

    assert bot.stderr.count("ValueError: [hidden] [hidden]") == 5
    assert "CRITICAL bot.uncaught: Bug: an error that nothing catches ends the process" in bot.stderr
    assert code == 1
    assert SECRET not in bot.stderr
    assert token not in bot.stderr
