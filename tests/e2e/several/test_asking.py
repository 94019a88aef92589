"""Several ports at once as they are asked for: by purpose, by line, by count, as many as the limit leaves."""

from __future__ import annotations

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person
from tests.e2e.several.plans import CREATES, THROTTLED, added, asked, notes_of
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import SURVIVAL, World


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
    assert "▰▰ 2 of 2 ports added." in seen.text
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
    assert (
        "2 of 5 ports added. {panel} adds at most 2 ports a minute to one server, whoever asks. I ask for the next one "
        "<t:" in unnamed(at_first[1])
    )
    assert at_first[2] == 3
    assert just_before == ["voice chat", "web map"]
    assert second[0] == ["RCON", "query", "voice chat", "web map"]
    assert "▰▰▰▰▱ 4 of 5 ports added. {panel} adds at most 2 ports a minute" in unnamed(second[1])
    assert notes_of(world) == ["RCON", "query", "voice chat", "votes", "web map"]
    assert "▰▰▰▰▰ 5 of 5 ports added." in seen.text
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
    assert "5 of 5 ports added" in seen.text
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

    assert "**Add 2 ports** is off. The limit leaves room for 1 port. Go back" in seen.text
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

    assert "at most 5 lines" in opened["components"][0]["description"]
    assert "▫️ query\n▫️ Discord bridge\n▫️ resource pack" in text
    assert notes_of(world) == ["Discord bridge", "query", "resource pack"]


async def test_the_form_of_other_takes_as_many_lines_as_the_limit_leaves_beside_those_chosen(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.survival.limit = 5

    form = (await asked(ann, "Voice chat", "Other")).form
    question = await ann.fill(lines="one\ntwo")

    assert "at most 2 lines" in form["components"][0]["description"]
    assert question.buttons["Add 3 ports"] is True


async def test_more_lines_than_the_limit_leaves_are_refused_and_given_back(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.survival.limit = 5
    await asked(ann, "Voice chat", "Other")

    seen = await ann.fill(lines="one\ntwo\nthree")

    assert "You named 4, and the limit leaves room for 3 ports." in seen.text
    assert "> one\n> two\n> three" in seen.text
    assert stage.changes == []


async def test_other_beside_as_many_as_the_limit_leaves_is_told_before_the_form(
    stage: TroubledStage, ann: Person, world: World
) -> None:
    world.survival.limit = 4
    await ann.run("allocations list", server="Survival")
    before = await ann.press("Add several…")
    world.survival.limit = 3
    await ann.run("allocations list", server="Survival")

    seen = await ann.choose_several("Voice chat", "Other", on=before)

    assert "There is no room for others beside those" in seen.text
    assert "the limit left room for 1 port." in seen.text
    assert "leave out **Other**" in seen.text
    assert stage.changes == []


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

    assert "❌ **No port was named**\nThere was no text in any line." in seen.text
    assert "Press **Add several…**" in seen.text
    assert "Add several…" in seen.buttons


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
    assert "2 of 3 ports added" in text
    assert notes_of(world) == ["lobby", "lobby", "lobby"]
    assert "3 of 3 ports added" in seen.text
    assert seen.ephemeral


async def test_create_by_an_identifier_calls_the_server_by_its_name_where_that_is_known(
    stage: TroubledStage, ann: Person
) -> None:
    await ann.run("allocations list", server="Survival")
    async with stage.slow_panel(lambda request: request.method == "GET"):
        running = await ann.run("allocations create", server=SURVIVAL, count=3)
        text = running.text

    assert "Adding 3 ports to Survival" in text


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
    assert "2 of 2 ports added" in seen.text


async def test_several_primaries_are_refused_before_anything_is_sent(stage: TroubledStage, ann: Person) -> None:
    await ann.run("allocations list", server=SURVIVAL)
    stage.panel.requests.clear()

    seen = await ann.run("allocations create", server=SURVIVAL, notes="lobby", count=2, primary=True)

    assert seen.embed.title == "❌ Only one port can be the primary · Survival"
    assert seen.text.endswith(f"**Yours, as you typed it**\n> lobby\nServer {SURVIVAL}")
    assert stage.asked == []
    assert "2 of 8 ports used" in (await ann.press("Show allocations")).text


async def test_the_record_has_each_port_of_several(stage: TroubledStage, ann: Person, world: World) -> None:
    await ann.run("allocations create", server="Survival", notes="lobby", count=2)

    seen = await ann.run("allocations history")

    for row in added(world):
        assert f"✅ Added `203.0.113.7:{row.port}`" in seen.text
