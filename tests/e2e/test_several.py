"""Several ports at once: one after another, as fast as the panel lets it, told in one message, never one too many."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.panel.records import Allocation
from bot.demo.people import Person, Seen
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import unnamed
from tests.world import World

SURVIVAL = "5e000001"
ROWS = "*/network/allocations"
CREATES = f"POST /servers/{SURVIVAL}/network/allocations"
THROTTLED = [Flavour.PTERODACTYL_1_12, Flavour.PELICAN]


@pytest.fixture
async def stage(
    world: World, tmp_path: Path, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which `pass_time` turns the panel's clock and the bot's together."""
    flavour = getattr(request, "param", Flavour.PTERODACTYL_1_12)
    world.survival.limit = 8
    async with open_troubled_stage(world.state, tmp_path, flavour=flavour) as opened:
        yield opened
    opened.env.raise_errors()
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return the owner of Survival, linked."""
    return await stage.linked("ann", world.ann)


def added(world: World) -> list[Allocation]:
    """Return the ports of Survival but the first two, sorted by their notes."""
    return sorted(world.state.allocations_of(world.survival)[2:], key=lambda row: row.notes or "")


def notes_of(world: World) -> list[str | None]:
    """Return their notes."""
    return [row.notes for row in added(world)]


async def asked(person: Person, *labels: str) -> Seen:
    """Return the question before these are added."""
    await person.run("allocations list", server="Survival")
    await person.press("Add several…")
    return await person.choose_several(*labels)


async def test_several_purposes_are_chosen_at_once_and_each_gets_a_port_with_its_notes(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    text = question.text

    seen = await ann.press("Add 2 ports")

    rows = added(world)
    assert "Add 2 ports to Survival?" in text
    assert "▫️ voice chat\n▫️ web map" in text
    assert seen.message.id == question.message.id
    assert [row.notes for row in rows] == ["voice chat", "web map"]
    assert f"✅ `203.0.113.7:{rows[0].port}` · voice chat" in seen.text
    assert f"✅ `203.0.113.7:{rows[1].port}` · web map" in seen.text
    assert "▰▰ 2 of 2 made." in seen.text
    assert f"port={rows[0].port}" in seen.text
    assert "Go on" not in seen.buttons


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_on_a_panel_with_the_throttle_it_waits_exactly_until_the_panel_takes_the_next(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map", "Query", "RCON", "Votes")

    waiting = await ann.press("Add 5 ports")
    at_first = (notes_of(world), waiting.text, stage.asked.count(CREATES))
    await stage.pass_time(50)
    just_before = notes_of(world)
    await stage.pass_time(11)
    second = (notes_of(world), ann.saw(waiting.result).text)
    await stage.pass_time(61)
    seen = ann.saw(waiting.result)

    assert at_first[0] == ["voice chat", "web map"]
    assert "2 of 5 made. {panel} adds 2 at a time to one server, whoever asks. I ask for the next one <t:" in unnamed(
        at_first[1]
    )
    assert at_first[2] == 3
    assert just_before == ["voice chat", "web map"]
    assert second[0] == ["RCON", "query", "voice chat", "web map"]
    assert "▰▰▰▰▱ 4 of 5 made. {panel} adds 2 at a time" in unnamed(second[1])
    assert notes_of(world) == ["RCON", "query", "voice chat", "votes", "web map"]
    assert "▰▰▰▰▰ 5 of 5 made." in seen.text
    assert stage.asked.count(CREATES) == 7


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11], indirect=True)
async def test_on_a_panel_without_the_throttle_nothing_is_waited_for_and_four_calls_are_made_for_each(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map", "Query", "RCON", "Votes")
    stage.panel.requests.clear()
    calls = len(stage.env.http_requests)

    seen = await ann.press("Add 5 ports")

    rows = added(world)
    by_purpose = {row.notes: row.id for row in rows}
    assert stage.asked == [
        call
        for notes in ("voice chat", "web map", "query", "RCON", "votes")
        for call in (
            f"GET /servers/{SURVIVAL}",
            CREATES,
            f"{CREATES}/{by_purpose[notes]}",
            f"GET /servers/{SURVIVAL}/network/allocations",
        )
    ]
    assert notes_of(world) == ["RCON", "query", "voice chat", "votes", "web map"]
    assert "5 of 5 made" in seen.text
    # The first answer, one edit for each port but the last, and the end.
    assert len(stage.calls(calls)) == 6


async def test_the_select_takes_as_many_as_the_limit_leaves(stage: TroubledStage, ann: Person, world: World) -> None:
    world.survival.limit = 5
    await ann.run("allocations list", server="Survival")

    seen = await ann.press("Add several…")

    (select,) = [part for part in seen.components if part["type"] == 3]
    assert "room for 3 ports" in seen.text
    assert (select["min_values"], select["max_values"]) == (1, 3)
    assert list(seen.options) == [
        *("Bedrock players (Geyser)", "Voice chat", "Web map", "Query", "RCON", "Votes", "Other")
    ]


async def test_a_server_without_room_has_it_off_and_a_list_from_before_says_why(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    before = await ann.run("allocations list", server="Survival")
    world.survival.limit = 2
    now = await ann.run("allocations list", server="Survival")

    seen = await ann.press("Add several…", on=before)

    assert now.buttons["Add several…"] is False
    assert "None can be added now. 2 of 2" in seen.text
    assert list(seen.buttons) == ["Back"]


async def test_a_limit_that_shrank_meanwhile_is_told_by_the_question_before_anything_is_sent(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await ann.run("allocations list", server="Survival")
    await ann.press("Add several…")
    world.survival.limit = 3

    seen = await ann.choose_several("Voice chat", "Web map")

    assert "**Add 2 ports** is off. The limit leaves room for 1 port now." in seen.text
    assert seen.buttons == {"Add 2 ports": False, "Back": True}
    assert stage.changes == []


async def test_other_opens_a_form_with_a_line_for_each_port_and_both_are_added(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    form = await asked(ann, "Query", "Other")
    opened = form.form

    question = await ann.fill(lines="Discord bridge\n\n  resource pack  ")
    text = question.text
    await ann.press("Add 3 ports")
    await stage.pass_time(61)

    assert "at most 9 lines" in opened["components"][0]["description"]
    assert "▫️ query\n▫️ Discord bridge\n▫️ resource pack" in text
    assert notes_of(world) == ["Discord bridge", "query", "resource pack"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("\n".join(f"port {number}" for number in range(10)), "Those are too many ports at once\nYou named 11."),
        ("fine\n" + "x" * 256, "These notes are too long"),
        ("ptlc_ABCDEFGHIJKsecretsecretsecretsecretsecret12", "That looks like an API key"),
    ],
)
async def test_what_is_wrong_in_a_line_is_told_and_nothing_is_kept_or_sent(
    stage: TroubledStage, ann: Person, lines: str, told: str
) -> None:
    await asked(ann, "Query", "Other")

    seen = await ann.fill(lines=lines)

    assert told in seen.text.replace("**", "")
    assert stage.changes == []
    assert not any("x" * 256 in str(row) or "ptlc_ABC" in str(row) for row in stage.stored_of(ann))


async def test_a_form_without_any_text_asks_for_some(stage: TroubledStage, ann: Person) -> None:
    await asked(ann, "Other")

    seen = await ann.fill(lines="  \n ")

    assert "There was no text in any line." in seen.text


async def test_back_from_the_question_leads_to_the_select_and_from_there_to_the_list(
    stage: TroubledStage, ann: Person
) -> None:
    await asked(ann, "Query")

    select = await ann.press("Back")
    options = list(select.options)
    seen = await ann.press("Back")

    assert "Voice chat" in options
    assert "Add several…" in seen.buttons
    assert stage.changes == []


async def test_create_takes_a_count_and_gives_each_the_notes(stage: TroubledStage, ann: Person, world: World) -> None:
    waiting = await ann.run("allocations create", server="Survival", notes="lobby", count=3)
    text = waiting.text

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)

    assert "Adding 3 ports to Survival" in text
    assert "2 of 3 made" in text
    assert notes_of(world) == ["lobby", "lobby", "lobby"]
    assert "3 of 3 made" in seen.text
    assert seen.ephemeral


async def test_create_without_notes_takes_a_count_and_writes_none(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    seen = await ann.run("allocations create", server="Survival", count=2)

    assert notes_of(world) == [None, None]
    assert seen.text.count("· no notes") == 2
    assert stage.changes == [CREATES, CREATES]


async def test_the_picker_of_create_keeps_the_count(stage: TroubledStage, ann: Person, world: World) -> None:
    await ann.run("allocations create", notes="lobby", count=2)

    seen = await ann.choose("Survival")

    assert notes_of(world) == ["lobby", "lobby"]
    assert "2 of 2 made" in seen.text


async def test_several_primaries_are_refused_before_anything_is_sent(stage: TroubledStage, ann: Person) -> None:
    seen = await ann.run("allocations create", server="Survival", count=2, primary=True)

    assert "only one port can be the primary" in seen.text
    assert stage.asked == []


async def test_the_record_has_each_port_of_several(stage: TroubledStage, ann: Person, world: World) -> None:
    await ann.run("allocations create", server="Survival", notes="lobby", count=2)

    seen = await ann.run("allocations history")

    for row in added(world):
        assert f"✅ Added `203.0.113.7:{row.port}`" in seen.text


async def two_made(stage: TroubledStage, ann: Person) -> Seen:
    """Begin to add four ports and return what is seen when two are made and the panel takes no more for now."""
    await asked(ann, "Voice chat", "Web map", "Query", "RCON")
    seen = await ann.press("Add 4 ports")
    assert "2 of 4 made. {panel} adds 2 at a time" in unnamed(seen.text), seen.text
    assert list(seen.buttons) == ["Stop"]
    return seen


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_stop_while_it_waits_ends_it_at_once_and_go_on_adds_what_is_left(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(stage, ann)

    stopped = await ann.press("Stop")
    text, buttons = stopped.text, list(stopped.buttons)
    await stage.pass_time(70)
    still = notes_of(world)
    seen = await ann.press("Go on")

    assert "⏹️ You stopped this" in text
    assert "2 of 4 made" in text
    assert "▫️ query\n▫️ RCON" in text
    assert buttons == ["Go on", "Show allocations", "Restart…"]
    assert still == ["voice chat", "web map"]
    assert notes_of(world) == ["RCON", "query", "voice chat", "web map"]
    assert "4 of 4 made" in seen.text


async def test_stop_while_one_is_under_way_finishes_that_one_and_asks_for_no_other(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(lambda request: request.method == "POST"):
        running = await ann.press("Add 2 ports", on=question)
        stopping = await ann.press("Stop", on=running)
        text = stopping.text
    seen = ann.saw(stopping.result)

    assert "Stopping: I finish the one that is under way" in text
    assert notes_of(world) == ["voice chat"]
    assert "1 of 2 made" in seen.text
    assert "⏹️ You stopped this" in seen.text
    assert list(seen.buttons) == ["Go on", "Show allocations", "Restart…"]


async def test_stop_after_the_end_shows_what_is_there(stage: TroubledStage, ann: Person, world: World) -> None:
    waiting = await two_made(stage, ann)
    stop = waiting.custom_id("Stop")
    await stage.pass_time(61)

    seen = await stage.forge(ann, stop, on=ann.saw(waiting.result))

    assert "4 of 4 made" in seen.text
    assert list(seen.buttons) == ["Show allocations"]
    assert len(notes_of(world)) == 4


async def test_a_second_press_of_go_on_is_told_that_it_is_under_way_and_adds_nothing(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await two_made(stage, ann)
    stopped = await ann.press("Stop")
    go_on = stopped.custom_id("Go on")
    waiting = await ann.press("Go on")

    second = await stage.forge(ann, go_on, on=stopped)
    await stage.pass_time(61)
    third = await stage.forge(ann, go_on, on=stopped)

    assert "❌ Already on it" in second.text
    assert "4 of 4 made" in ann.saw(waiting.result).text
    assert "4 of 4 made" in third.text
    assert len(notes_of(world)) == 4


async def test_the_same_question_answered_twice_adds_its_ports_once(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    go = question.custom_id("Add 2 ports")
    await ann.press("Add 2 ports")

    await stage.forge(ann, go, on=question)

    assert notes_of(world) == ["voice chat", "web map"]


@pytest.mark.parametrize("label", ["Stop", "Go on"])
async def test_the_buttons_are_of_no_use_to_anybody_else(
    stage: TroubledStage, ann: Person, world: World, label: str
) -> None:
    bob = await stage.linked("bob", world.bob)
    seen = await two_made(stage, ann)
    if label == "Go on":
        seen = await ann.press("Stop")

    pressed = await stage.forge(bob, seen.custom_id(label), on=seen)
    forged = await stage.forge(bob, seen.custom_id(label).replace(str(ann.id), str(bob.id)), on=seen)

    assert "These buttons belong to somebody else" in pressed.text
    assert "I no longer know what was to be added" in forged.text
    assert len(notes_of(world)) == 2


async def test_other_peoples_changes_take_their_turn_while_it_waits(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, ["allocation.read", "allocation.update", "allocation.delete"])
    other = await stage.linked("eve", world.state.add_key(eve))
    waiting = await two_made(stage, ann)

    noted = await other.run("allocations notes", server=SURVIVAL, allocation="25566", text="mine")
    await stage.pass_time(61)

    assert "✅ Saved the notes of" in noted.text
    assert world.state.allocations_of(world.survival)[1].notes == "mine"
    assert "4 of 4 made" in ann.saw(waiting.result).text


async def test_a_creation_of_ones_own_in_between_is_not_mistaken_for_one_of_several(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    question = await asked(ann, "Voice chat", "Web map")
    async with stage.slow_panel(lambda request: request.method == "POST"):
        first = await ann.run("allocations create", server="Survival", notes="by hand")
        several = await ann.press("Add 2 ports", on=question)
    await stage.pass_time(61)

    assert "✅ Added" in ann.saw(first.result).text
    assert "2 of 2 made" in ann.saw(several.result).text
    assert notes_of(world) == ["by hand", "voice chat", "web map"]


@pytest.mark.parametrize("stage", [Flavour.PTERODACTYL_1_11, *THROTTLED], indirect=True)
async def test_two_people_who_add_several_at_the_limit_get_exactly_what_it_allows(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, ["allocation.read", "allocation.create", "allocation.update"])
    other = await stage.linked("eve", world.state.add_key(eve))
    world.survival.limit = 7
    await asked(ann, "Voice chat", "Web map", "Query")
    await asked(other, "Bedrock players (Geyser)", "RCON", "Votes")

    async with stage.slow_panel(lambda request: request.method == "POST"):
        mine = await ann.press("Add 3 ports")
        theirs = await other.press("Add 3 ports")
    for _ in range(4):
        await stage.pass_time(61)

    seen = [ann.saw(mine.result).text, other.saw(theirs.result).text]
    assert len(notes_of(world)) == 5
    assert len(set(notes_of(world))) == 5
    assert sorted("3 of 3 made" in text for text in seen) == [False, True]
    (refused,) = [text for text in seen if "3 of 3 made" not in text]
    assert "2 of 3 made" in refused
    assert "❌ **The allocation limit is reached**. 7 of 7" in refused


async def test_a_limit_reached_half_way_is_told_and_go_on_works_once_there_is_room(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(stage, ann)
    world.survival.limit = 5

    await stage.pass_time(61)
    refused = ann.saw(waiting.result)
    text = refused.text
    world.survival.limit = 6
    await ann.press("Go on")
    await stage.pass_time(61)

    assert "3 of 4 made" in text
    assert "❌ **The allocation limit is reached**. 5 of 5" in text
    assert "Remove a port you no longer need, or ask your host to raise the limit." in text
    assert "Nothing was changed" not in text
    assert "▫️ RCON" in text
    assert notes_of(world) == ["RCON", "query", "voice chat", "web map"]


def _node_full(world: World) -> None:
    for row in [row for row in world.state.allocations.values() if row.server_id is None]:
        del world.state.allocations[row.id]
    world.state.creates_new_rows = False


def _switched_off(world: World) -> None:
    world.state.auto_allocation = False


def _suspended(world: World) -> None:
    world.survival.status = "suspended"


def _withdrawn(world: World) -> None:
    world.survival.owner_id = next(user.id for user in world.state.users.values() if user.username == "dan")
    ann = next(user for user in world.state.users.values() if user.username == "ann")
    world.state.add_subuser(world.survival, ann, ["allocation.read", "allocation.update"])


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (_node_full, "The node has no free port left"),
        (_switched_off, "lets nobody add ports by themselves"),
        (_suspended, "The server is not available for changes"),
        (_withdrawn, "You lack a permission on this server"),
    ],
)
async def test_what_speaks_against_the_next_one_half_way_stops_it_and_tells_what_is_there(
    stage: TroubledStage, ann: Person, world: World, happens: Callable[[World], None], told: str
) -> None:
    waiting = await two_made(stage, ann)
    happens(world)

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)
    creates = stage.asked.count(CREATES)
    await stage.pass_time(300)

    assert "❌ **" in seen.text
    assert told in seen.text
    assert "2 of 4 made" in seen.text
    assert "✅ `203.0.113.7:" in seen.text
    assert "▫️ query\n▫️ RCON" in seen.text
    assert "Go on" in seen.buttons
    assert notes_of(world) == ["voice chat", "web map"]
    assert stage.asked.count(CREATES) == creates


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_a_lost_answer_is_read_back_before_the_next_request_and_none_is_one_too_many(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.reset_after(method="POST", path=ROWS)
    stage.panel.requests.clear()

    seen = await ann.press("Add 2 ports")

    assert notes_of(world) == ["voice chat", "web map"]
    assert "2 of 2 made" in seen.text
    assert stage.asked.count(CREATES) == 2
    first = stage.asked.index(CREATES)
    assert stage.asked[first + 1] == f"GET /servers/{SURVIVAL}/network/allocations"


async def test_an_answer_that_stays_lost_stops_it_and_go_on_looks_before_it_asks_again(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.reset_before(method="POST", path=ROWS)
    waiting = await stage.looked_long(await ann.press("Add 2 ports"), ann)
    text = waiting.text
    stage.panel.requests.clear()

    again = await ann.press("Go on")
    looking, asked_at_once = again.text, stage.changes
    await stage.pass_time(31)
    seen = ann.saw(again.result)

    assert "❔ voice chat: asked for, and I do not know whether it was added." in text
    assert "❔ The answer from {panel} to the last request was lost" in unnamed(text)
    assert "I look at what the server has before I ask for anything more" in looking
    assert asked_at_once == []
    assert notes_of(world) == ["voice chat", "web map"]
    assert "2 of 2 made" in seen.text


async def test_a_slow_panel_that_adds_it_after_all_is_not_asked_for_another(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    hold = stage.panel.faults.hold(method="POST", path=ROWS)
    stage.watch_requests()
    await stage.too_late("POST", ann.press("Add 2 ports"), ann)
    waiting = await stage.looked_long(ann.seen, ann)
    text = waiting.text
    again = await ann.press("Go on")
    hold.release()
    await stage.pass_time(31)
    seen = ann.saw(again.result)

    assert "❔ The answer from {panel} to the last request was lost" in unnamed(text)
    assert notes_of(world) == ["voice chat", "web map"]
    assert "2 of 2 made" in seen.text
    assert stage.asked.count(CREATES) == 2


async def test_an_unlink_half_way_stops_it_and_leaves_nothing(stage: TroubledStage, ann: Person, world: World) -> None:
    waiting = await two_made(stage, ann)
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")

    await stage.pass_time(61)
    seen = ann.saw(waiting.result)

    assert "You unlinked or linked another key while this was under way, so I stopped." in seen.text
    assert "2 of 4 made" in seen.text
    assert "Go on" not in seen.buttons
    assert notes_of(world) == ["voice chat", "web map"]
    assert stage.stored_of(ann) == []


async def test_another_key_half_way_stops_it_and_go_on_goes_on_with_that_one(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(stage, ann)
    other = world.state.add_key(world.state.users[1])
    await ann.link(other)

    await stage.pass_time(61)
    stopped = ann.saw(waiting.result)
    text = stopped.text
    stage.panel.requests.clear()
    seen = await ann.press("Go on", on=stopped)

    assert "You unlinked or linked another key" in text
    assert "4 of 4 made" in seen.text
    assert {request.key for request in stage.panel.requests} == {other}
    assert len(notes_of(world)) == 4


@pytest.mark.parametrize("stage", THROTTLED, indirect=True)
async def test_after_14_minutes_it_stops_by_itself_and_go_on_knows_what_is_left(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(stage, ann)
    # Others take every turn there is.
    stage.panel.faults.rate_limited(60, method="POST", path=ROWS, times=None)
    for _ in range(15):
        await stage.pass_time(60)
    stopped = ann.saw(waiting.result)
    text, buttons = stopped.text, stopped.buttons
    tries = stage.asked.count(CREATES)
    await stage.pass_time(300)
    later = stage.asked.count(CREATES)
    stage.panel.faults.clear()

    seen = await ann.press("Go on")

    assert "2 of 4 made" in text
    assert "⏳ Possible again <t:" in text
    assert "Go on" in buttons
    assert later == tries
    assert "4 of 4 made" in seen.text
    assert len(notes_of(world)) == 4


async def test_a_port_that_takes_the_message_past_14_minutes_is_the_last_one(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    hold = stage.panel.faults.hold(method="POST", path=ROWS)
    async with stage.waiting_for("POST"):
        waiting = await ann.press("Add 2 ports")
        await hold.arrived.wait()
        stage.panel.advance(14 * 60)
        hold.release()
    await stage.env.settle()
    seen = ann.saw(waiting.result)

    assert "⏸️ I stopped here, because I can change this message for 15 minutes only. Press **Go on**" in seen.text
    assert "1 of 2 made" in seen.text
    assert notes_of(world) == ["voice chat"]


async def test_a_time_that_is_further_off_than_the_message_can_be_changed_is_not_waited_for(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.rate_limited(1800, method="POST", path=ROWS)

    seen = await ann.press("Add 2 ports")

    assert "{panel} asks me to slow down" not in seen.text
    assert "asks me to slow down" in seen.text
    assert "⏳ Possible again <t:" in seen.text
    assert "press **Go on** then" in seen.text
    assert list(seen.buttons) == ["Go on", "Show allocations"]


async def test_a_429_that_names_no_time_is_not_guessed_at(stage: TroubledStage, ann: Person, world: World) -> None:
    await asked(ann, "Voice chat", "Web map")
    stage.panel.faults.rate_limited(None, method="POST", path=ROWS)

    seen = await ann.press("Add 2 ports")

    assert "0 of 2 made" in seen.text
    assert "asks me to slow down" in seen.text
    assert "Possible again" not in seen.text
    assert "Go on" in seen.buttons


async def test_a_stop_of_the_bot_while_it_waits_ends_it_at_once_and_the_message_says_so(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(stage, ann)

    quiet = await stage.bot.work.drain(5)
    seen = ann.saw(waiting.result)
    text = seen.text
    await stage.restart()
    await ann.press("Go on", on=seen)
    await stage.pass_time(61)

    assert quiet
    assert "⏸️ I am restarting, so I stopped here. Wait a minute. Press **Go on** for the rest." in text
    assert "4 of 4 made" in ann.seen.text
    assert len(notes_of(world)) == 4


async def test_after_a_crash_a_press_on_the_message_says_what_is_there_and_go_on_adds_the_rest(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    waiting = await two_made(stage, ann)
    await stage.restart()
    await stage.pass_time(120)
    unseen = len(notes_of(world))

    shown = await ann.press("Stop", on=waiting)
    text = shown.text
    seen = await ann.press("Go on")

    assert unseen == 2
    assert "⏸️ Nothing is under way: I was stopped half-way. This is what I know. Press **Go on** for the rest." in text
    assert "2 of 4 made" in text
    assert "4 of 4 made" in seen.text
    assert len(notes_of(world)) == 4


async def test_notes_that_the_panel_has_no_time_for_are_written_when_it_has(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat")
    stage.panel.faults.rate_limited(20, method="POST", path=f"{ROWS}/*")

    waiting = await ann.press("Add 1 port")
    text, between = waiting.text, notes_of(world)
    await stage.pass_time(21)

    assert "· voice chat (not written yet)" in text
    assert "I ask for the next one <t:" in text
    assert between == [None]
    assert notes_of(world) == ["voice chat"]
    assert "1 of 1 made" in ann.saw(waiting.result).text
    assert stage.asked.count(CREATES) == 1


async def test_notes_that_cannot_be_written_stop_nothing_and_are_told(stage: TroubledStage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)
    await cid.run("allocations create", server="Survival", notes="lobby", count=2)

    seen = cid.seen

    assert notes_of(world) == [None, None]
    assert "2 of 2 made" in seen.text
    assert "⚠️ The notes of 2 ports are not written." in seen.text
    assert "`allocation.update`" in seen.text
    assert "Go on" in seen.buttons


async def test_notes_that_somebody_wrote_meanwhile_are_not_overwritten_by_go_on(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    await asked(ann, "Voice chat")
    stage.panel.faults.answer(
        422, '{"errors":[{"code":"ValidationException","status":"422","detail":"No."}]}', path=f"{ROWS}/*"
    )
    await ann.press("Add 1 port")
    added(world)[0].notes = "theirs"

    seen = await ann.press("Go on")

    assert notes_of(world) == ["theirs"]
    assert "Go on" not in seen.buttons


async def test_a_lost_answer_to_who_may_not_look_is_left_out_and_the_others_are_added(
    stage: TroubledStage, world: World
) -> None:
    cid = await stage.linked("cid", world.cid)
    stage.panel.faults.gateway_timeout_after_apply(method="POST", path=ROWS)
    lost = (await cid.run("allocations create", server="Survival", count=2)).text

    unclear = (await cid.press("Go on")).text
    seen = await cid.press("Go on")

    assert "❔ The answer from {panel} to the last request was lost" in unnamed(lost)
    assert "❔ I cannot tell which port is the one I asked for last" in unclear
    assert "1 of 2 made" in seen.text
    assert "Look at those with ❔ in the list before you add others in their place." in seen.text
    assert len(notes_of(world)) == 2


async def test_without_the_log_a_lost_one_that_shows_later_counts_as_very_likely(
    stage: TroubledStage, world: World
) -> None:
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, ["allocation.read", "allocation.create", "allocation.update"])
    person = await stage.linked("eve", world.state.add_key(eve))
    stage.panel.faults.gateway_timeout_after_apply(method="POST", path=ROWS)
    lost = (await person.run("allocations create", server="Survival", notes="lobby", count=2)).text

    seen = await person.press("Go on")

    assert "perhaps as `203.0.113.7:" in lost
    assert "very likely, for it was not there before. I did not write its notes." in seen.text
    assert "2 of 2 made" in seen.text
    assert notes_of(world) == [None, "lobby"]


async def test_what_is_kept_of_several_is_in_the_export_and_goes_with_the_link(
    stage: TroubledStage, ann: Person
) -> None:
    await ann.run("allocations create", server="Survival", notes="lobby", count=2)
    await ann.run("account")

    seen = await ann.press("Get it all as JSON")
    (file,) = seen.message.attachments
    (kept,) = json.loads(await file.read())["several"]
    await ann.run("unlink")
    await ann.press("Unlink ptlc_…0001")

    assert kept["server"] == {"identifier": SURVIVAL, "name": "Survival"}
    assert [(port["notes"], port["state"]) for port in kept["ports"]] == [("lobby", "made")] * 2
    assert stage.stored_of(ann) == []
