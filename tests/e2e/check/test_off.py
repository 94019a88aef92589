"""Switched off, or without its extra: no trace of it, and nothing of it is loaded."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from bot.demo.games import JavaGame
from bot.demo.people import Person
from bot.settings import GivenSettings
from bot.wiring.games import open_games
from tests.e2e.checks import CheckingStage, place
from tests.names import links
from tests.world import SURVIVAL, World


async def test_with_check_off_there_is_no_trace_of_it(
    stage: CheckingStage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await ann.run("allocations list", server=SURVIVAL)
        monkeypatch.setattr(stage, "check", "off")
        await stage.restart()
        await ann.run("allocations list", server=SURVIVAL)

        shown = await ann.choose(str(row))
        pressed = await stage.forge(ann, f"v1:check.ask:{ann.id}:{SURVIVAL}:{row}", on=page)

    assert "Check" not in shown.buttons
    assert "Checking a port is switched off here" in pressed.text
    assert "Support" in links(pressed)
    assert game.asked == []


async def test_with_check_off_neither_help_nor_a_restart_leads_to_it(
    stage: CheckingStage, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "check", "off")
    await stage.restart()
    helped = await ann.run("help")
    listed = await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Restart…")
    restarted = await ann.press("Restart Survival")
    for _ in range(45):
        await stage.pass_time(1.0)
    over = ann.saw(restarted.result)

    assert "✅ It is running again" in over.text
    for seen in (helped, listed, over):
        assert not [label for label in seen.buttons if "Check" in label]
        assert "Check" not in seen.text


WITHOUT = """
import asyncio, sys

class Missing:
    def find_spec(self, name, *_):
        if name.partition(".")[0] in ("mcstatus", "a2s", "asyncio_dgram"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

if sys.argv[1] == "blocked":
    sys.meta_path.insert(0, Missing())

from bot.wiring.games import open_games
from bot.demo import run

class Stage(run._NamedStage):
    @property
    def settings(self):
        return super().settings.model_copy(update={"check": sys.argv[2]})

async def visit():
    async with run.opened(Stage) as (_, stage, people):
        mara = people["Mara"]
        await mara.run("allocations list", server="Survival")
        seen = await mara.choose("play.example.com:25565")
        print("buttons:", *seen.buttons, sep="|")
        print("loaded:", *sorted(name for name in sys.modules if name in (
            "mcstatus", "a2s", "asyncio_dgram", "bot.net.java", "bot.net.source", "bot.net.bedrock")))

asyncio.run(visit())
"""


@pytest.mark.parametrize(
    ("libraries", "setting", "offered"), [("there", "on", True), ("there", "off", False), ("blocked", "on", False)]
)
def test_a_process_without_the_extra_or_with_check_off_works_without_the_control_and_loads_nothing_of_it(
    libraries: str, setting: str, offered: bool
) -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", WITHOUT, libraries, setting], capture_output=True, text=True, timeout=100, check=False
    )

    buttons, loaded = done.stdout.splitlines()[-2:]
    assert done.returncode == 0, done.stderr
    assert ("|Check|" in buttons) is offered
    assert "|Edit notes|" in buttons
    assert bool(loaded.removeprefix("loaded:")) is offered


@pytest.mark.parametrize("said", [True, False])
def test_an_operator_who_asked_for_it_is_told_that_the_extra_is_missing(
    said: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in [name for name in sys.modules if name.startswith("bot.net.") or name.partition(".")[0] == "mcstatus"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcstatus", None)
    asked: dict[str, Any] = {"discord_token": "x" * 30, "panel_url": "https://panel.example.com"}

    games = open_games(GivenSettings(**asked | ({"check": "on"} if said else {})))

    assert games is None
    assert ("CHECK is on, but mcstatus is missing" in caplog.text) is said
