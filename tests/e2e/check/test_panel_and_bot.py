"""What is not asked: where the panel listens, or the bot itself, its database and its numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.demo.people import Person
from bot.domain.probe import Refusal
from bot.settings import GivenSettings
from bot.wiring.games import open_games
from tests.e2e.check.ways import NoWay, Outside
from tests.e2e.checks import CheckingStage, check, check_row, place
from tests.names import unnamed
from tests.world import World


@pytest.mark.parametrize("port", [5432, 9464, 8443, 8081], ids=["database", "numbers", "keys", "proxy to Discord"])
async def test_the_bots_own_database_and_numbers_are_never_asked(port: int) -> None:
    refusal = await _refusal_of(
        "127.0.0.1",
        port,
        database_url="postgresql://berth@127.0.0.1/berth",
        panel_key_url="http://127.0.0.1:8443/keys",
        discord_api_url="http://127.0.0.1:8081/api/v10",
        metrics="127.0.0.1:9464",
    )

    assert refusal is Refusal.OURS


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.5:5433,10.0.0.6:5434/berth", ("10.0.0.5", 5433)),
        ("10.0.0.5:5433,10.0.0.6:5434/berth", ("10.0.0.6", 5434)),
        ("10.0.0.5,localhost/", ("10.0.0.5", 5432)),
        ("10.0.0.5,localhost/", ("127.0.0.1", 5432)),
        ("[fd00::5]:5433/berth", ("fd00::5", 5433)),
        ("/berth?host=10.0.0.5,10.0.0.6&port=5433", ("10.0.0.6", 5433)),
        ("db.example.com/berth?hostaddr=203.0.113.9&port=6000", ("203.0.113.9", 6000)),
        ("%2Frun%2Fpostgresql,10.0.0.5:5433/berth", ("10.0.0.5", 5433)),
        ("/berth?service=inner", ("10.0.0.8", 6001)),
        ("10.0.0.5/berth?service=inner", ("10.0.0.5", 6001)),
        ("/berth", ("10.0.0.9", 6002)),
        ("10.0.0.5/berth", ("10.0.0.5", 6002)),
    ],
)
async def test_no_host_and_port_that_libpq_reads_from_the_databases_address_is_ever_asked(
    address: str, place: tuple[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = tmp_path / "pg_service.conf"
    services.write_text("[inner]\nhost=10.0.0.8\nport=6001\n")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    if place[1] == 6002:
        monkeypatch.setenv("PGHOST", "10.0.0.9")
        monkeypatch.setenv("PGPORT", "6002")

    refusal = await _refusal_of(*place, database_url=f"postgresql://berth@{address}")

    assert refusal is Refusal.OURS


async def _refusal_of(host: str, port: int, **settings: str) -> Refusal | None:
    """Return why a bot with these settings does not ask what listens there; no way leads to it."""
    given = {"discord_token": "x" * 30, "panel_url": "https://panel.example.com", "check_private": "on"}
    games = open_games(GivenSettings.model_validate(given | settings), NoWay())
    assert games is not None
    return (await games.ask(host, port)).refusal


async def test_the_panels_own_host_and_port_are_never_asked(stage: CheckingStage, ann: Person, world: World) -> None:
    port = int(stage.panel.url.rpartition(":")[2])
    place(world, world.survival, port)

    seen = await check(ann, port)

    assert "it is {panel}'s own address, or mine" in unnamed(seen.text)


async def test_an_alias_does_not_stand_in_for_the_panels_own_address(
    outside: Outside, stage: CheckingStage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "private", "on")
    await stage.restart()
    port = int(stage.panel.url.rpartition(":")[2])
    row = place(world, world.survival, port)
    world.state.allocations[row].ip_alias = "93.184.215.14:25600"

    seen = await check_row(ann, row)

    assert "it is {panel}'s own address, or mine" in unnamed(seen.text)
    assert outside.went == set()


async def test_where_the_panel_cannot_be_looked_up_that_is_said_and_no_name_of_the_port_is_blamed(
    outside: Outside, stage: CheckingStage, ann: Person, world: World
) -> None:
    settings = stage.settings.model_copy(update={"panel_url": "http://panel.example.org:25599", "check": "on"})
    games = open_games(settings, outside)
    stage.bot.services.checking.probing.games = games
    row = place(world, world.survival, 25599, ip="93.184.215.14")

    seen = await check_row(ann, row)

    assert "❔ I do not check `93.184.215.14:25599`: {panel} or I listen on a port with that number" in unnamed(
        seen.text
    )
    assert "gives a name" not in seen.text
    assert outside.looked_up == ["panel.example.org"]
    assert outside.went == set()
