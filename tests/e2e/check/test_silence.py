"""Nothing answers: what the panel knows of the server and of the port says what to do."""

from __future__ import annotations

import re
import socket

import pytest
from discord.utils import utcnow

from bot.demo.games import JavaGame
from bot.demo.panel.daemon import RUNNING, Process, Step
from bot.demo.panel.page import WebPage
from bot.demo.people import Person
from tests.e2e.checks import HOURS, LOOK, NOTHING, READ, CheckingStage, check
from tests.e2e.faults.kinds import APPLIED, LOST, REFUSED
from tests.e2e.statements import traced
from tests.names import buttons_on, unnamed
from tests.ports import free_port
from tests.world import SURVIVAL, World


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

    told = re.search(r"The server was started <t:(\d+):R>, before this port was added \(<t:(\d+):R>\): (.+)", seen.text)
    assert NOTHING in seen.text
    assert told
    assert int(told[2]) - int(told[1]) == pytest.approx(HOURS, abs=5)
    assert told[3] == "the game knows it only after a restart."
    assert buttons_on(seen) == ["Restart…", "Check again", "Back"]
    assert "Restart Survival?" in (await ann.press("Restart…")).text


async def test_a_port_that_became_the_primary_since_the_start_is_told_as_that(
    stage: CheckingStage, ann: Person, world: World, closed: int
) -> None:
    row = next(row for row in world.state.allocations.values() if row.port == closed)
    WebPage(world.state, None).make_primary(world.survival, row)

    seen = await check(ann, closed)

    assert "before this port became the primary (<t:" in seen.text
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

    assert (
        "It had this port already at its start. Is it listening elsewhere? Check the port in its configuration."
        in seen.text
    )
    assert "It may also be there and not answer strangers, as is usual for voice chat over UDP" in seen.text
    assert f"port={port}" in seen.text
    assert "voicechat-server.properties" in seen.text
    assert buttons_on(seen) == ["Back"]


async def test_when_a_port_was_added_that_is_not_known_that_is_said(
    stage: CheckingStage, ann: Person, closed: int
) -> None:
    seen = await check(ann, closed)

    assert f"{NOTHING} The server was started <t:" in seen.text
    assert (
        "I do not know when this port was added: if that was later, the game knows it only after a restart" in seen.text
    )
    assert "closed" not in seen.text
    assert buttons_on(seen) == ["Restart…", "Check again", "Back"]


async def test_ones_own_record_tells_when_a_port_was_added_without_the_panels_log(
    stage: CheckingStage, world: World
) -> None:
    world.survival.subusers[2] = ["allocation.read", "allocation.create"]
    for row in world.state.allocations.values():
        if row.ip == "203.0.113.7":
            row.ip, row.ip_alias = "127.0.0.1", None
    bob = await stage.linked("bob", world.bob)
    stage.bot.services.checking.probing.now = stage.bot.services.power.now = utcnow
    await bob.run("allocations create", server=SURVIVAL)
    new = world.state.allocations_of(world.survival)[-1]
    stage.panel.requests.clear()
    statements = await traced(stage)

    seen = await check(bob, new.port)

    assert "before this port was added (<t:" in seen.text
    # List, page (which asks what the process does, for the port is new), and Check.
    assert stage.asked == [READ, READ, LOOK, READ, LOOK]
    assert (
        len([one for one in statements if one.startswith("SELECT * FROM changes")]) == 2
    )  # Page and Check, once each.


@pytest.mark.parametrize("before", ["offline", "starting", "another process"])
async def test_a_silence_from_before_the_game_ran_is_not_explained_by_what_runs_now(
    stage: CheckingStage, ann: Person, world: World, closed: int, before: str
) -> None:
    now = stage.panel.now()
    process = world.state.processes[world.survival.id] = (
        Process.running(now, HOURS) if before == "another process" else Process.offline(now)
    )
    if before == "starting":
        process.tell("start", now)
    elif before == "offline":
        process.tell("start", now + 1)
    else:
        process.tell("restart", now + 1)
    first = (await check(ann, closed)).text
    await stage.pass_time(25)
    async with JavaGame(port=closed) as game:
        seen = await ann.press("Check again")
        asked, again, offered = len(game.asked), seen.text, buttons_on(seen)
        await stage.pass_time(10)
        later = await ann.press("Check again")

    told = re.search(
        r", checked <t:(\d+):R>.* I check this port again from <t:(\d+):R> on: then press \*\*Check", again, re.S
    )
    assert asked == 0
    assert NOTHING in first
    assert f"{NOTHING} The server was started <t:" in again
    assert "Perhaps I checked before its start: then this says nothing about it now." in again
    assert "elsewhere" not in again
    assert told
    assert int(told[2]) - int(told[1]) == pytest.approx(30, abs=4)
    assert offered == ["Check again", "Back"]
    assert "✅ Answers as Minecraft Java" in later.text


async def test_a_silence_of_the_process_that_runs_still_is_explained_again_without_asking_anew(
    stage: CheckingStage, ann: Person, closed: int
) -> None:
    first = buttons_on(await check(ann, closed))
    await stage.pass_time(25)

    async with JavaGame(port=closed) as game:
        seen = await ann.press("Check again")

    assert game.asked == []
    assert "I do not know when this port was added" in seen.text
    assert buttons_on(seen) == first


async def test_of_a_server_of_which_nobody_says_since_when_it_runs_no_start_is_told(
    stage: CheckingStage, ann: Person, world: World, closed: int
) -> None:
    world.state.processes[world.survival.id] = Process([Step(stage.panel.now() - HOURS, RUNNING, None)])

    first = unnamed((await check(ann, closed)).text)
    await stage.pass_time(25)
    again = unnamed((await ann.press("Check again")).text)

    for text in (first, again):
        assert (
            f"{NOTHING} The server is running, and {{panel}} does not say since when. I do not know when this" in text
        )
        assert "was started" not in text
        assert "Perhaps I checked" not in text


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


@pytest.mark.parametrize("status", ["suspended", "installing", "install_failed"])
async def test_a_server_that_is_blocked_is_told_as_that_and_no_start_is_offered(
    ann: Person, stage: CheckingStage, world: World, closed: int, status: str
) -> None:
    world.survival.status = status
    stage.panel.requests.clear()

    seen = await check(ann, closed)

    assert f"{NOTHING} The server is " in seen.text
    assert ", so the game may not be running." in seen.text
    assert ("Check again when that has ended." in seen.text) is (status != "install_failed")
    assert buttons_on(seen) == ["Check again", "Back"]
    assert stage.asked == [READ, READ, READ]


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


def test_a_port_that_is_free_is_one_on_which_nobody_listens() -> None:
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", free_port()), timeout=1):
        pass
