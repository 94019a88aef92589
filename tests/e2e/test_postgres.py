"""A visit to the bot whose database is a PostgreSQL server's, and how little it asks of that."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.people import Person
from bot.demo.stage import open_stage
from bot.front.work import AT_ONCE
from tests.e2e.crowd import without_waiting
from tests.e2e.history.recorded import lines, look_at
from tests.e2e.statements import traced
from tests.names import undo_of
from tests.postgres.proxy import UNENCRYPTED, Proxy, proxy_before
from tests.postgres.server import Server
from tests.postgres.stage import stage_on
from tests.stage import Stage
from tests.world import World


@pytest.fixture
async def on_server(world: World, tmp_path: Path, postgres: Server) -> AsyncIterator[tuple[Stage, Proxy, str]]:
    """Yield the bot on a stage with a new database of the server, what counts its statements, and the address."""
    url = postgres.fresh()
    name = url.rpartition("/")[2]
    with proxy_before(postgres.port) as proxy:
        kind = stage_on(postgres.url(name, port=proxy.port) + UNENCRYPTED)
        async with open_stage(world.state, tmp_path, kind=kind) as stage:
            yield stage, proxy, name
            stage.env.raise_errors()


async def test_a_whole_session_on_a_server_is_as_it_is_on_a_file(
    on_server: tuple[Stage, Proxy, str], world: World, postgres: Server, tmp_path: Path
) -> None:
    stage, _, name = on_server
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
    left = postgres.execute("SELECT (SELECT count(*) FROM links), (SELECT count(*) FROM changes)", database=name)
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


async def listed_by(stage: Stage, world: World, *, fresh: bool) -> Person:
    """Return somebody who has looked at a server once; with `fresh`, the bot is a new one that another has used."""
    ann, bob = await stage.linked("ann", world.ann), await stage.linked("bob", world.bob)
    await ann.run("allocations list", server="Survival")
    if fresh:
        await stage.restart()
        await bob.run("allocations list", server="Survival")
    await noted(stage)
    return ann


async def noted(stage: Stage) -> None:
    """Wait until what nobody waits for is written."""
    database: Any = vars(stage.bot.memory)["_database"]
    while database._later:
        await asyncio.wait(database._later)


@pytest.mark.parametrize("fresh", [False, True], ids=["known", "after a restart"])
async def test_a_list_costs_at_most_two_statements_on_a_server(
    on_server: tuple[Stage, Proxy, str], world: World, fresh: bool
) -> None:
    stage, proxy, _ = on_server
    ann = await listed_by(stage, world, fresh=fresh)
    before = proxy.executed

    await ann.run("allocations list", server="Survival")

    assert 1 + fresh <= proxy.executed - before <= 2


@pytest.mark.parametrize("server", ["Survival", "5e000001"], ids=["typed", "chosen"])
async def test_a_list_after_a_minute_away_costs_the_claim_and_the_link_whose_use_is_noted_with_it(
    on_server: tuple[Stage, Proxy, str], world: World, postgres: Server, server: str
) -> None:
    stage, proxy, name = on_server
    ann = await listed_by(stage, world, fresh=False)
    await stage.env.advance_time(61)
    await stage.restart()
    await (await stage.linked("dan", world.dan)).run("servers")  # so that the new one has its connections
    await noted(stage)
    used = "SELECT last_used_at FROM links WHERE panel_username = 'ann'"
    [(before,)] = postgres.execute(used, database=name)
    executed = proxy.executed

    await ann.run("allocations list", server=server)
    await noted(stage)

    assert proxy.executed - executed == 2
    assert postgres.execute(used, database=name)[0][0] >= before + 60


async def test_of_a_burst_five_actions_get_under_way_though_each_waits_for_its_claim_first(
    on_server: tuple[Stage, Proxy, str], world: World
) -> None:
    stage, *_ = on_server
    dan = await stage.linked("dan", world.dan)

    async with stage.slow_panel():
        with without_waiting(stage):
            sent = [(await dan.run("allocations list", server=world.solo.identifier)).result for _ in range(30)]
        await stage.env.settle()
    answers = [dan.saw(result).text for result in sent]

    assert sum("1 of 3 ports used" in text for text in answers) == AT_ONCE
    assert sum("One moment, please" in text for text in answers) == 30 - AT_ONCE
    assert len(stage.panel.requests) == AT_ONCE


async def test_what_is_over_is_told_along_with_the_next_claim_and_costs_no_statement(
    on_server: tuple[Stage, Proxy, str], world: World, postgres: Server
) -> None:
    stage, proxy, name = on_server
    ann = await listed_by(stage, world, fresh=False)
    before = proxy.executed

    for _ in range(10):
        await ann.run("allocations list", server="Survival")
    asked = proxy.executed - before
    left = postgres.execute("SELECT count(*) FROM claims WHERE NOT over", database=name)

    # One may fall into these ten, for what is over is told after five seconds where nothing else is asked.
    assert 10 <= asked <= 11
    assert left[0][0] <= 1


@pytest.mark.parametrize("fresh", [False, True], ids=["known", "after a restart"])
async def test_a_list_costs_at_most_two_statements_on_a_file(world: World, tmp_path: Path, fresh: bool) -> None:
    async with open_stage(world.state, tmp_path, kind=Stage) as stage:
        kept = await asked_of_a_file(stage, world, fresh=fresh)

    assert fresh <= len(kept) <= 2, kept


async def asked_of_a_file(stage: Stage, world: World, *, fresh: bool) -> list[str]:
    """Return the statements of a list."""
    ann = await listed_by(stage, world, fresh=fresh)
    statements = await traced(stage)

    await ann.run("allocations list", server="Survival")
    await noted(stage)
    return [statement for statement in statements if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))]
