"""The other commands: the demo and its tour, the health check, and the help for whoever mistypes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from pathlib import Path

import pytest

from bot.demo.world import demo_world
from bot.operator.health import STALE, is_healthy
from tests.cli.terminal import Terminal

KEY = re.compile(r"\b(?:ptl[ac]|pacc|papp)_[0-9A-Za-z]{12,}")


async def test_the_tour_shows_the_main_job_as_told_and_nobodys_key(terminal: Terminal) -> None:
    said = await terminal.run("demo", "--tour")

    assert said.code == 0, said.out
    assert "all as told" in said.out.splitlines()[-1]
    assert said.err == ""
    assert not KEY.search(said.out)
    assert not [person.key for person in demo_world().people if person.key and person.key in said.out]
    assert terminal.files == set()
    for scene in (
        "Link your panel account first",
        "✅ Linked",
        "✅ Added",
        "Notes of",
        "Primary changed",
        "✅ Deleted",
    ):
        assert scene in said.out
    assert said.out.count("❌") >= 3
    assert "\\" not in said.out


async def test_the_demo_needs_no_settings_prints_its_keys_and_leaves_nothing_behind(terminal: Terminal) -> None:
    demo = await terminal.start("demo", DISCORD_TOKEN=None, PANEL_URL=None)
    assert demo.stdout is not None
    printed = ""
    async with asyncio.timeout(60):
        while "Ctrl-C" not in printed:
            printed += (await demo.stdout.readline()).decode()
        demo.send_signal(signal.SIGINT)
        out, err = await demo.communicate()

    assert re.search(r"Open +http://127\.0\.0\.1:\d+", printed)
    assert [person.name for person in demo_world().people if person.name not in printed] == []
    assert [person.key for person in demo_world().people if person.key and person.key not in printed] == []
    assert "left nothing behind" in out.decode()
    assert (demo.returncode, err.decode()) == (0, "")
    assert terminal.files == set()


async def test_the_demo_without_its_extra_says_how_to_get_it(terminal: Terminal) -> None:
    without = "import sys; sys.modules['simcord'] = None; from bot.__main__ import main; sys.exit(main(['demo']))"

    said = await terminal.run("-c", without)

    assert said.complaint == "berth: the demo needs its extra: pip install '.[demo]'"
    assert said.code == 2


@pytest.mark.parametrize("age", [0.0, STALE - 10, STALE + 10])
def test_health_goes_by_the_age_of_the_heartbeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age: float) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    heartbeat = tmp_path / f"berth-{os.getuid()}.heartbeat"
    heartbeat.touch()
    os.utime(heartbeat, (time.time() - age,) * 2)

    assert is_healthy() is (age < STALE)


async def test_health_without_a_running_bot_fails_silently(terminal: Terminal) -> None:
    said = await terminal.run("health", DISCORD_TOKEN=None, PANEL_URL=None)

    assert (said.code, said.out, said.err) == (1, "", "")


async def test_health_with_a_fresh_heartbeat_succeeds_silently(terminal: Terminal) -> None:
    (terminal.folder / f"berth-{os.getuid()}.heartbeat").touch()

    said = await terminal.run("health", DISCORD_TOKEN=None, PANEL_URL=None)

    assert (said.code, said.out, said.err) == (0, "", "")


@pytest.mark.parametrize("typed", ["start", "--token", "demo --fast"])
async def test_a_mistyped_command_shows_the_usage_with_code_2(terminal: Terminal, typed: str) -> None:
    said = await terminal.run(*typed.split())

    assert said.err.startswith("usage: python -m bot")
    assert said.code == 2


async def test_help_names_every_command(terminal: Terminal) -> None:
    said = await terminal.run("--help")

    assert said.code == 0
    for command in ("run", "demo", "check", "rotate-key", "health"):
        assert re.search(rf"^ +{command}\s+\w", said.out, re.MULTILINE), command
