"""The other commands: the demo and its tour, the health check, and the help for whoever mistypes."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import time
from pathlib import Path

import pytest
from aiohttp import ClientSession
from yarl import URL

from bot.demo.world import demo_world
from bot.operator.health import judge
from tests.cli.terminal import ROOT, Terminal, answering

KEY = re.compile(r"\b(?:ptl[ac]|pacc|papp)_[0-9A-Za-z]{12,}")


async def test_the_tour_shows_the_main_job_as_told_and_nobodys_key(terminal: Terminal) -> None:
    said = await terminal.run("demo", "--tour")

    assert said.code == 0, said.out
    steps = said.out.count("\n— ")
    assert said.out.splitlines()[-1] == f"The tour is over: {steps} steps, all as told."
    assert f"a scripted visit of {steps} steps" in (ROOT / "README.md").read_text()
    assert "It is running, and was started 3 hours ago." in said.out
    assert said.err == ""
    assert not KEY.search(said.out)
    assert not [person.key for person in demo_world().people if person.key and person.key in said.out]
    assert terminal.files == set()
    for scene in (
        "First, link your account on",
        "✅ Linked",
        "✅ Added",
        "✅ Noted ",
        "Made primary",
        "✅ Swapped for a key of my own",
        "✅ Removed",
        "Post this address here?",
        "✅ No port needed: its DNS leads to `:25565`, the primary.",
        "⚠️ DNS still leads to `:25570`; the primary is `:25565`",
        "⚠️ DNS still leads to `:25565`; the primary became `:25576` ",
        "**Survival**: `survival.example.org`",
        "🔎 Found 1 of 35 ports",
        " adds at most 2 ports a minute to one server, whoever asks. I ask for the next one ",
        "You stopped this; I asked for no more. Press **Go on** for the rest.",
        "4 of 4 ports added",
        "plugins/voicechat/voicechat-server.properties",
        "It is running again",
        "1 port on 1 server fits `19132`",
        "'s own log has ",
        "Mara presses Make it the primary, below what was added",
        "Mara undoes it",
        "⚠️ Make the new port the primary of Survival?",
        "❌ panel.example.com refused your key",
        "❌ **The allocation limit is reached**",
        "🚫 Refused, not noted",
        "My own key `ptlc_…0005` is deleted on panel.example.com too.",
        "It works from `198.51.100.20` only, the address at which panel.example.com sees me",
        "**It works from**: `198.51.100.20` only",
    ):
        assert scene in said.out
    # What was read serves for a minute: no answer is told as older.
    assert not re.search(r" told me \d+ minutes ago", said.out)
    assert said.out.count("❌") >= 3
    assert "\\" not in said.out


async def test_the_demo_takes_no_settings_prints_its_keys_and_leaves_nothing_behind(terminal: Terminal) -> None:
    elsewhere = {"ENCRYPTION_KEY_FILE": "/nowhere/key", "DISCORD_TOKEN_FILE": "/nowhere/token", "LOG_LEVEL": "LOUD"}
    demo = await terminal.start("demo", DISCORD_TOKEN=None, PANEL_URL=None, **elsewhere)
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


@pytest.mark.parametrize("library", ["simcord", "dns", "mcstatus", "a2s"])
async def test_the_demo_without_its_extra_says_how_to_get_it(terminal: Terminal, library: str) -> None:
    without = f"import sys; sys.modules['{library}'] = None; from bot.__main__ import main; sys.exit(main(['demo']))"

    said = await terminal.run("-c", without)

    assert said.complaint == "berth: the demo needs its extra: pip install '.[demo]'"
    assert said.code == 2


async def test_the_demo_at_a_port_that_is_taken_says_so_in_one_line(terminal: Terminal) -> None:
    async with answering(200, "somebody else's") as other:
        port = other.rpartition(":")[2]

        said = await terminal.run("demo", "--port", port)

    assert said.complaint == f"berth: the page cannot be at port {port}: Address already in use; choose another"
    assert said.code == 1
    assert terminal.files == set()


async def test_the_page_of_the_demo_answers_to_its_own_name_only(terminal: Terminal) -> None:
    demo = await terminal.start("demo")
    assert demo.stdout is not None
    async with asyncio.timeout(60):
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/", (await demo.stdout.readline()).decode())):
            pass
    async with ClientSession() as session:
        statuses = []
        for host in (None, "demo.example.com"):
            async with session.get(found.group(), headers={} if host is None else {"Host": host}) as answer:
                statuses.append(answer.status)
    demo.send_signal(signal.SIGINT)
    await demo.communicate()

    assert statuses == [200, 403]


async def test_the_greeting_tells_that_in_a_real_discord_suggestions_open_when_one_types(terminal: Terminal) -> None:
    demo = await terminal.start("demo")
    assert demo.stdout is not None
    async with asyncio.timeout(60):
        while not (found := re.search(r"http://127\.0\.0\.1:\d+/\S*", (await demo.stdout.readline()).decode())):
            pass
        url = URL(found.group())
        said = {"X-Simcord-Capability": url.fragment}
        async with ClientSession(url.origin(), headers=said) as session, session.post("/api/pages", json={}) as opened:
            context = {"X-Simcord-Context": (await opened.json())["context"]["id"]}
            async with session.get("/api/state", headers=context) as answer:
                page = json.dumps(await answer.json(), ensure_ascii=False)
    demo.send_signal(signal.SIGINT)
    await demo.communicate()

    assert "Welcome to the demo" in page
    assert (
        "Some things are better in a real Discord: suggestions open as soon as an option is picked "
        "(here, only once you type a letter), and you can press the name of a command in a text."
    ) in page


def heartbeat(folder: Path, age: float) -> Path:
    """Make a heartbeat of this many seconds ago, beside the default database, and return it."""
    beside = folder / "data"
    beside.mkdir()
    file = beside / "berth.db.heartbeat"
    file.touch()
    os.utime(file, (time.time() - age,) * 2)
    return file


@pytest.mark.parametrize(
    ("age", "code", "words"),
    [
        (0.0, 0, "healthy: the bot was connected to Discord "),
        (80.0, 0, "healthy: the bot was connected to Discord "),
        (95.0, 1, "unhealthy: the bot was last connected to Discord "),
        (3600.0, 1, "unhealthy: the bot was last connected to Discord "),
        (-600.0, 1, "unhealthy: "),
        (-(10.0**9), 1, "unhealthy: "),
    ],
)
async def test_health_goes_by_the_age_of_the_heartbeat_and_needs_no_token(
    terminal: Terminal, age: float, code: int, words: str
) -> None:
    heartbeat(terminal.folder, age)

    said = await terminal.run("health", DISCORD_TOKEN=None, PANEL_URL=None)

    assert said.out.startswith(words)
    assert said.out.count("\n") == 1
    assert ("is from the future" in said.out) is (age < 0)
    assert (said.code, said.err) == (code, "")


def test_the_bot_counts_as_unhealthy_after_ninety_seconds_without_a_beat(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = heartbeat(tmp_path, 0)
    beaten = file.stat().st_mtime_ns

    found = []
    for later in (0, 89, 90, 91):
        monkeypatch.setattr(time, "time_ns", lambda later=later: beaten + later * 10**9)
        found.append(judge(file.with_suffix("")).healthy)

    assert found == [True, True, False, False]


async def test_health_without_a_running_bot_says_so_in_one_line(terminal: Terminal) -> None:
    said = await terminal.run("health", DISCORD_TOKEN=None, PANEL_URL=None)

    assert said.out.startswith(f"unhealthy: no bot on {terminal.folder / 'data' / 'berth.db'} is connected to Discord")
    assert (said.code, said.out.count("\n"), said.err) == (1, 1, "")


async def test_health_does_not_read_what_another_bot_left_in_the_folder_for_temporary_files(terminal: Terminal) -> None:
    (terminal.folder / f"berth-{os.getuid()}.heartbeat").touch()

    said = await terminal.run("health")

    assert said.code == 1


async def test_health_of_a_database_in_memory_says_why_it_cannot_tell(terminal: Terminal) -> None:
    said = await terminal.run("health", DATABASE_URL="sqlite://")

    assert said.out.startswith("unhealthy: the database is in memory")
    assert said.code == 1


async def test_health_takes_the_database_from_the_file_and_names_a_bad_address(terminal: Terminal) -> None:
    (terminal.folder / ".env").write_text("DATABASE_URL=berth.db\n")

    said = await terminal.run("health", DISCORD_TOKEN=None, PANEL_URL=None)

    assert said.complaint.startswith("berth: DATABASE_URL is not a database URL")
    assert said.code == 2


@pytest.mark.parametrize("typed", ["start", "--token", "demo --fast"])
async def test_a_mistyped_command_shows_the_usage_with_code_2(terminal: Terminal, typed: str) -> None:
    said = await terminal.run(*typed.split())

    assert said.err.startswith("usage: python -m bot")
    assert said.code == 2


async def test_help_names_every_command(terminal: Terminal) -> None:
    said = await terminal.run("--help")

    assert said.code == 0
    for command in ("run", "demo", "check", "backup", "restore", "move", "rotate-key", "health"):
        assert re.search(rf"^ +{command}\s+\w", said.out, re.MULTILINE), command
