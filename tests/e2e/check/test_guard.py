"""What is not asked: ports that are not the person's to see, and addresses that are not a game's."""

from __future__ import annotations

import errno
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.games import JavaGame
from bot.demo.people import Person, Seen
from bot.domain.hostnames import with_port
from bot.domain.probe import Refusal
from bot.net.bounded import Connector, Datagrams, Stream
from bot.settings import GivenSettings
from bot.wiring.games import open_games
from tests.e2e.checks import SURVIVAL, CheckingStage, check, place
from tests.names import unnamed
from tests.net.test_guard import CARRIERS
from tests.world import World


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
        await ann.run("allocations list", server=SURVIVAL)
        await ann.choose(str(row))

        seen = await ann.press("Check")

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
    games = open_games(GivenSettings.model_validate(given | settings), _NoWay())
    assert games is not None
    return (await games.ask(host, port)).refusal


class _NoWay(Connector):
    """Fails the test that opens it."""

    async def stream(self, address: str, port: int) -> Stream:
        raise AssertionError(f"a way to {address} was opened")

    async def datagrams(self, address: str, port: int) -> Datagrams:
        raise AssertionError(f"a way to {address} was opened")


@pytest.fixture
async def barred(stage: CheckingStage) -> CheckingStage:
    """Return a stage whose operator lets private addresses be asked, from which no way leads to a game."""
    stage.way = _NoWay()
    await stage.restart()
    return stage


@pytest.mark.parametrize("ip", ["0.0.0.0", "169.254.169.254", "224.0.0.1", "2606:2800:21f::1%1"])  # noqa: S104
async def test_an_address_of_no_single_machine_is_never_asked(
    barred: CheckingStage, ann: Person, world: World, ip: str
) -> None:
    seen = await _checked(ann, place(world, world.survival, 80, ip=ip))

    assert f"🚫 I do not check `{with_port(ip, 80)}`: no single machine has that address" in seen.text
    assert "Nothing was sent." in seen.text


@pytest.mark.parametrize("ip", CARRIERS.values(), ids=CARRIERS)
async def test_an_address_that_carries_another_within_itself_is_never_asked(
    barred: CheckingStage, ann: Person, world: World, ip: str
) -> None:
    seen = await _checked(ann, place(world, world.survival, 80, ip=ip))

    assert "it is an IPv6 address that holds an IPv4 address within itself" in seen.text
    assert "Nothing was sent." in seen.text


async def _checked(ann: Person, row: int) -> Seen:
    """Return what a check of one of Survival's allocations shows."""
    await ann.run("allocations list", server=SURVIVAL)
    await ann.choose(str(row))
    return await ann.press("Check")


# ---------------------------------------------------------------------------------------- the alias of an inner address


class _Outside(Connector):
    """Leads from any address to one game of this machine; what DNS says is this test's own."""

    def __init__(self, game: JavaGame) -> None:
        self.game = game
        self.names: dict[str, list[str]] = {}
        """What one look-up of a name after the other gives."""
        self.looked_up: list[str] = []
        self.went: set[tuple[str, int]] = set()

    def getaddrinfo(self, host: str, port: int | None, *_: int, **__: int) -> list[tuple[object, ...]]:
        """Return what this look-up gives, as the machine's own does."""
        self.looked_up.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = self.names[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found.pop(0) if len(found) > 1 else found[0], port or 0))]

    async def stream(self, address: str, port: int) -> Stream:
        """Open a connection to the game."""
        self.went.add((address, port))
        return await super().stream("127.0.0.1", self.game.port)

    async def datagrams(self, address: str, port: int) -> Datagrams:
        """Return what sends to the game's port, where nobody listens."""
        self.went.add((address, port))
        return await super().datagrams("127.0.0.1", self.game.port)


@pytest.fixture
async def outside(stage: CheckingStage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[_Outside]:
    """Yield a game at every public address, for a bot that asks no private ones, and what DNS says."""
    async with JavaGame() as game:
        outside = _Outside(game)
        monkeypatch.setattr(stage, "private", "off")
        stage.way = outside
        await stage.restart()
        monkeypatch.setattr(socket, "getaddrinfo", outside.getaddrinfo)
        yield outside


@pytest.mark.parametrize("ip", ["10.0.0.7", "255.255.255.255", "169.254.1.1", "::ffff:10.0.0.7", "64:ff9b::a00:7"])
async def test_an_inner_address_is_asked_by_its_alias_which_is_looked_up_once_and_that_very_address_connected_to(
    outside: _Outside, ann: Person, world: World, ip: str
) -> None:
    outside.names["play.example.org"] = ["93.184.215.14", "10.0.0.1"]

    seen = await _inner(ann, world, "play.example.org", ip=ip)

    assert "✅ Answers as Minecraft Java" in seen.text
    assert "`play.example.org:25599`, checked <t:" in seen.text
    assert outside.looked_up == ["play.example.org"]
    assert outside.went == {("93.184.215.14", 25599)}


async def test_an_alias_that_holds_a_port_is_asked_at_that_port(outside: _Outside, ann: Person, world: World) -> None:
    seen = await _inner(ann, world, "93.184.215.14:25600")

    assert "✅ Answers as Minecraft Java" in seen.text
    assert outside.went == {("93.184.215.14", 25600)}


async def test_allocations_that_share_an_alias_are_asked_each_at_its_own_port_and_counted_apart(
    outside: _Outside, ann: Person, world: World
) -> None:
    outside.names["play.example.org"] = ["93.184.215.14"]
    rows = [place(world, world.survival, port, ip="10.0.0.7") for port in (25599, 25600, 25601)]
    for row in rows:
        world.state.allocations[row].ip_alias = "play.example.org"

    seen = [await _checked(ann, row) for row in rows]
    again = await _checked(ann, rows[0])

    for port, one in zip((25599, 25600, 25601), seen, strict=True):
        assert f"`play.example.org:{port}`, checked" in one.text
    assert all("✅ Answers as Minecraft Java" in one.text for one in seen)
    assert outside.went == {("93.184.215.14", port) for port in (25599, 25600, 25601)}
    assert outside.looked_up == ["play.example.org"] * 3
    assert again.text == seen[0].text


@pytest.mark.parametrize("leads_to", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1"])
async def test_an_alias_that_leads_to_an_inner_address_too_is_not_asked(
    outside: _Outside, ann: Person, world: World, leads_to: str
) -> None:
    outside.names["play.example.org"] = [leads_to]

    seen = await _inner(ann, world, "play.example.org")

    assert "🚫 I do not check `10.0.0.7:25599`: it is not an address of the public internet" in seen.text
    assert outside.went == set()


async def test_an_alias_that_leads_nowhere_is_told_as_a_name_that_could_not_be_looked_up(
    outside: _Outside, ann: Person, world: World
) -> None:
    seen = await _inner(ann, world, "play.example.org")

    assert "gives a name as this port's address, `play.example.org:25599`, and I could not look it up" in seen.text
    assert outside.went == set()


@pytest.mark.parametrize("alias", [" 93.184.215.14 : 25600 ", "93.184.215.14.:25600", "[93.184.215.14]:25600"])
async def test_an_alias_in_an_odd_form_is_asked_at_the_address_that_it_says(
    outside: _Outside, ann: Person, world: World, alias: str
) -> None:
    seen = await _inner(ann, world, alias)

    assert "✅ Answers as Minecraft Java" in seen.text
    assert outside.went == {("93.184.215.14", 25600)}


@pytest.mark.parametrize(
    "alias",
    [
        *("not a name", "http://10.0.0.1/", "@everyone", "Lobby", ":0", ":25600", "http://93.184.215.14"),
        *("93.184.215.14:0", "93.184.215.14:99999", "play.example.org:0", "[play.example.org]:25600"),
        *("93.184.215.14/80", "93.184.215.14 25600", "127.1", "2130706433", "0x7f.1", "0x7f.0x0.0x0.0x1"),
    ],
)
async def test_an_alias_that_is_no_address_is_neither_looked_up_nor_asked(
    outside: _Outside, ann: Person, world: World, alias: str
) -> None:
    seen = await _inner(ann, world, alias)

    assert "🚫 I do not check `10.0.0.7:25599`" in seen.text
    assert outside.looked_up == []
    assert outside.went == set()


async def _inner(ann: Person, world: World, alias: str, *, ip: str = "10.0.0.7") -> Seen:
    """Return what a check of a port shows whose own address is of an inner network, or another that is not asked."""
    row = place(world, world.survival, 25599, ip=ip)
    world.state.allocations[row].ip_alias = alias
    return await _checked(ann, row)


# ------------------------------------------------------------------------------------------ the panel's and the bot's


async def test_the_panels_own_host_and_port_are_never_asked(stage: CheckingStage, ann: Person, world: World) -> None:
    port = int(stage.panel.url.rpartition(":")[2])
    place(world, world.survival, port)

    seen = await check(ann, port)

    assert "it is {panel}'s own address, or mine" in unnamed(seen.text)


async def test_an_alias_does_not_stand_in_for_the_panels_own_address(
    outside: _Outside, stage: CheckingStage, ann: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "private", "on")
    await stage.restart()
    port = int(stage.panel.url.rpartition(":")[2])
    row = place(world, world.survival, port)
    world.state.allocations[row].ip_alias = "93.184.215.14:25600"

    seen = await _checked(ann, row)

    assert "it is {panel}'s own address, or mine" in unnamed(seen.text)
    assert outside.went == set()


async def test_where_the_panel_cannot_be_looked_up_that_is_said_and_no_name_of_the_port_is_blamed(
    outside: _Outside, stage: CheckingStage, ann: Person, world: World
) -> None:
    settings = stage.settings.model_copy(update={"panel_url": "http://panel.example.org:25599", "check": "on"})
    games = open_games(settings, outside)
    stage.bot.services.checking.probing.games = games
    row = place(world, world.survival, 25599, ip="93.184.215.14")

    seen = await _checked(ann, row)

    assert "❔ I do not check `93.184.215.14:25599`: {panel} or I listen on a port with that number" in unnamed(
        seen.text
    )
    assert "gives a name" not in seen.text
    assert outside.looked_up == ["panel.example.org"]
    assert outside.went == set()


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

    seen = await _checked(ann, place(world, world.survival, 25599, ip="2606:2800:21f::1"))

    assert "❔ My own machine has no way to `[2606:2800:21f::1]:25599`" in seen.text
    assert "tell whoever runs this bot to look at its network" in seen.text
    assert "No answer" not in seen.text
