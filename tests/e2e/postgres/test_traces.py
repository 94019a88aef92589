"""What a server keeps of somebody without a link: that actions were taken, and of nobody who could be named."""

from __future__ import annotations

from tests.documents import PRIVACY
from tests.e2e.postgres.counted import Counted
from tests.postgres.stage import OnServer
from tests.world import World

_COUNTS = "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM claims WHERE person = {})"


async def test_before_a_link_it_is_kept_that_an_action_was_taken_and_not_by_whom(on_server: Counted) -> None:
    stage = on_server.stage
    ann = stage.person("ann")

    await ann.run("help")
    await ann.run("allocations notes", server="Survival", allocation="25566", text="voice chat of Ann's")

    assert "which of your actions the bot took in the last twenty minutes" in " ".join(PRIVACY.split())
    assert on_server.found(_COUNTS.format(ann.id)) == [(2, 0)]
    assert isinstance(stage, OnServer)
    assert str(ann.id).encode() not in stage.kept
    assert b"voice chat" not in stage.kept


async def test_after_an_unlink_it_is_kept_that_actions_were_taken_and_nothing_else(
    on_server: Counted, world: World
) -> None:
    stage = on_server.stage
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations notes", server="Survival", allocation="25566", text="atlas")
    await ann.run("unlink")
    await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")

    assert "but for which of your actions the bot took in the last twenty minutes" in " ".join(PRIVACY.split())
    [(taken, hers)] = on_server.found(_COUNTS.format(ann.id))
    assert taken > 3
    assert hers == 0
    assert stage.stored_of(ann) == []
    assert isinstance(stage, OnServer)
    assert str(ann.id).encode() not in stage.kept
    assert b"atlas" not in stage.kept
