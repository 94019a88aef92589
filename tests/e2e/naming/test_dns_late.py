"""What DNS says after the answer was shown, while somebody uses that message: the later action stays."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.nameserver import NameServer
from tests.e2e.naming.given import ann_named
from tests.e2e.naming.lines import SlowLine
from tests.stage import Stage
from tests.world import World


async def test_what_dns_says_late_never_covers_a_later_action_when_it_has_to_be_sent_again(
    stage: Stage, world: World, names: NameServer
) -> None:
    ann, _ = await ann_named(stage, world)
    line = stage.bot.services.joining.resolver = SlowLine(stage, names)

    with stage.still_time(), pytest.MonkeyPatch.context() as patch:
        waiting = await ann.run("allocations primary", server="Survival", allocation="25566")
        await stage.env.advance_time(0.6)
        shown = ann.saw(waiting.result)
        before = shown.text
        adapter, tries = stage.env._webhook_adapter, []
        send = adapter.request

        async def lost(route: Any, session: Any, **options: Any) -> Any:
            tries.append(route.method)
            if len(tries) == 1:
                raise ConnectionResetError
            return await send(route, session, **options)

        patch.setattr(adapter, "request", lost, raising=False)
        line.open.set()
        await stage.env.settle()
        assert tries == ["PATCH"]
        await ann.press("Refresh", on=shown)
        await stage.env.advance_time(30)

    assert "✅ Made primary" in before
    assert "Made primary" not in shown.text
    assert "DNS still leads" not in shown.text
