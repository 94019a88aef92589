"""What a log collector finds by: the reference that a person was told, and the interaction's number."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.jsonlog import RedactingJson
from bot.services.game.power import Course
from bot.watch.numbers import Numbers
from tests.stage import Stage
from tests.world import World


@pytest.mark.expects_bug
async def test_a_bug_is_found_in_the_log_by_the_reference_that_the_person_was_told(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann, numbers = await stage.linked("ann", world.ann), Numbers()

    async def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError(f"with {world.ann} in it")

    monkeypatch.setattr(stage.bot, "observer", numbers)
    monkeypatch.setattr(stage.bot.services.directory, "choose", breaks)
    with caplog.at_level(logging.ERROR):
        seen = await ann.run("allocations list", server="Survival")

    (record,) = [record for record in caplog.records if record.exc_info and record.name == "bot.front.answering"]
    line = json.loads(RedactingJson().format(record))
    assert line["reference"] in seen.text
    assert "\nberth_bugs_total 1.0\n" in numbers.told().decode()
    assert line["interaction"] in line["message"]
    assert "ZeroDivisionError: with [hidden] in it" in line["traceback"]
    assert world.ann not in str(line)


@pytest.mark.expects_bug
@pytest.mark.parametrize(("option", "verb"), [("server", "suggest server"), ("allocation", "suggest port")])
async def test_a_bug_in_a_suggestion_is_counted_and_found_by_its_reference_and_interaction(
    stage: Stage,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    option: str,
    verb: str,
) -> None:
    ann, numbers = await stage.linked("ann", world.ann), Numbers()

    async def breaks(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.bot, "observer", numbers)
    monkeypatch.setattr(stage.bot.services.directory, "suggest_servers", breaks)
    monkeypatch.setattr(stage.bot.services.directory, "suggest_allocations", breaks)
    with caplog.at_level(logging.ERROR):
        assert await ann.suggest("allocations notes", option, "") == {}

    (record,) = [record for record in caplog.records if record.exc_info and record.name == "bot.cogs.suggestions"]
    line = json.loads(RedactingJson().format(record))
    assert line["message"] == f"Bug {line['reference']} while suggesting for interaction {line['interaction']}"
    assert f'berth_interactions_total{{outcome="bug",verb="{verb}"}} 1.0' in numbers.told().decode()
    assert "\nberth_bugs_total 1.0\n" in numbers.told().decode()


@pytest.mark.expects_bug
async def test_a_bug_after_an_answer_is_counted_and_found_by_a_reference(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann, numbers = await stage.linked("ann", world.ann), Numbers()

    follow = stage.bot.services.power.follow

    async def breaks(*asked: Any) -> AsyncIterator[Course]:
        yield await anext(follow(*asked))
        raise ZeroDivisionError

    monkeypatch.setattr(stage.bot, "observer", numbers)
    monkeypatch.setattr(stage.bot.services.power, "follow", breaks)
    await ann.run("allocations list", server="Survival")
    await ann.press("Restart…")
    with caplog.at_level(logging.ERROR):
        await ann.press("Restart Survival")
        await stage.env.advance_time(1)

    (record,) = [record for record in caplog.records if record.exc_info and record.name == "bot.front.work"]
    line = json.loads(RedactingJson().format(record))
    assert line["message"] == f"Bug {line['reference']} in what is done after an answer"
    assert "\nberth_bugs_total 1.0\n" in numbers.told().decode()
