"""A link that somebody deletes with a program of their own: the database tells, whatever that program is called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from tests.postgres.server import Server
from tests.postgres.stage import stage_on
from tests.stage import Stage, open_stage
from tests.world import World


@pytest.fixture
async def told(world: World, tmp_path: Path, postgres: Server) -> AsyncIterator[tuple[Stage, str]]:
    """Yield the bot on a stage with a new database of the server, and its address."""
    url = postgres.fresh()
    async with open_stage(world.state, tmp_path, kind=stage_on(url)) as stage:
        yield stage, url
        stage.env.raise_errors()


@pytest.mark.parametrize(
    "name",
    ["psql", "", "pgAdmin 4 - CONN:1", "DBeaver 24.1 - SQLEditor <x.sql>", "berth-0123456789ab - 10.0.0.1:4711"],
    ids=["psql", "without a name", "pgAdmin", "DBeaver", "another process by way of PgBouncer"],
)
async def test_a_link_deleted_by_any_program_is_gone_at_the_next_list(
    told: tuple[Stage, str], world: World, name: str
) -> None:
    stage, url = told
    ann = await stage.linked("ann", world.ann)
    await ann.run("allocations list", server="Survival")

    with psycopg.connect(url, application_name=name) as other:
        other.execute("DELETE FROM links")
    async with stage.bot.services.fleet.exclusion.turn("anything"):
        pass  # who has a turn has heard of every change before it
    listed = await ann.run("allocations list", server="Survival")

    assert "First, link your account" in listed.text
