"""A visit to the bot whose database is a PostgreSQL server's."""

from __future__ import annotations

import os
from pathlib import Path

from bot.front.work import AT_ONCE
from tests.e2e.crowd import without_waiting
from tests.e2e.history.recorded import lines, look_at
from tests.e2e.postgres.counted import Counted
from tests.names import undo_of
from tests.world import World


async def test_a_whole_session_on_a_server_is_as_it_is_on_a_file(
    on_server: Counted, world: World, tmp_path: Path
) -> None:
    stage = on_server.stage
    ann = stage.person("ann")
    linked = await ann.link(world.ann)
    listed = await ann.run("allocations list", server="Survival")
    noted = await ann.run("allocations notes", server="Survival", allocation="25566", text="atlas")
    primary = await ann.run("allocations primary", server="Survival", allocation="25566")
    await ann.run("allocations create", server="Survival", notes="query")
    new = next(a for a in world.state.allocations_of(world.survival) if a.notes == "query")
    await ann.run("allocations delete", server="Survival", allocation=str(new.port))
    deleted = await ann.press(f"Remove {new.address}")
    await stage.restart()
    history = lines(await ann.run("allocations history"))
    await ann.press(undo_of(await look_at(ann, 2)))
    undone = world.state.primary_of(world.survival)
    await ann.run("account")
    await ann.run("unlink")
    gone = await ann.press(f"Unlink ptlc_…{world.ann[-4:]}")
    left = on_server.found("SELECT (SELECT count(*) FROM links), (SELECT count(*) FROM changes)")
    stranger = await ann.run("allocations list", server="Survival")

    assert "✅ Linked" in linked.text
    assert "203.0.113.7:25566" in listed.options
    assert "atlas" in noted.text
    assert "25566" in primary.text
    assert f"✅ Removed `{new.address}`" in deleted.text
    assert len(history) == 4
    assert undone.port == 25565
    assert "Unlinked" in gone.text
    assert left == [(0, 0)]
    assert "First, link your account" in stranger.text
    assert os.listdir(tmp_path) == []


async def test_of_a_burst_five_actions_get_under_way_though_each_waits_for_its_claim_first(
    on_server: Counted, world: World
) -> None:
    stage = on_server.stage
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel():
        with without_waiting(stage):
            sent = [(await dan.run("allocations list", server=world.solo.identifier)).result for _ in range(30)]
        await stage.env.settle()
    answers = [dan.saw(result).text for result in sent]

    assert sum("1 of 3 ports used" in text for text in answers) == AT_ONCE
    assert sum("One moment, please" in text for text in answers) == 30 - AT_ONCE
    assert len(stage.panel.requests) == AT_ONCE
