"""The log as JSON: the same lines, with fields, and no secret."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.process.harbour import Harbour
from tests.process.visit import meet_every_trouble, secrets_of, use_everything
from tests.process.watched.test_numbers import _visit


async def test_the_log_can_be_json_with_the_interaction_as_a_field_and_no_secret(harbour: Harbour) -> None:
    visit, _ = _visit(harbour)
    async with harbour.bot(LOG_FORMAT="json", LOG_LEVEL="DEBUG") as bot:
        await harbour.discord.until_ready()
        await use_everything(visit)
        await meet_every_trouble(visit)
        bot.terminate()
        assert await bot.ended() == 0

    lines = [json.loads(line) for line in bot.lines]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    refused = [line for line in lines if line["message"].endswith("KeyRejected")]
    assert refused
    assert all(line["interaction"] in line["message"] for line in refused)
    of_one = [(line, re.search(r"nteraction (\d+)", line["message"])) for line in lines]
    named = [(line, found[1]) for line, found in of_one if found]
    assert {line["logger"] for line, _ in named} >= {"bot.front.router", "bot.front.tree", "bot.front.answering"}
    assert [line for line, number in named if line.get("interaction") != number] == []
    assert [secret for secret in secrets_of(visit) if secret in bot.stderr] == []


@pytest.mark.parametrize(
    ("settings", "code", "last"),
    [
        ({"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}, 1, "Discord cannot be reached"),
        ({"CHECK": "perhaps"}, 2, "CHECK "),
        ({"DATABASE_URL": "sqlite:////dev/null/berth.db"}, 2, "the database file /dev/null/berth.db"),
    ],
    ids=["Discord", "setting", "database"],
)
async def test_a_start_that_fails_says_so_in_json_too(
    harbour: Harbour, settings: dict[str, Any], code: int, last: str
) -> None:
    plain = "http://panel.example.test/"
    async with harbour.bot(LOG_FORMAT="json", PANEL_URL=plain, **settings) as bot:
        assert await bot.ended() == code

    lines = [json.loads(line) for line in bot.lines]
    assert lines[-1]["level"] == "CRITICAL"
    assert lines[-1]["message"].startswith(last)
    warned = [line for line in lines if line["message"].startswith("PANEL_URL is plain http")]
    assert [line["level"] for line in warned] == ([] if "CHECK" in settings else ["WARNING"])
