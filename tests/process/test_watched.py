"""A bot that is watched: its numbers name nobody, it says whether it is alive and ready, and its log can be JSON."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.process.adding import COUNT, begun
from tests.process.harbour import Harbour, Member
from tests.process.visit import Visit, meet_every_trouble, secrets_of, use_everything
from tests.wire.process import ROOT
from tests.wire.watch import Watch

CYCLE = 0.05
"""Seconds between two looks at what comes by itself."""


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Watcher:
    """Asks the bot as Prometheus and an orchestrator do."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._base = f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        async with self._session.get(f"{self._base}{path}") as response:
            return response.status, await response.text()

    async def number(self, name: str, **labels: str) -> float:
        """Return the sum of a number over all its series with these labels."""
        families = text_string_to_metric_families((await self.get("/metrics"))[1])
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    async def refused(self, method: str, path: str) -> int:
        """Return the status of an answer to a request with this verb."""
        async with self._session.request(method, f"{self._base}{path}") as response:
            return response.status

    async def until_number(self, name: str, wanted: float) -> None:
        """Wait until a number is this."""
        async with asyncio.timeout(20):
            while True:
                if await self.number(name) == wanted:
                    return
                await asyncio.sleep(CYCLE)

    async def until(self, path: str, status: int) -> str:
        """Wait until a path is answered with this status, and return the words."""
        async with asyncio.timeout(20):
            while True:
                try:
                    found, words = await self.get(path)
                except aiohttp.ClientConnectionError:
                    found, words = 0, ""
                if found == status:
                    return words
                await asyncio.sleep(CYCLE)


@pytest.fixture
def port() -> int:
    """Return a port for the bot's numbers."""
    return free_port()


@pytest.fixture
async def watcher(port: int) -> AsyncIterator[Watcher]:
    """Whoever watches the bot at that port."""
    async with aiohttp.ClientSession() as session:
        yield Watcher(session, port)


def _visit(harbour: Harbour) -> tuple[Visit, Member]:
    member = harbour.member()
    return Visit(harbour, member, harbour.state.add_key(harbour.state.users[member.server.owner_id])), member


async def test_no_label_ever_names_a_person_a_discord_server_a_game_server_or_a_panel(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    visit, member = _visit(harbour)
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        await use_everything(visit)
        await meet_every_trouble(visit)
        _, told = await watcher.get("/metrics")

    values = {
        (sample.name, name, value)
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        for name, value in sample.labels.items()
        if family.name.startswith("berth_") and name != "le"
    }
    named = [str(member.id), member.name, member.server.identifier, "Server 1", "203.0.113", "25565", harbour.panel.url]
    named += [harbour.panel.url.rpartition(":")[2], *secrets_of(visit)]
    assert [found for found in values if any(name in found[2] for name in named)] == []
    # Besides: words of ours only. A route has stars where names are, everything else is one word or a command.
    ours = re.compile(r"[a-zA-Z./*_ -]+|\d{3}")
    assert [found for found in values if found[0] != "berth_build_info" and not ours.fullmatch(found[2])] == []
    assert {value for family, name, value in values if name == "route"} >= {
        "api/client/servers/*",
        "api/client/servers/*/network/allocations",
        "api/client/servers/*/network/allocations/*",
        "api/client/servers/*/power",
        "api/client/account/api-keys",
    }
    assert {value for family, name, value in values if name == "verb"} >= {
        *("account", "allocations find", "allocations address"),
        *("power.ask", "power.do", "check.ask", "swap.start"),
    }


async def test_interactions_are_counted_by_what_they_were_and_how_they_ended(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await harbour.open_panel(member)
        await (await panel.press("Refresh")).wait_for_answer()
        harbour.panel.faults.answer(500, "{}", times=None)
        await (await panel.press("Refresh")).wait_for_answer()

        assert await watcher.number("berth_interactions_total", verb="allocations list", outcome="done") == 1
        assert await watcher.number("berth_interactions_total", verb="alloc.list", outcome="done") == 1
        assert await watcher.number("berth_interactions_total", verb="alloc.list", outcome="GatewayFailed") == 1
        assert await watcher.number("berth_interaction_acknowledged_seconds_count") == 5
        assert await watcher.number("berth_interaction_answered_seconds_count", verb="alloc.list") == 2
        assert await watcher.number("berth_panel_request_seconds_count", method="GET", status="500") >= 1
        assert await watcher.number("berth_database_seconds_count") > 0
        assert await watcher.number("berth_shards_up") == 1
        assert await watcher.number("berth_connected") == 1


async def test_suggestions_are_counted_as_interactions_are(harbour: Harbour, watcher: Watcher, port: int) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member, typed = await harbour.linked(), harbour.discord.autocomplete
        options = {"server": member.server.identifier}
        of_servers = await (await typed(member.id, "allocations list", "server", "S")).wait_for_answer()
        of_ports = await (await typed(member.id, "allocations notes", "allocation", "", options)).wait_for_answer()

        assert await watcher.number("berth_interactions_total", verb="suggest server", outcome="done") == 1
        assert await watcher.number("berth_interactions_total", verb="suggest port", outcome="done") == 1
        assert await watcher.number("berth_interaction_answered_seconds_count", verb="suggest port") == 1

    assert of_servers.choices
    assert of_ports.choices


async def test_links_are_told(harbour: Harbour, watcher: Watcher, port: int) -> None:
    # In haste, for the links are counted once a minute; not in more than the panel has time to answer in.
    async with harbour.bot(METRICS=f"127.0.0.1:{port}", haste=10):
        await harbour.discord.until_ready()
        await watcher.until_number("berth_links", 0)
        await harbour.linked()
        await watcher.until_number("berth_links", 1)


async def test_plans_under_way_and_the_ports_that_wait_in_them_are_told(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        first = harbour.panel.faults.hold(method="POST", path="*/network/allocations", before_apply=True)
        await begun(harbour, member, first.arrived)
        second = harbour.panel.faults.hold(method="POST", path="*/network/allocations", before_apply=True)
        assert await watcher.number("berth_several_running") == 1
        assert await watcher.number("berth_several_waiting") == COUNT
        first.release()
        await asyncio.wait_for(second.arrived.wait(), 20)
        assert await watcher.number("berth_several_running") == 1
        assert await watcher.number("berth_several_waiting") == COUNT - 1
        second.release()
        await watcher.until_number("berth_several_running", 0)
        assert await watcher.number("berth_several_waiting") == 0


async def test_numbers_are_told_to_who_asks_and_nothing_else_is_done(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await watcher.until("/livez", 200)

        assert await watcher.refused("POST", "/metrics") == 405
        assert await watcher.refused("GET", "/") == 404


async def test_a_limit_of_the_panel_that_is_waited_for_is_counted(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        harbour.panel.faults.rate_limited(40)
        await harbour.open_panel(member)

        assert await watcher.number("berth_panel_held_back_seconds_count") == 1
        assert 30 < await watcher.number("berth_panel_held_back_seconds_sum") <= 40


async def test_ready_means_every_shard_connected_and_a_database_that_takes_a_write(
    harbour: Harbour, watcher: Watcher, port: int
) -> None:
    async with harbour.bot(METRICS=f"127.0.0.1:{port}") as bot:
        assert await watcher.until("/readyz", 200) == "ready\n"
        with closing(sqlite3.connect(bot.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            locked = await watcher.get("/readyz")
            alive = await watcher.get("/livez")
            other.execute("ROLLBACK")
        assert await watcher.until("/readyz", 200) == "ready\n"
        await harbour.discord.gateway.refuse(4000)
        lost = await watcher.until("/readyz", 503)

    assert locked[0] == 503
    assert "the database" in locked[1]
    assert alive == (200, "alive\n")
    assert lost == "not connected to Discord on every shard\n"


async def test_a_health_check_asks_the_same_where_numbers_are_told(harbour: Harbour, port: int) -> None:
    place = f"127.0.0.1:{port}"
    async with harbour.bot("health", METRICS=place) as nobody:
        assert await nobody.ended() == 1
    async with harbour.bot(METRICS=place):
        await harbour.discord.until_ready()
        async with harbour.bot("health", METRICS=place) as health:
            assert await health.ended() == 0

    assert health.output == ["healthy: ready"]
    assert nobody.output[0].startswith(f"unhealthy: no bot answers at {place}")


async def test_a_place_that_is_taken_ends_the_start_with_one_line(harbour: Harbour) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        async with harbour.bot(METRICS=place) as bot:
            assert await bot.ended() == 2

    assert bot.lines[-1] == f"berth: METRICS: {place} cannot be listened at: Address already in use"


@pytest.fixture
def without_the_extra(tmp_path: Path) -> str:
    """Return a search path on which the library of the extra looks as if it were not installed."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "prometheus_client.py").write_text("raise ModuleNotFoundError('hidden by the test')\n")
    return f"{hidden}:{ROOT}"


async def test_without_the_extra_the_bot_works_and_imports_nothing_of_it(
    harbour: Harbour, without_the_extra: str
) -> None:
    async with harbour.bot(PYTHONPATH=without_the_extra) as bot:
        await harbour.discord.until_ready()
        await harbour.open_panel(await harbour.linked())
        bot.assert_content()


async def test_numbers_without_the_extra_end_the_start_with_what_to_install(
    harbour: Harbour, without_the_extra: str, port: int
) -> None:
    async with harbour.bot(PYTHONPATH=without_the_extra, METRICS=f"127.0.0.1:{port}") as bot:
        assert await bot.ended() == 2

    assert bot.lines == ["berth: METRICS needs its extra: pip install '.[metrics]'"]


async def test_the_log_can_be_json_with_the_interaction_as_a_field_and_no_secret(harbour: Harbour) -> None:
    visit, _ = _visit(harbour)
    async with harbour.bot(LOG_FORMAT="json", LOG_LEVEL="DEBUG") as bot:
        await harbour.discord.until_ready()
        await use_everything(visit)
        await meet_every_trouble(visit)
        bot.terminate()
        assert await bot.ended() == 0

    lines = [json.loads(line) for line in bot.lines]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    refused = [line for line in lines if line["message"].endswith("KeyRejected")]
    assert refused
    assert all(line["interaction"] in line["message"] for line in refused)
    of_one = [(line, re.search(r"nteraction (\d+)", line["message"])) for line in lines]
    named = [(line, found[1]) for line, found in of_one if found]
    assert {line["logger"] for line, _ in named} >= {"bot.front.router", "bot.front.tree", "bot.front.answering"}
    assert [line for line, number in named if line.get("interaction") != number] == []
    assert [secret for secret in secrets_of(visit) if secret in bot.stderr] == []


@pytest.mark.parametrize(
    ("settings", "code", "last"),
    [
        ({"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}, 1, "Discord cannot be reached"),
        ({"CHECK": "perhaps"}, 2, "CHECK "),
        ({"DATABASE_URL": "sqlite:////dev/null/berth.db"}, 2, "the database file /dev/null/berth.db"),
    ],
    ids=["Discord", "setting", "database"],
)
async def test_a_start_that_fails_says_so_in_json_too(
    harbour: Harbour, settings: dict[str, Any], code: int, last: str
) -> None:
    plain = "http://panel.example.test/"
    async with harbour.bot(LOG_FORMAT="json", PANEL_URL=plain, **settings) as bot:
        assert await bot.ended() == code

    lines = [json.loads(line) for line in bot.lines]
    assert lines[-1]["level"] == "CRITICAL"
    assert lines[-1]["message"].startswith(last)
    warned = [line for line in lines if line["message"].startswith("PANEL_URL is plain http")]
    assert [line["level"] for line in warned] == ([] if "CHECK" in settings else ["WARNING"])


@asynccontextmanager
async def service_manager(folder: Path) -> AsyncIterator[tuple[str, list[str], Watch]]:
    """Yield the name of a socket like systemd's, what was told there so far, and the watch that sees more come."""
    told: list[str] = []
    watch = Watch()

    def take() -> None:
        told.append(link.recv(500).decode())
        watch.notify()

    path = folder / "notify"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as link:
        link.bind(str(path))
        link.setblocking(False)
        loop = asyncio.get_running_loop()
        loop.add_reader(link, take)
        yield str(path), told, watch
        loop.remove_reader(link)


async def test_the_service_manager_is_told_when_the_bot_is_ready_that_it_lives_and_that_it_stops(
    harbour: Harbour, tmp_path: Path
) -> None:
    async with service_manager(tmp_path) as (path, told, watch):
        await harbour.discord.gateway.refuse(4000)
        async with harbour.bot(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000") as bot:
            await watch.until(lambda: told.count("WATCHDOG=1") > 1, within=20, what="signs of life before it is ready")
            before = list(told)
            harbour.discord.gateway.relent()
            await watch.until(lambda: "READY=1" in told, within=30, what="that it is ready")
            signs = told.count("WATCHDOG=1")
            await watch.until(lambda: told.count("WATCHDOG=1") > signs + 1, within=20, what="more signs of life")
            bot.terminate()
            assert await bot.ended() == 0

    assert "READY=1" not in before
    assert "STATUS=Not connected to Discord" in before
    assert told.count("READY=1") == 1
    assert "STATUS=Connected to Discord" in told
    assert told[-1] == "STOPPING=1"
