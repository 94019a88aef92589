"""Changes that overlap on the simulated panel end as they do on a real one, where nothing is checked twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.demo.panel import Engine, Flavour, Server

from .clients import Client, Got, client

ALLOCATIONS = "*/network/allocations"


@pytest.fixture
async def bot() -> AsyncIterator[Client]:
    """Yield a client of a panel of version 1.11."""
    async with client() as bot:
        yield bot


def neighbour(bot: Client) -> Server:
    """Add a server on the same IP, and leave one free row for both."""
    state = bot.panel.state
    server = state.add_server(state.users[1], "Creative", ports=(25600,), free_ports=())
    for row in [row for row in state.allocations.values() if row.server_id is None][1:]:
        del state.allocations[row.id]
    return server


def path_of(server: Server) -> str:
    return f"/api/client/servers/{server.identifier}/network/allocations"


async def overlapping(bot: Client, *requests: tuple[str, str]) -> list[Got]:
    """Send requests; let the writes happen, in this order, when all checks of all of them are done."""
    holds, tasks = [], []
    for method, path in requests:
        hold = bot.panel.database.hold()
        tasks.append(asyncio.create_task(bot.ask(method, path, json={"notes": "late"})))
        await hold.arrived.wait()
        holds.append(hold)
    for hold, task in zip(holds, tasks, strict=True):
        hold.release()
        await asyncio.wait([task])
    return [task.result() for task in tasks]


@pytest.mark.parametrize("flavour", [Flavour.PTERODACTYL_1_11, Flavour.PTERODACTYL_1_12, Flavour.PELICAN])
async def test_two_servers_are_told_the_same_new_address_and_the_later_one_has_it(flavour: Flavour) -> None:
    async with client(flavour) as bot:
        bot.panel.state.engine = Engine.MARIADB
        other = neighbour(bot)
        first, second = await overlapping(bot, ("POST", "+"), ("POST", path_of(other)))
        rows, others = bot.rows(), [row.id for row in bot.panel.state.allocations_of(other)]

    assert (first.status, second.status) == (200, 200)
    assert first.document == second.document
    assert first.document["attributes"]["id"] in others
    assert rows == [1, 2]


async def test_two_servers_get_the_same_new_row_of_the_range(bot: Client) -> None:
    other = neighbour(bot)
    state = bot.panel.state
    state.assign(bot.server, 25570)
    state.range_start, state.range_end = 30000, 30010

    first, second = await overlapping(bot, ("POST", "+"), ("POST", path_of(other)))

    assert first.document == second.document
    assert [row.port for row in state.allocations_of(other)] == [25600, first.document["attributes"]["port"]]


async def test_version_1_11_exceeds_the_limit(bot: Client) -> None:
    bot.server.limit = 3
    drawn = iter((0, 1))
    bot.panel.chance.row = lambda rows: rows[next(drawn)]

    answers = await overlapping(bot, ("POST", "+"), ("POST", "+"))

    assert [answer.status for answer in answers] == [200, 200]
    assert bot.rows() == [1, 2, *(answer.document["attributes"]["id"] for answer in answers)]


async def test_version_1_12_keeps_the_limit_as_it_locks_the_server() -> None:
    async with client(Flavour.PTERODACTYL_1_12) as bot:
        bot.server.limit = 3
        hold = bot.panel.database.hold()
        first = asyncio.create_task(bot.ask("POST"))
        await hold.arrived.wait()
        second = asyncio.create_task(bot.ask("POST"))
        listed = await bot.ask("GET")
        hold.release()
        statuses = [(await first).status, (await second).status]

    assert listed.status == 200
    assert statuses == [200, 400]


async def test_pelican_on_sqlite_refuses_the_second_of_two_creations_as_its_database_is_locked() -> None:
    async with client(Flavour.PELICAN) as bot:
        first, second = await overlapping(bot, ("POST", "+"), ("POST", "+"))
        rows = bot.rows()

    assert (first.status, second.status, second.code) == (200, 500, "QueryException")
    assert rows == [1, 2, first.document["attributes"]["id"]]


@pytest.mark.parametrize("flavour", list(Flavour))
async def test_a_primary_set_and_deleted_at_once_leaves_the_server_with_one_it_does_not_own(flavour: Flavour) -> None:
    async with client(flavour) as bot:
        promoted, deleted = await overlapping(bot, ("POST", "+/2/primary"), ("DELETE", "+/2"))
        listed = await bot.ask("GET")
        again = await bot.ask("POST", "+/2/primary")
        primary = bot.server.primary_id

    assert (promoted.status, deleted.status) == (200, 204)
    assert primary == 2
    assert [(row["attributes"]["id"], row["attributes"]["is_default"]) for row in listed.document["data"]] == [
        (1, False)
    ]
    assert again.status == 404


async def test_notes_written_while_their_row_is_deleted_stay_on_the_free_row(bot: Client) -> None:
    deleted, written = await overlapping(bot, ("DELETE", "+/2"), ("POST", "+/2"))

    assert (deleted.status, written.status) == (204, 200)
    row = bot.panel.state.allocations[2]
    assert (row.server_id, row.notes) == (None, "late")


async def test_two_deletions_of_one_row_at_once_both_succeed(bot: Client) -> None:
    answers = await overlapping(bot, ("DELETE", "+/2"), ("DELETE", "+/2"))

    assert [answer.status for answer in answers] == [204, 204]


async def test_a_hold_on_the_database_is_for_the_changes_it_names(bot: Client) -> None:
    hold = bot.panel.database.hold(method="POST", path=ALLOCATIONS)

    assert (await bot.ask("POST", "+/2", json={"notes": "now"})).status == 200
    creation = asyncio.create_task(bot.ask("POST"))
    await hold.arrived.wait()
    assert bot.rows() == [1, 2]
    hold.release()
    assert (await creation).status == 200


async def test_the_database_takes_the_time_it_is_told_to(bot: Client) -> None:
    bot.panel.database.takes(0.05)
    loop = asyncio.get_running_loop()

    begun = loop.time()
    await bot.ask("POST")
    assert loop.time() - begun >= 0.05

    bot.panel.database.takes(3600)
    assert (await bot.ask("GET")).status == 200  # nothing is written


async def test_stopping_loses_the_change_that_waits_for_the_database(bot: Client) -> None:
    hold = bot.panel.database.hold()
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))
    await hold.arrived.wait()

    async with asyncio.timeout(5):
        await bot.panel.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await task

    assert bot.rows() == [1, 2]


async def test_by_default_changes_sent_at_once_never_overlap(bot: Client) -> None:
    other = neighbour(bot)

    first, second = await asyncio.gather(bot.ask("POST"), bot.ask("POST", path_of(other)))

    assert sorted([first.status, second.status]) == [200, 400]
