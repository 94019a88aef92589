"""The bot as a process of its own on a PostgreSQL server."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.postgres.server import Server
from tests.process.harbour import Harbour

KEY = "QmVydGggdGVzdHMgd2l0aCB0aGlzIGtleSBvbmx5ISE="
"""32 bytes, for there is no folder beside the database to make a key in."""


@pytest.fixture
def settings(postgres: Server) -> dict[str, Any]:
    """Return the settings of a bot whose database is a new one of the server."""
    return {"DATABASE_URL": postgres.fresh(), "ENCRYPTION_KEY": KEY}


async def test_a_link_made_on_a_server_is_there_after_a_restart_and_nothing_is_left_in_the_folder(
    harbour: Harbour, settings: dict[str, Any]
) -> None:
    async with harbour.bot(**settings) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        listed = await harbour.open_panel(member)
        bot.terminate()
        assert await bot.ended() == 0
    async with harbour.bot(**settings):
        await harbour.discord.until_ready()
        again = await harbour.open_panel(member)

    assert "25566" in listed.text
    assert "25566" in again.text
    assert list(harbour.folder.iterdir()) == []


async def test_a_bot_that_checks_ports_starts_on_an_address_with_several_hosts(
    harbour: Harbour, postgres: Server, settings: dict[str, Any]
) -> None:
    name = settings["DATABASE_URL"].rpartition("/")[2]
    here = f"127.0.0.1:{postgres.port}"
    settings["DATABASE_URL"] = f"postgresql://berth@{here},{here}/{name}?target_session_attrs=read-write"

    async with harbour.bot(CHECK="on", **settings) as bot:
        await bot.until_line("Ready as", within=40)


async def test_a_bot_whose_first_host_says_nothing_answers_by_way_of_the_next(
    harbour: Harbour, postgres: Server, settings: dict[str, Any]
) -> None:
    name = settings["DATABASE_URL"].rpartition("/")[2]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hosts = f"127.0.0.1:{silent.getsockname()[1]},127.0.0.1:{postgres.port}"
        settings["DATABASE_URL"] = f"postgresql://berth@{hosts}/{name}"
        async with harbour.bot(**settings) as bot:
            await bot.until_line("Ready as", within=60)
            listed = await harbour.open_panel(await harbour.linked())

    assert "25566" in listed.text
