"""What whoever watches the bot sees where something is wrong: a hung loop, a shard away, a database in trouble."""

from __future__ import annotations

import asyncio
import resource
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from bot import __version__
from tests.cli.terminal import answering
from tests.ports import free_port
from tests.postgres.proxy import UNENCRYPTED, Fault, proxy_before
from tests.postgres.server import Server
from tests.process.harbour import Harbour, open_harbour
from tests.process.start.refused import refusal
from tests.process.watched.watching import Watcher, service_manager

ENCRYPTION_KEY = "A" * 43 + "="
LIFE = 0.2
"""Seconds between two signs of life: half of what is asked for below."""


@pytest.mark.timeout(90)
async def test_a_loop_that_hangs_gives_no_sign_of_life_and_is_neither_alive_nor_well(
    harbour: Harbour, tmp_path: Path
) -> None:
    port = free_port()
    place = f"127.0.0.1:{port}"
    async with service_manager(tmp_path) as (path, told, watch), aiohttp.ClientSession() as session:
        watcher = Watcher(session, port)
        every = f"{2 * LIFE * 1e6:.0f}"
        async with harbour.bot(hangs=True, NOTIFY_SOCKET=path, WATCHDOG_USEC=every, METRICS=place) as bot:
            await watch.until(lambda: "READY=1" in told, within=30, what="that it is ready")
            assert await watcher.until("/livez", 200) == "alive\n"

            bot.hang()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(10 * LIFE):
                    await watcher.get("/livez")
            signs = told.count("WATCHDOG=1")
            # Threads of its own, the database's among them, go on: those are not what is asked.
            async with harbour.bot("health", METRICS=place) as health:
                unwell = await health.ended()
            later = told.count("WATCHDOG=1")

            bot.go_on()
            assert await watcher.until("/livez", 200) == "alive\n"
            await watch.until(lambda: told.count("WATCHDOG=1") > later, within=20, what="signs of life again")
            lag = await watcher.number("berth_loop_lag_seconds_sum")
            build = await watcher.number("berth_build_info", version=__version__)

    assert later == signs
    assert lag > 10 * LIFE
    assert build == 1
    assert unwell == 1
    assert health.output[0].startswith("unhealthy: no bot answers at")


@pytest.mark.parametrize("harbour", [{"shards": 2}], indirect=True)
async def test_half_a_start_tells_of_the_shard_that_is_up(harbour: Harbour) -> None:
    port = free_port()
    async with aiohttp.ClientSession() as session, harbour.bot(METRICS=f"127.0.0.1:{port}"):
        watcher = Watcher(session, port)
        await watcher.until("/livez", 200)
        await watcher.until_number("berth_shards_up", 1)
        connected, (status, _) = await watcher.number("berth_connected"), await watcher.get("/readyz")
        await watcher.until_number("berth_shards_up", 2)
        await watcher.until("/readyz", 200)

    assert (connected, status) == (0, 503)


@pytest.mark.parametrize("harbour", [{"shards": 2}], indirect=True)
async def test_one_shard_away_is_not_ready_though_the_other_is_connected(harbour: Harbour) -> None:
    harbour.discord.rest.sessions["max_concurrency"] = 2
    gateway, port = harbour.discord.gateway, free_port()
    async with aiohttp.ClientSession() as session, harbour.bot(METRICS=f"127.0.0.1:{port}"):
        watcher = Watcher(session, port)
        assert await watcher.until("/readyz", 200) == "ready\n"
        assert await watcher.number("berth_shards_up") == 2

        gateway.away = True
        (of_second,) = [one for one in gateway.connections if one.session is not None and one.session.shard == 1]
        await of_second.socket.close(code=4000)
        words = await watcher.until("/readyz", 503)
        up, connected = await watcher.number("berth_shards_up"), await watcher.number("berth_connected")
        alive = await watcher.get("/livez")
        gateway.away = False
        await watcher.until("/readyz", 200)

    assert words == "not connected to Discord on every shard\n"
    assert (up, connected) == (1, 0)
    assert alive == (200, "alive\n")


async def test_a_postgresql_that_takes_no_write_or_says_nothing_is_not_ready(
    harbour: Harbour, postgres: Server
) -> None:
    url, port = postgres.fresh(), free_port()
    database = url.rpartition("/")[2]
    with proxy_before(postgres.port) as proxy:
        where = postgres.url(database, port=proxy.port) + UNENCRYPTED
        async with (
            aiohttp.ClientSession() as session,
            harbour.bot(METRICS=f"127.0.0.1:{port}", DATABASE_URL=where, ENCRYPTION_KEY=ENCRYPTION_KEY),
        ):
            watcher = Watcher(session, port)
            for _ in range(
                10
            ):  # a slow start is asked so often, and psycopg prepares what is asked more than five times
                await watcher.until("/readyz", 200)

            proxy.meet(b"settings", Fault.SILENCE)
            silent = await watcher.get("/readyz")
            alive = await watcher.get("/livez")
            proxy.mend()
            await watcher.until("/readyz", 200)

            # As on a replica: everything can be read.
            ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
            postgres.execute(
                f"ALTER DATABASE {database} SET default_transaction_read_only = on", ends + f"'{database}'"
            )
            refused = await watcher.until("/readyz", 503)
            postgres.execute(f"ALTER DATABASE {database} RESET default_transaction_read_only", ends + f"'{database}'")
            await watcher.until("/readyz", 200)

    assert silent[0] == 503
    assert silent[1].startswith("the database ")
    assert alive == (200, "alive\n")
    assert refused.startswith("the database ")


async def test_the_time_of_what_processes_ask_each_other_is_the_databases_too(
    harbour: Harbour, postgres: Server
) -> None:
    url, port = postgres.fresh(), free_port()
    place = f"127.0.0.1:{port}"
    async with (
        aiohttp.ClientSession() as session,
        harbour.bot(METRICS=place, DATABASE_URL=url, ENCRYPTION_KEY=ENCRYPTION_KEY),
    ):
        watcher = Watcher(session, port)
        await harbour.discord.until_ready()
        member = await harbour.linked()
        before = await watcher.number("berth_database_seconds_count", kind="shared")
        for _ in range(5):
            await harbour.open_panel(member)
        after = await watcher.number("berth_database_seconds_count", kind="shared")

        quick = await watcher.number("berth_database_seconds_sum")
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE claims")
            refused = await harbour.open_panel(member)
        slow = await watcher.number("berth_database_seconds_sum")

    assert after >= before + 5
    assert "did nothing" in refused.text
    assert slow >= quick + 1


async def test_a_place_of_another_machine_ends_the_start_with_one_line_that_says_so(harbour: Harbour) -> None:
    said = await refusal(harbour.bot(METRICS="192.0.2.1:9464"))

    assert said == "berth: METRICS: 192.0.2.1:9464 cannot be listened at: Cannot assign requested address"


async def test_what_keeps_a_process_from_the_place_that_another_has_left_is_told_once(
    tmp_path: Path, postgres: Server
) -> None:
    url, port = postgres.fresh(), free_port()
    place = f"127.0.0.1:{port}"
    settings: dict[str, Any] = {"DATABASE_URL": url, "ENCRYPTION_KEY": ENCRYPTION_KEY, "METRICS": place}
    async with open_harbour(tmp_path) as harbour, aiohttp.ClientSession() as session, harbour.bot(**settings) as old:
        watcher = Watcher(session, port)
        await watcher.until("/readyz", 200)
        # In haste, so that it is refused often while this test looks.
        async with harbour.bot(**settings, haste=10) as new:
            await new.until_line("Ready as", within=60)
            before = resource.prlimit(new.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(new.pid, resource.RLIMIT_NOFILE, (0, before[1]))
            old.terminate()
            assert await old.ended(30) == 0
            told = await new.until_line(f"METRICS: {place} cannot be listened at")
            async with harbour.bot("health", **settings) as health:  # which takes as long as many tries
                assert await health.ended() == 1
            resource.prlimit(new.pid, resource.RLIMIT_NOFILE, before)
            await new.until_line(f"Numbers are told at {place}")
            ready = await watcher.until("/readyz", 200)

    assert " ERROR " in told
    assert told.endswith("Too many open files; trying on")
    assert new.stderr.count("cannot be listened at") == 1
    assert ready == "ready\n"


async def test_the_place_of_a_process_that_is_cut_off_from_the_database_is_waited_for(
    harbour: Harbour, postgres: Server
) -> None:
    url, port = postgres.fresh(), free_port()
    place = f"127.0.0.1:{port}"
    # One address for both, by which they are one bot; the port by which each gets there is not in it.
    same = f"postgresql://berth@127.0.0.1/{url.rpartition('/')[2]}{UNENCRYPTED}"
    settings: dict[str, Any] = {"ENCRYPTION_KEY": ENCRYPTION_KEY, "METRICS": place, "DATABASE_URL": same}
    with proxy_before(postgres.port) as proxy:
        async with aiohttp.ClientSession() as session, harbour.bot(**settings, PGPORT=str(proxy.port)) as old:
            watcher = Watcher(session, port)
            await watcher.until("/readyz", 200)
            proxy.refuse()
            proxy.lead_to(postgres.port)
            await watcher.until("/readyz", 503)
            async with harbour.bot(**settings, PGPORT=str(postgres.port)) as new:
                await new.until_line("Ready as", within=60)
                old.terminate()
                assert await old.ended(60) == 0
                await new.until_line(f"Numbers are told at {place}")

    assert f"Another process listens at {place}: until it ends it is asked there" in new.stderr


@pytest.mark.parametrize("kind", ["a file", "a server"])
async def test_another_program_that_complains_of_its_database_at_the_place_is_not_waited_for(
    harbour: Harbour, postgres: Server, kind: str
) -> None:
    server: dict[str, Any] = {"DATABASE_URL": postgres.fresh(), "ENCRYPTION_KEY": ENCRYPTION_KEY}
    settings = server if kind == "a server" else {}
    async with answering(503, "the database does not answer", "text/plain") as stranger:
        place = stranger.removeprefix("http://")
        async with harbour.bot(METRICS=place, **settings) as bot:
            assert await bot.ended() == 2

    assert bot.lines[-1] == f"berth: METRICS: {place} cannot be listened at: Address already in use"
