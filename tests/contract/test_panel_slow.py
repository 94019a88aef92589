"""A simulated panel that is slow or killed still carries out what it was asked, as a real one's PHP does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from .clients import Client, client


@pytest.fixture
async def bot() -> AsyncIterator[Client]:
    """Yield a client of a panel of version 1.11."""
    async with client() as bot:
        yield bot


@pytest.mark.parametrize("where", ["before its checks", "before its write", "before its answer"])
async def test_a_request_whose_client_gave_up_is_carried_out_when_it_is_released(bot: Client, where: str) -> None:
    faults, database = bot.panel.faults, bot.panel.database
    hold = database.hold() if where == "before its write" else faults.hold(before_apply=where == "before its checks")
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))
    await hold.arrived.wait()

    task.cancel()
    await asyncio.wait([task])
    meanwhile = bot.rows()
    hold.release()
    await bot.panel.idle()

    assert task.cancelled()
    assert meanwhile == ([1] if where == "before its answer" else [1, 2])
    assert bot.rows() == [1]
    assert [request.status for request in bot.panel.requests] == [None]


async def test_what_comes_later_than_its_client_waits_is_carried_out(bot: Client) -> None:
    bot.panel.faults.late(0.2, method="DELETE")

    with pytest.raises(TimeoutError):
        await bot.ask("DELETE", "+/2", timeout=aiohttp.ClientTimeout(total=0.05))
    await bot.panel.idle()

    assert bot.rows() == [1]


async def test_a_killed_panel_resets_what_is_under_way_and_refuses_what_comes(bot: Client) -> None:
    hold = bot.panel.faults.hold(before_apply=False)
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))
    await hold.arrived.wait()

    await bot.panel.kill()
    with pytest.raises(aiohttp.ClientConnectionError):
        await task
    with pytest.raises(aiohttp.ClientConnectorError):
        await bot.ask("GET")

    assert bot.rows() == [1]


async def test_a_killed_panel_comes_back_at_its_address_and_finishes_what_was_begun(bot: Client) -> None:
    hold = bot.panel.faults.hold()
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))
    await hold.arrived.wait()
    await bot.panel.kill()
    await asyncio.wait([task])

    address = bot.panel.url
    await bot.panel.revive()
    before = await bot.ask("GET")
    hold.release()
    await bot.panel.idle()
    after = await bot.ask("GET")

    assert bot.panel.url == address
    assert [len(answer.document["data"]) for answer in (before, after)] == [2, 1]


async def test_stopping_ends_promptly_with_a_late_request(bot: Client) -> None:
    bot.panel.faults.late(3600, method="DELETE")
    task = asyncio.create_task(bot.ask("DELETE", "+/2"))
    while not bot.panel.requests.count(method="DELETE"):
        await bot.ask("GET")

    async with asyncio.timeout(5):
        await bot.panel.stop()
        with pytest.raises(aiohttp.ClientConnectionError):
            await task

    assert bot.rows() == [1, 2]
