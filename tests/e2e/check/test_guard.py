"""What is not asked: ports that are not the person's to see, and addresses that are not a game's."""

from __future__ import annotations

import errno

import pytest

from bot.demo.games import JavaGame
from bot.demo.people import Person
from bot.domain.hostnames import with_port
from bot.net.bounded import Connector, Datagrams, Stream
from tests.e2e.check.ways import NoWay
from tests.e2e.checks import CheckingStage, check, check_row, place
from tests.net.addresses import CARRIERS
from tests.world import SURVIVAL, World


async def test_a_port_of_a_server_that_the_person_may_not_read_is_not_asked(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    dan = await stage.linked("dan", world.dan)
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await dan.run("allocations list", server="5e000003")

        others = await stage.forge(dan, f"v1:check.ask:{dan.id}:{SURVIVAL}:{row}", on=page)
        elsewhere = await stage.forge(dan, f"v1:check.ask:{dan.id}:5e000003:{row}", on=page)

    assert "Answers" not in others.text + elsewhere.text
    assert game.asked == []


async def test_a_port_that_was_taken_from_the_server_since_the_page_was_shown_is_not_asked(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        await ann.run("allocations list", server=SURVIVAL)
        await ann.choose(str(row))
        world.state.allocations[row].server_id = None

        seen = await ann.press("Check")

    assert "Answers" not in seen.text
    assert game.asked == []


async def test_who_is_shown_the_primary_alone_checks_no_other_port(stage: CheckingStage, world: World) -> None:
    cid = await stage.linked("cid", world.cid)
    async with JavaGame() as game:
        row = place(world, world.survival, game.port)
        page = await cid.run("allocations list", server=SURVIVAL)

        seen = await stage.forge(cid, f"v1:check.ask:{cid.id}:{SURVIVAL}:{row}", on=page)

    assert "does not show it to you, so I do not check it" in seen.text
    assert game.asked == []


async def test_the_address_of_the_panel_is_connected_to_and_not_the_alias(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    async with JavaGame() as meant, JavaGame() as other:
        row = place(world, world.survival, meant.port)
        world.state.allocations[row].ip_alias = f"127.0.0.1:{other.port}"

        seen = await check_row(ann, row)

    assert "✅ Answers" in seen.text
    assert meant.asked == [("127.0.0.1", meant.port)]
    assert other.asked == []


async def test_without_the_operators_word_only_the_public_internet_is_asked(
    stage: CheckingStage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "private", "off")
    await stage.restart()
    async with JavaGame() as game:
        place(world, world.survival, game.port)

        seen = await check(ann, game.port)

    assert f"🚫 I do not check `127.0.0.1:{game.port}`: it is not an address of the public internet" in seen.text
    assert "`CHECK_PRIVATE`" in seen.text
    assert "Nothing was sent." in seen.text
    assert game.asked == []


@pytest.fixture
async def barred(stage: CheckingStage) -> CheckingStage:
    """Return a stage whose operator lets private addresses be asked, from which no way leads to a game."""
    stage.way = NoWay()
    await stage.restart()
    return stage


@pytest.mark.parametrize("ip", ["0.0.0.0", "169.254.169.254", "224.0.0.1", "2606:2800:21f::1%1"])  # noqa: S104
async def test_an_address_of_no_single_machine_is_never_asked(
    barred: CheckingStage, ann: Person, world: World, ip: str
) -> None:
    seen = await check_row(ann, place(world, world.survival, 80, ip=ip))

    assert f"🚫 I do not check `{with_port(ip, 80)}`: no single machine has that address" in seen.text
    assert "Nothing was sent." in seen.text


@pytest.mark.parametrize("ip", CARRIERS.values(), ids=CARRIERS)
async def test_an_address_that_carries_another_within_itself_is_never_asked(
    barred: CheckingStage, ann: Person, world: World, ip: str
) -> None:
    seen = await check_row(ann, place(world, world.survival, 80, ip=ip))

    assert "it is an IPv6 address that holds an IPv4 address within itself" in seen.text
    assert "Nothing was sent." in seen.text


async def test_an_address_to_which_the_bots_machine_has_no_way_is_told_as_that(
    stage: CheckingStage, ann: Person, world: World
) -> None:
    class Nowhere(Connector):
        async def stream(self, address: str, port: int) -> Stream:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")

        async def datagrams(self, address: str, port: int) -> Datagrams:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")

    stage.way = Nowhere()
    await stage.restart()

    seen = await check_row(ann, place(world, world.survival, 25599, ip="2606:2800:21f::1"))

    assert "❔ My own machine has no way to `[2606:2800:21f::1]:25599`" in seen.text
    assert "tell whoever runs this bot to look at its network" in seen.text
    assert "No answer" not in seen.text
