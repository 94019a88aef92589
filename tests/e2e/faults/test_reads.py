"""A read without a usable answer, or with one that comes too late."""

from __future__ import annotations

import pytest

from bot.panel import errors
from tests.e2e.faults.actions import ACTIONS, READS, ready, titled
from tests.e2e.faults.kinds import APPLIED, LATE, LOST
from tests.e2e.trouble import TroubledStage
from tests.world import World

RETRIED = (errors.PanelUnreachable, errors.ConnectionLost, errors.PanelFailed, errors.GatewayFailed)


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("fault", LOST | APPLIED)
async def test_a_read_without_a_usable_answer_says_why(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, kind = (LOST | APPLIED)[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path, "times": None})
    before = stage.truth()

    seen = await asked.do(ann, world)

    assert titled(seen, kind.title)
    assert stage.truth() == before
    # Where the panel itself fails at the list, a page without a server tells whether it fails at everything.
    probes = 1 if kind is errors.PanelFailed and action in {"servers", "find"} else 0
    assert len(stage.asked) == (3 if kind in RETRIED else 1) + probes
    assert action != "link" or stage.stored_of(ann) == []


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("fault", [name for name, (_, kind) in (LOST | APPLIED).items() if kind in RETRIED])
async def test_a_read_that_fails_once_is_simply_repeated(
    stage: TroubledStage, world: World, fault: str, action: str
) -> None:
    queue, _ = (LOST | APPLIED)[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path})

    seen = await asked.do(ann, world)

    assert "❌" not in seen.text


@pytest.mark.parametrize("action", READS)
@pytest.mark.parametrize("fault", LATE)
async def test_a_read_that_takes_too_long_says_so(stage: TroubledStage, world: World, fault: str, action: str) -> None:
    queue, _ = LATE[fault]
    ann, asked = await ready(stage, world, action), ACTIONS[action]
    queue(stage.panel.faults, {"method": asked.verb, "path": asked.path})

    seen = await stage.too_late(asked.verb, asked.do(ann, world), ann)

    assert titled(seen, errors.PanelSlow.title)
    assert len(stage.asked) == 1
    assert action != "link" or stage.stored_of(ann) == []
