"""Check on a port's own page: the game is asked over real sockets, and what came of it is told."""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from discord.utils import utcnow

from bot.demo import stage as demo
from bot.demo.games import BedrockGame, JavaGame, SourceGame
from bot.demo.panel import Flavour
from bot.demo.panel.daemon import Process
from bot.demo.panel.page import WebPage
from bot.demo.people import Person
from bot.domain.probe import Refusal
from bot.services.checking import AT_ONCE
from bot.settings import GivenSettings
from bot.wiring.games import open_games
from tests.e2e.checks import LOOK, READ, SURVIVAL, CheckingStage, check, free_port, place
from tests.e2e.crowd import without_waiting
from tests.e2e.test_fault_matrix import APPLIED, LOST, REFUSED
from tests.names import buttons_on, unnamed
from tests.net.hostile import HOSTILE_TEXT, Dripping, Saying
from tests.world import World

LOG = f"{READ}/activity"
HOURS = 7200.0
NOTHING = "🔎 No answer on TCP or UDP."
VIEW = "I see what my own machine sees, not what players see"


@pytest.fixture(params=[Flavour.PTERODACTYL_1_11, Flavour.PELICAN], ids=lambda flavour: flavour.name.lower())
async def stage(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> AsyncIterator[CheckingStage]:
    """Yield a stage of each panel; a test in which the bot logs a bug fails."""
    async with demo.open_stage(world.state, tmp_path, flavour=request.param, kind=CheckingStage) as stage:
        yield stage
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


@pytest.fixture
async def ann(stage: CheckingStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


@pytest.fixture
def closed(world: World) -> int:
    """Return a port of Survival on which nobody listens, and which no log knows of."""
    port = free_port()
    place(world, world.survival, port)
    return port


# ----------------------------------------------------------------------------------------------- something answers


async def test_a_java_server_answers_with_its_version_its_players_and_the_time_it_took(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame(version="1.21.4", players=4, slots=20, motd="Harbour Town") as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Java 1.21.4: 4 of 20 players, " in seen.text
    assert " ms." in seen.text
    assert "It says of itself: Harbour Town" in seen.text
    assert VIEW in seen.text
    assert buttons_on(seen) == ["Check again", "Back"]
    assert seen.ephemeral
    assert game.asked == [("127.0.0.1", game.port)]


async def test_a_bedrock_server_answers_with_its_version_its_players_and_the_time_it_took(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with BedrockGame() as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Bedrock 1.21.60: 2 of 10 players, " in seen.text


async def test_a_source_game_answers_with_its_name_its_version_and_its_players(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with SourceGame(game="Rust", version="2592") as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers to Source queries as Rust 2592: 7 of 50 players, " in seen.text


async def test_something_that_accepts_tcp_is_told_as_that_and_no_more(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with Saying(b"SSH-2.0-OpenSSH_9.6\r\n") as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Something accepts TCP connections, in a protocol I do not know." in seen.text
    assert "OpenSSH" not in seen.text


async def test_back_shows_the_ports_own_page(stage: CheckingStage, ann: Person, closed: int) -> None:
    await check(ann, closed)

    seen = await ann.press("Back")

    assert f"Port {closed} · Survival" in seen.text
    assert "Check" in buttons_on(seen)


# --------------------------------------------------------------------------------------------------- nothing answers


async def test_where_nothing_answers_and_the_server_is_offline_it_offers_to_start_it(
    stage: CheckingStage, ann: Person, world: World, closed: int
) -> None:
    world.state.processes[world.survival.id] = Process.offline(stage.panel.now())

    seen = await check(ann, closed)

    assert f"{NOTHING} The server is offline." in seen.text
    assert buttons_on(seen) == ["Start…", "Check again", "Back"]
    assert "Start Survival?" in (await ann.press("Start…")).text


async def test_a_port_added_since_the_start_is_seen_at_the_next_one_and_it_offers_to_restart(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), HOURS)
    port = free_port()
    world.state.add_allocation("127.0.0.1", port)
    WebPage(world.state, None).create(world.survival, port, "127.0.0.1")

    seen = await check(ann, port)

    told = re.search(
        r"The server is running since <t:(\d+):R>, before this port was added <t:(\d+):R>: (.+)", seen.text
    )
    assert NOTHING in seen.text
    assert told
    assert int(told[2]) - int(told[1]) == pytest.approx(HOURS, abs=5)
    assert told[3] == "it sees it at its next start."
    assert buttons_on(seen) == ["Restart…", "Check again", "Back"]
    assert "Restart Survival?" in (await ann.press("Restart…")).text


async def test_a_port_that_became_the_primary_since_the_start_is_told_as_that(
    stage: CheckingStage, ann: Person, world: World, closed: int
) -> None:
    row = next(row for row in world.state.allocations.values() if row.port == closed)
    WebPage(world.state, None).make_primary(world.survival, row)

    seen = await check(ann, closed)

    assert "before this port became the primary <t:" in seen.text
    assert buttons_on(seen) == ["Restart…", "Check again", "Back"]


async def test_a_port_that_was_there_at_the_start_is_listened_to_elsewhere_and_its_purpose_says_where(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    port = free_port()
    world.state.add_allocation("127.0.0.1", port)
    row = WebPage(world.state, None).create(world.survival, port, "127.0.0.1")
    row.notes = "voice chat"
    stage.panel.advance(60)
    world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 30.0)

    seen = await check(ann, port)

    assert "when it had this port already. Is it listening elsewhere? Check the port in its configuration." in seen.text
    assert f"port={port}" in seen.text
    assert "voicechat-server.properties" in seen.text
    assert buttons_on(seen) == ["Check again", "Back"]


async def test_when_a_port_was_added_that_is_not_known_that_is_said(
    stage: CheckingStage, ann: Person, closed: int
) -> None:
    seen = await check(ann, closed)

    assert f"{NOTHING} The server is running since <t:" in seen.text
    assert "I do not know when this port was added: if that was later, it sees it at its next start" in seen.text
    assert buttons_on(seen) == ["Restart…", "Check again", "Back"]


async def test_ones_own_record_tells_when_a_port_was_added_without_the_panels_log(
    stage: CheckingStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.create"]
    for row in world.state.allocations.values():
        if row.ip == "203.0.113.7":
            row.ip, row.ip_alias = "127.0.0.1", None
    bob = await stage.linked("bob", world.bob)
    stage.bot.services.checking.now = utcnow
    await bob.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    stage.panel.requests.clear()

    seen = await check(bob, new.port)

    assert "before this port was added <t:" in seen.text
    assert stage.asked == [READ, READ, READ, LOOK]


async def test_who_may_not_restart_is_not_offered_it(stage: CheckingStage, world: World, closed: int) -> None:
    bob = await stage.linked("bob", world.bob)

    seen = await check(bob, closed)

    assert NOTHING in seen.text
    assert buttons_on(seen) == ["Check again", "Back"]


@pytest.mark.parametrize(("moment", "words"), [(2.0, "The server is stopping."), (6.0, "The server is starting")])
async def test_a_server_on_its_way_is_told_as_that(
    stage: CheckingStage, world: World, closed: int, moment: float, words: str
) -> None:
    bob = await stage.linked("bob", world.bob)
    world.state.process_of(world.survival).tell("restart", stage.panel.now())
    stage.panel.advance(moment)

    seen = await check(bob, closed)

    assert f"{NOTHING} {words}" in seen.text


async def test_a_machine_that_the_panel_cannot_reach_is_told_as_that(
    stage: CheckingStage, ann: Person, world: World, closed: int
) -> None:
    world.state.nodes[world.survival.node_id].daemon.connects = False

    seen = await check(ann, closed)

    assert f"{NOTHING} {{panel}} cannot reach the machine that it runs on" in unnamed(seen.text)


async def test_a_panel_that_fails_after_the_check_does_not_undo_what_was_found(
    stage: CheckingStage, ann: Person, closed: int
) -> None:
    stage.panel.faults.answer(500, "{}", path="*/resources", times=None)

    seen = await check(ann, closed)

    assert NOTHING in seen.text
    assert "could not tell me whether the server is running" in seen.text


@pytest.mark.parametrize("fault", REFUSED | LOST | APPLIED)
async def test_whatever_the_panel_says_of_the_servers_state_what_was_found_is_told(
    stage: CheckingStage, ann: Person, closed: int, fault: str
) -> None:
    queue, _ = (REFUSED | LOST | APPLIED)[fault]
    queue(stage.panel.faults, {"path": "*/resources", "times": None})

    seen = await check(ann, closed)

    assert NOTHING in seen.text
    assert "whether the server is running" in seen.text or "whether it is running" in seen.text
    assert stage.changes == []


# ------------------------------------------------------------------------------------------------ after a restart


@pytest.mark.parametrize("change", ["create", "primary", "none"])
async def test_after_a_restart_the_port_for_which_it_was_can_be_checked(
    stage: CheckingStage, ann: Person, world: World, change: str
) -> None:
    async with JavaGame() as game:
        place(world, world.survival, game.port)
        row = world.state.allocations_of(world.survival)[-1]
        if change == "create":
            world.state.release(row)
            WebPage(world.state, None).create(world.survival, game.port, "127.0.0.1")
        else:
            WebPage(world.state, None).make_primary(world.survival, row)
        if change == "none":
            stage.panel.advance(60)
            world.state.processes[world.survival.id] = Process.running(stage.panel.now(), 30.0)
        await ann.run("allocations list", server=SURVIVAL)
        await ann.press("Restart…")
        restarted = await ann.press("Restart Survival")
        for _ in range(45):
            await stage.pass_time(1.0)
        over = ann.saw(restarted.result).text

        seen = await ann.press(f"Check port {game.port}")

    assert "✅ It is running again" in over
    assert "✅ Answers as Minecraft Java" in seen.text


async def test_while_a_server_is_on_its_way_a_check_is_not_offered(stage: CheckingStage, ann: Person) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    await ann.press("Restart…")

    seen = await ann.press("Restart Survival")

    assert not [label for label in buttons_on(seen) if label.startswith("Check")]


# ------------------------------------------------------------------------------------------------------- switched off


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
    assert game.asked == []


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

run._NamedStage = Stage

async def visit():
    async with run.opened() as (_, stage, people):
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


# ------------------------------------------------------------------------------------------------------- the guard


async def test_a_port_of_a_server_that_the_person_may_not_read_is_not_asked(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    dan = await stage.linked("dan", world.dan)
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await dan.run("allocations list", server="5e000003")

        others = await stage.forge(dan, f"v1:check.ask:{dan.id}:{SURVIVAL}:{row}", on=page)
        elsewhere = await stage.forge(dan, f"v1:check.ask:{dan.id}:5e000003:{row}", on=page)

    assert "Answers" not in others.text + elsewhere.text
    assert game.asked == []


async def test_a_port_that_was_taken_from_the_server_since_the_page_was_shown_is_not_asked(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        await ann.run("allocations list", server=SURVIVAL)
        await ann.choose(str(row))
        world.state.allocations[row].server_id = None

        seen = await ann.press("Check")

    assert "Answers" not in seen.text
    assert game.asked == []


async def test_who_is_shown_the_primary_alone_checks_no_other_port(stage: CheckingStage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await cid.run("allocations list", server=SURVIVAL)

        seen = await stage.forge(cid, f"v1:check.ask:{cid.id}:{SURVIVAL}:{row}", on=page)

    assert "does not show it to you, so I do not check it" in seen.text
    assert game.asked == []


async def test_the_address_of_the_panel_is_connected_to_and_not_the_alias(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as meant, JavaGame() as other:
        row = place(world, world.survival, meant.port)
        world.state.allocations[row].ip_alias = f"127.0.0.1:{other.port}"
        await ann.run("allocations list", server=SURVIVAL)
        await ann.choose(str(row))

        seen = await ann.press("Check")

    assert "✅ Answers" in seen.text
    assert meant.asked == [("127.0.0.1", meant.port)]
    assert other.asked == []


async def test_without_the_operators_word_only_the_public_internet_is_asked(
    stage: CheckingStage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "private", "off")
    await stage.restart()
    async with JavaGame() as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert f"🚫 I do not check `127.0.0.1:{game.port}`: it is not an address of the public internet" in seen.text
    assert "`CHECK_PRIVATE`" in seen.text
    assert "Nothing was sent." in seen.text
    assert game.asked == []


@pytest.mark.parametrize("port", [5432, 9464], ids=["database", "numbers"])
async def test_the_bots_own_database_and_numbers_are_never_asked(port: int) -> None:
    games = open_games(
        GivenSettings(
            discord_token="x" * 30,
            panel_url="https://panel.example.com",
            database_url="postgresql://berth@127.0.0.1/berth",
            check_private="on",
            metrics="127.0.0.1:9464",
        )
    )
    assert games is not None

    probe = await games.ask("127.0.0.1", port)

    assert probe.refusal is Refusal.OURS


@pytest.mark.parametrize("ip", ["0.0.0.0", "169.254.169.254", "::ffff:127.0.0.1"])  # noqa: S104 - nobody listens
async def test_an_address_of_no_single_machine_is_never_asked(
    stage: CheckingStage, ann: Person, world: World, ip: str
) -> None:
    row = place(world, world.survival, 80, ip=ip)
    await ann.run("allocations list", server=SURVIVAL)
    await ann.choose(str(row))

    seen = await ann.press("Check")

    assert "no single machine has that address" in seen.text


async def test_the_panels_own_host_and_port_are_never_asked(stage: CheckingStage, ann: Person, world: World) -> None:
    port = int(stage.panel.url.rpartition(":")[2])
    place(world, world.survival, port)

    seen = await check(ann, port)

    assert "it is {panel}'s own address, or mine" in unnamed(seen.text)


async def test_one_address_is_asked_once_in_30_seconds_by_whomever(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    bob = await stage.linked("bob", world.bob)
    async with JavaGame() as game:
        place(world, world.survival, game.port)
        first = await check(ann, game.port)
        again = await ann.press("Check again")
        others = await check(bob, game.port)
        asked = len(game.asked)
        await stage.pass_time(31)
        await ann.press("Check again")

    assert asked == 1
    assert first.text == again.text
    assert "✅ Answers as Minecraft Java" in others.text
    assert len(game.asked) == 2


async def test_a_flood_of_presses_asks_the_game_once_and_gets_five_actions_under_way(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await ann.run("allocations list", server=SURVIVAL)
        stage.panel.requests.clear()
        with without_waiting(stage):
            for _ in range(200):
                await stage.forge(ann, f"v1:check.ask:{ann.id}:{SURVIVAL}:{row}", on=page)
        await stage.env.settle()

    assert game.asked == [("127.0.0.1", game.port)]
    assert len(stage.asked) <= 60


async def test_five_are_checked_at_once_and_a_sixth_waits(stage: CheckingStage, ann: Person, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    arrivals = asyncio.Semaphore(0)
    async with AsyncExitStack() as stack:
        games = [await stack.enter_async_context(Dripping(every=0.1, arrivals=arrivals)) for _ in range(AT_ONCE + 1)]
        rows = [place(world, world.survival, game.port) for game in games]
        page = await ann.run("allocations list", server=SURVIVAL)
        bobs, another = [await bob.run("allocations list", server=SURVIVAL) for _ in range(2)]
        with without_waiting(stage):
            for number, row in enumerate(rows[:AT_ONCE]):
                who, on = (ann, page) if number < 4 else (bob, bobs)
                await stage.forge(who, f"v1:check.ask:{who.id}:{SURVIVAL}:{row}", on=on)
            for _ in range(AT_ONCE):
                await arrivals.acquire()
            sixth = (await stage.forge(bob, f"v1:check.ask:{bob.id}:{SURVIVAL}:{rows[-1]}", on=another)).result
        await stage.env.settle()

    assert [game.connected for game in games] == [1] * AT_ONCE + [0]
    assert "5 ports are being checked at this moment" in bob.saw(sixth).text


# -------------------------------------------------------------------------------------------------------- hostile


async def test_what_a_game_says_of_itself_pings_nobody_and_breaks_nothing(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame(motd=HOSTILE_TEXT, version=HOSTILE_TEXT) as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Java" in seen.text
    for part in ("@everyone", "<@1>", "**bold**", "](https://", "\u202e", "\x1b", "{panel}", "{/unlink}"):
        assert part not in seen.text
    assert stage.bot.mentions["unlink"] not in seen.text


async def test_a_game_that_never_ends_holds_up_nobody(stage: CheckingStage, ann: Person, world: World) -> None:
    bob = await stage.linked("bob", world.bob)
    arrivals = asyncio.Semaphore(0)
    async with Dripping(every=0.1, arrivals=arrivals) as game:
        row = place(world, world.survival, game.port)
        page = await ann.run("allocations list", server=SURVIVAL)
        with without_waiting(stage):
            waiting = (await stage.forge(ann, f"v1:check.ask:{ann.id}:{SURVIVAL}:{row}", on=page)).result
            await arrivals.acquire()
            since = len(stage.env.http_requests)
            await bob.run("allocations list", server=SURVIVAL)
        await stage.env.settle()

    texts = [str(call.json) for call in stage.env.http_requests[since:]]
    listed = next(place for place, text in enumerate(texts) if "ports used" in text)
    told = next(place for place, text in enumerate(texts) if "Something accepts" in text)
    assert listed < told
    assert "Something accepts TCP connections" in ann.saw(waiting).text


def test_a_port_that_is_free_is_one_on_which_nobody_listens() -> None:
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", free_port()), timeout=1):
        pass
