"""The panel says no: that is what is told, and nothing was changed."""

from __future__ import annotations

import json

import pytest

from bot.errors import BotError
from bot.panel import errors
from bot.services.everyone import LogNotShown
from tests.e2e.faults.actions import ACTIONS, in_effect, ready, titled
from tests.e2e.faults.kinds import NOT_FOUND, REFUSED, SUSPENDED, WRONG_NOTES, refusal
from tests.e2e.trouble import TroubledStage
from tests.names import unnamed
from tests.world import World

OWN_WORDS: dict[tuple[str, str], type[BotError]] = {
    ("422", "notes"): errors.NotesRefused,
    ("403", "everyone"): LogNotShown,
    ("409", "everyone"): LogNotShown,
}
"""What is told of a refusal in other words than of most actions."""
PANEL_WORDS = {"409": SUSPENDED, "422": WRONG_NOTES}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("fault", REFUSED)
async def test_a_refusal_is_told_and_nothing_was_changed(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, kind = REFUSED[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})
    before = stage.truth()

    seen = await asked.do(ann, world)

    kind = OWN_WORDS.get((fault, action), kind)
    assert titled(seen, kind.title)
    assert seen.ephemeral
    assert stage.truth() == before
    # What is refused on a port's own page is shown on top of that page, which is read for it.
    reads_again = action == "check" and fault in {"403", "409", "422"}
    assert stage.panel.requests.count(method=asked.verb) == (2 if reads_again else 1)
    assert ("⏳ Possible again <t:" in seen.text) is ("with Retry-After" in fault)
    assert (PANEL_WORDS.get(fault, "…") in seen.text.replace("\\", "")) is (fault in PANEL_WORDS)
    assert ("I have my key" in seen.buttons) is (fault == "401")
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("link", errors.NotThePanelApi),
        ("servers", errors.NotThePanelApi),
        ("list", errors.ServerNotFound),
        ("check", errors.ServerNotFound),
        ("address", errors.ServerNotFound),
        ("find", errors.NotThePanelApi),
        ("everyone", errors.ServerNotFound),
        ("create", errors.NoServerOrPort),
        ("notes", errors.AllocationNotFound),
        ("primary", errors.AllocationNotFound),
    ],
)
async def test_not_found_says_what_is_not_there(
    stage: TroubledStage, world: World, action: str, kind: type[BotError]
) -> None:
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    refusal(404, NOT_FOUND)(stage.panel.faults, {"method": asked.verb, "path": asked.path})
    before = stage.truth()

    seen = await asked.do(ann, world)

    assert titled(seen, kind.title)
    assert stage.truth() == before
    assert stage.panel.requests.count(method=asked.verb) == 1


async def test_a_deletion_of_what_the_panel_shows_but_says_is_not_there_is_told_as_both(
    stage: TroubledStage, world: World
) -> None:
    ann, asked = await ready(stage, world, "delete"), ACTIONS["delete"]
    refusal(404, NOT_FOUND)(stage.panel.faults, {"method": asked.verb, "path": asked.path})
    before = stage.truth()

    seen = await asked.do(ann, world)

    assert asked.not_done in seen.text
    assert "{panel} answered that there is no such port, but still shows it." in unnamed(seen.text)
    assert "said yes" not in seen.text
    assert "`203.0.113.7:25566`" in seen.text
    assert stage.truth() == before
    assert len(stage.changes) == 1


async def test_a_deletion_that_somebody_else_made_before_the_press_is_told(stage: TroubledStage, world: World) -> None:
    ann = await ready(stage, world, "delete")
    world.state.release(world.state.allocations[2])

    seen = await ACTIONS["delete"].do(ann, world)

    assert titled(seen, errors.AllocationNotFound.title)
    assert stage.changes == []


async def test_a_deletion_that_somebody_else_made_at_the_same_moment_is_done(
    stage: TroubledStage, world: World
) -> None:
    ann = await ready(stage, world, "delete")
    body = json.dumps({"errors": [{"code": "NotFoundHttpException", "status": "404", "detail": NOT_FOUND}]})
    stage.panel.faults.answer(404, body, method="DELETE", apply=True)

    seen = await ACTIONS["delete"].do(ann, world)

    assert "✅ Removed" in seen.text
    assert in_effect(world, "delete")
    assert len(stage.changes) == 1
