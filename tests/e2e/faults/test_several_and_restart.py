"""Action by fault, further: several ports at once, and a restart. None one too many, and no command sent twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.people import Person, Seen
from bot.errors import BotError
from bot.panel import errors
from tests.e2e.faults.actions import titled
from tests.e2e.faults.kinds import APPLIED, LATE, LOST, NOWHERE, REFUSED
from tests.e2e.several.plans import CREATES, ROWS, asked, notes_of, open_several_stage
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import SURVIVAL, World

BOTH: list[str | None] = ["voice chat", "web map"]
SEND, LOOK = f"POST /servers/{SURVIVAL}/power", f"GET /servers/{SURVIVAL}/resources"
WAITED_FOR = "429 with Retry-After"


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[TroubledStage]:
    """Yield a stage without the throttle; a test in which the bot logs a bug fails."""
    async with open_several_stage(world, tmp_path, caplog, flavour=Flavour.PTERODACTYL_1_11) as opened:
        yield opened


@pytest.fixture
async def ann(stage: TroubledStage, world: World) -> Person:
    """Return Survival's owner."""
    return await stage.linked("ann", world.ann)


async def ready(stage: TroubledStage, ann: Person) -> None:
    """Bring the person to the question before two ports are added."""
    await asked(ann, "Voice chat", "Web map")
    stage.watch_requests()


def told(seen: Seen, kind: type[BotError]) -> bool:
    """Tell whether this error is what the end of a run says."""
    return f"❌ **{kind.title}**" in unnamed(seen.text)


async def gone_on(stage: TroubledStage, ann: Person, seen: Seen) -> str:
    """Press Go on once the panel is well again, and return what is said at the end."""
    stage.panel.faults.clear()
    await stage.pass_time(6)
    again = await ann.press("Go on", on=seen)
    for _ in range(7):
        await stage.pass_time(10)
    return ann.saw(again.result).text


# ------------------------------------------------------------------------------------------------- several


@pytest.mark.parametrize("fault", [name for name in REFUSED if name != WAITED_FOR])
async def test_a_refusal_ends_several_and_go_on_adds_them_once_it_is_over(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, kind = REFUSED[fault]
    await ready(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": ROWS, "times": None})

    seen = await ann.press("Add 2 ports")
    text, sent = seen.text, stage.asked.count(CREATES)
    as_told = told(seen, kind)
    end = await gone_on(stage, ann, seen)

    assert as_told, text
    assert "0 of 2 ports added" in text
    assert "Nothing was changed" not in text
    assert sent == 1
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in end


async def test_a_429_that_names_its_end_is_waited_for(stage: TroubledStage, ann: Person, world: World) -> None:
    await ready(stage, ann)
    REFUSED[WAITED_FOR][0](stage.panel.faults, {"method": "POST", "path": ROWS})

    waiting = (await ann.press("Add 2 ports")).text
    await stage.pass_time(31)

    assert "0 of 2 ports added" in waiting
    assert "I ask for the next one <t:" in waiting
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in ann.saw(ann.seen.result).text


@pytest.mark.parametrize("fault", LOST)
async def test_an_answer_that_is_none_ends_several_and_go_on_adds_none_too_many(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, kind = LOST[fault]
    await ready(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": ROWS, "times": None})

    seen = await stage.looked_long(await ann.press("Add 2 ports"), ann)
    text, sent = seen.text, stage.asked.count(CREATES)
    end = await gone_on(stage, ann, seen)

    final = kind is errors.PanelFailed
    assert ("❔ The answer from {panel} to the last request was lost" in unnamed(text)) is not final
    assert kind.title in unnamed(text)
    assert "0 of 2 ports added" in text
    assert sent == 1
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in end


@pytest.mark.parametrize("path", [ROWS, f"{ROWS}/*"], ids=["creation", "notes"])
@pytest.mark.parametrize("fault", APPLIED)
async def test_what_was_done_though_the_answer_was_lost_is_found_and_the_rest_is_added(
    stage: TroubledStage, ann: Person, world: World, fault: str, path: str
) -> None:
    queue, _ = APPLIED[fault]
    await ready(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": path})

    seen = await stage.looked_long(await ann.press("Add 2 ports"), ann)

    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in seen.text
    assert stage.asked.count(CREATES) == 2


@pytest.mark.parametrize("fault", LATE)
async def test_an_answer_later_than_the_time_out_never_leads_to_one_too_many(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, applied = LATE[fault]
    await ready(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": ROWS})

    await stage.too_late("POST", ann.press("Add 2 ports"), ann)
    seen = await stage.looked_long(ann.seen, ann)
    text = seen.text
    end = text if applied else await gone_on(stage, ann, seen)

    assert applied or "❔ The answer from {panel} to the last request was lost" in unnamed(text)
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in end
    # One that was held is added when the panel goes on, and is found.
    assert stage.asked.count(CREATES) == 2


@pytest.mark.parametrize("fault", NOWHERE)
async def test_several_on_a_panel_that_is_not_there_send_nothing_and_go_on_once_it_is(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    await ready(stage, ann)

    with NOWHERE[fault]() as url:
        stage.transport.point_at(url)
        seen = await ann.press("Add 2 ports")
        unreachable = told(seen, errors.PanelUnreachable)
    stage.transport.point_at(f"{stage.panel.url}/")
    asked_for = list(stage.asked)
    end = await gone_on(stage, ann, seen)

    assert unreachable
    assert asked_for == []
    assert notes_of(world) == BOTH
    assert "2 of 2 ports added" in end


# -------------------------------------------------------------------------------------------------- restart


async def question(stage: TroubledStage, ann: Person) -> Seen:
    """Return the question before a restart."""
    await ann.run("allocations list", server=SURVIVAL)
    seen = await ann.press("Restart…")
    stage.watch_requests()
    return seen


async def followed(stage: TroubledStage, ann: Person, seen: Seen) -> str:
    """Let a minute pass, in steps, and return what is said then."""
    for _ in range(70):
        stage.panel.advance(1.0)
        await stage.env.advance_time(1.0)
    return ann.saw(seen.result).text


def restarted(stage: TroubledStage, world: World) -> bool:
    """Tell whether the process was told to restart."""
    return bool(world.state.process_of(world.survival)._told)


@pytest.mark.parametrize("fault", REFUSED)
async def test_a_restart_that_the_panel_refuses_is_told_and_nothing_is_followed(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, kind = REFUSED[fault]
    await question(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": "*/power", "times": None})

    seen = await ann.press("Restart Survival")
    text, looked = seen.text, stage.asked.count(LOOK)
    later = await followed(stage, ann, seen)

    assert titled(seen, kind.title), text
    assert later == text
    assert stage.asked.count(LOOK) == looked
    assert stage.asked.count(SEND) == 1
    assert not restarted(stage, world)


@pytest.mark.parametrize("fault", LOST)
async def test_a_restart_whose_answer_is_none_is_followed_and_told_as_not_seen(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, _ = LOST[fault]
    await question(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": "*/power", "times": None})

    seen = await ann.press("Restart Survival")
    early, looked = seen.text, stage.asked.count(LOOK)
    end = await followed(stage, ann, seen)

    assert "answer was lost" in early
    assert stage.asked.count(LOOK) > looked
    assert "✅" not in end
    assert "accepted" not in end
    assert "'s answer to the command was lost, and after 60 seconds the server still runs as before" in end
    assert stage.asked.count(SEND) == 1


@pytest.mark.parametrize("fault", APPLIED)
async def test_a_restart_that_came_about_though_its_answer_was_lost_is_told_as_such(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, _ = APPLIED[fault]
    await question(stage, ann)
    queue(stage.panel.faults, {"method": "POST", "path": "*/power", "times": None})

    seen = await ann.press("Restart Survival")
    end = await followed(stage, ann, seen)

    assert "✅ It is running again" in end
    assert stage.asked.count(SEND) == 1


@pytest.mark.parametrize("fault", REFUSED | LOST)
async def test_a_look_at_the_server_that_fails_is_told_and_offers_nothing_to_send(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, kind = (REFUSED | LOST)[fault]
    await ann.run("allocations list", server=SURVIVAL)
    queue(stage.panel.faults, {"method": "GET", "path": "*/resources", "times": None})

    seen = await ann.press("Restart…")

    assert titled(seen, kind.title), seen.text
    assert not [label for label in seen.buttons if label.startswith("Restart S")]
    assert stage.changes == []


@pytest.mark.parametrize("fault", REFUSED | LOST)
async def test_looks_after_a_restart_that_fail_are_told_as_not_knowing(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    queue, _ = (REFUSED | LOST)[fault]
    await question(stage, ann)
    seen = await ann.press("Restart Survival")
    queue(stage.panel.faults, {"method": "GET", "path": "*/resources", "times": None})

    end = await followed(stage, ann, seen)

    assert "✅" not in end
    assert "After 60 seconds" in end
    assert "do not know what became of it" in end
    assert "Look again" in ann.saw(seen.result).buttons


@pytest.mark.parametrize("fault", NOWHERE)
async def test_a_restart_on_a_panel_that_is_not_there_sends_nothing(
    stage: TroubledStage, ann: Person, world: World, fault: str
) -> None:
    await question(stage, ann)

    with NOWHERE[fault]() as url:
        stage.transport.point_at(url)
        seen = await ann.press("Restart Survival")

    assert titled(seen, errors.PanelUnreachable.title)
    assert stage.asked == []
    assert not restarted(stage, world)
