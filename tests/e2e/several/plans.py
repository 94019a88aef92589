"""Several ports at once, as tests begin with them: a server with room, its owner, and a run that is on its way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.demo.panel import Flavour
from bot.demo.panel.records import Allocation
from bot.demo.people import Person, Seen
from tests.e2e.trouble import TroubledStage, open_troubled_stage
from tests.names import unnamed
from tests.stage import check_no_bug
from tests.world import SURVIVAL, World

ROWS = "*/network/allocations"
CREATES = f"POST /servers/{SURVIVAL}/network/allocations"
THROTTLED = [Flavour.PTERODACTYL_1_12, Flavour.PELICAN]


@asynccontextmanager
async def open_several_stage(
    world: World, folder: Path, caplog: pytest.LogCaptureFixture, flavour: Flavour = Flavour.PTERODACTYL_1_12
) -> AsyncIterator[TroubledStage]:
    """Yield a stage on which Survival has room for six more; a test in which the bot logs a bug fails."""
    world.survival.limit = 8
    async with open_troubled_stage(world.state, folder, flavour=flavour) as stage:
        yield stage
    check_no_bug(stage, caplog)


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


async def two_made(person: Person) -> Seen:
    """Begin to add four ports and return what is seen when two are made and the panel takes no more for now."""
    await asked(person, "Voice chat", "Web map", "Query", "RCON")
    seen = await person.press("Add 4 ports")
    assert "2 of 4 ports added. {panel} adds at most 2 ports a minute" in unnamed(seen.text), seen.text
    assert list(seen.buttons) == ["Stop"]
    return seen


def eve_of(world: World, *permissions: str) -> str:
    """Return the key of another member who may do this on Survival."""
    eve = world.state.add_user("eve")
    world.state.add_subuser(world.survival, eve, list(permissions))
    return world.state.add_key(eve)
