"""Check on a port's own page: the game is asked over real sockets, and what came of it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo import stage as demo
from bot.demo.games import JavaGame
from bot.demo.panel import Server
from bot.demo.people import Person, Seen
from bot.settings import Settings
from tests.e2e.trouble import TroubledStage
from tests.world import World

SURVIVAL = "5e000001"
READ = f"GET /servers/{SURVIVAL}"
LOOK = f"{READ}/resources"


class CheckingStage(TroubledStage):
    """A stage whose operator lets the games of this machine be asked."""

    settings_of_check: dict[str, Any] = {"check_private": "on"}  # noqa: RUF012 - a test's own, never changed in place

    @property
    def settings(self) -> Settings:
        """The settings, with those of the check."""
        return super().settings.model_copy(update=self.settings_of_check)


def place(world: World, server: Server, port: int, *, ip: str = "127.0.0.1") -> int:
    """Give a server an allocation at a port of this machine; return its id."""
    row = world.state.add_allocation(ip, port)
    row.server_id = server.id
    return row.id


async def check(person: Person, port: int, *, ip: str = "127.0.0.1", server: str = SURVIVAL) -> Seen:
    """Open a port's own page and press Check."""
    await person.run("allocations list", server=server)
    await person.choose(f"{ip}:{port}")
    return await person.press("Check")


@pytest.fixture
async def stage(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[CheckingStage]:
    """Yield the stage; a test in which the bot logs a bug fails."""
    async with demo.open_stage(world.state, tmp_path, kind=CheckingStage) as stage:
        yield stage
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


async def test_a_java_server_answers_with_its_version_its_players_and_the_time_it_took(
    stage: CheckingStage, world: World
) -> None:
    ann = await stage.linked("ann", world.ann)
    async with JavaGame(version="1.21.4", players=4, slots=20) as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert "✅ Answers as Minecraft Java 1.21.4: 4 of 20 players, " in seen.text
    assert " ms." in seen.text
    assert game.asked == [("127.0.0.1", game.port)]
