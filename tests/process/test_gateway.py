"""Every way to lose the gateway: the bot comes back by itself, and no change is lost or made twice.

One test waits for discord.py to find a connection dead, which takes it a minute; it and the others run with
`BERTH_LONG=1 python -m pytest tests/process/test_gateway.py`.
"""

from __future__ import annotations

import os

import pytest

from tests.process.harbour import Harbour
from tests.wire.discord_gateway import Gateway

LONG = pytest.mark.skipif(not os.environ.get("BERTH_LONG"), reason="takes a minute; BERTH_LONG=1 runs it")


async def dropped(gateway: Gateway) -> None:
    gateway.drop()


async def asked_to_reconnect(gateway: Gateway) -> None:
    await gateway.ask_to_reconnect()


async def told_to_resume(gateway: Gateway) -> None:
    await gateway.invalidate(resumable=True)


async def closed_with_a_code(gateway: Gateway) -> None:
    await gateway.close(4000)


@pytest.mark.parametrize("harbour", [{"heartbeat": 0.2}], indirect=True)
async def test_a_lost_connection_is_resumed_and_what_happened_meanwhile_is_answered(harbour: Harbour) -> None:
    gateway = harbour.discord.gateway
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        for times, lose in enumerate((dropped, asked_to_reconnect, told_to_resume, closed_with_a_code), start=1):
            held = harbour.panel.faults.hold(method="POST")
            under_way = await harbour.annotate(member, lose.__name__)
            await held.arrived.wait()

            await lose(gateway)
            meanwhile = await harbour.discord.slash(member.id, "servers")
            held.release()
            await under_way.wait_for_answer()
            await meanwhile.wait_for_answer()

            assert (gateway.identifies, gateway.resumes) == (1, times)
            assert "✅ Noted `" in under_way.text
            assert "25566" in meanwhile.text
            assert harbour.notes(member) == lose.__name__
            assert harbour.writes() == times
        (connection,) = gateway.connections
        await harbour.discord.until(lambda: connection.heartbeats >= 4, within=5, what="heartbeats as HELLO says")
        bot.terminate()
        code = await bot.ended()

    assert code == 0
    assert not [line for line in bot.lines if "WARNING" in line and "keyfile" not in line]


async def test_an_invalid_session_is_begun_anew_where_the_discord_api_url_says(harbour: Harbour) -> None:
    gateway = harbour.discord.gateway
    async with harbour.bot(watch_network=True) as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()

        await gateway.invalidate()
        await harbour.discord.until(lambda: gateway.identifies == 2 and gateway.ready, what="it identifies again")
        again = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

    assert "25566" in again.text
    assert bot.contacts == {f"127.0.0.1:{harbour.discord.port}", harbour.panel.url.removeprefix("http://")}


@LONG
@pytest.mark.parametrize("harbour", [{"heartbeat": 0.5}], indirect=True)
async def test_a_connection_that_no_longer_answers_heartbeats_is_given_up_and_resumed(harbour: Harbour) -> None:
    gateway = harbour.discord.gateway
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()

        gateway.acknowledges = False
        await harbour.discord.until(lambda: gateway.opened == 2, within=90, what="it connects again")
        gateway.acknowledges = True
        await harbour.discord.until(lambda: gateway.resumes == 1 and gateway.ready, what="it resumes")
        again = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        bot.terminate()
        code = await bot.ended()

    assert "25566" in again.text
    assert gateway.identifies == 1
    assert code == 0


@LONG
@pytest.mark.parametrize("harbour", [{"shards": 2}], indirect=True)
async def test_every_shard_connects_and_answers(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()

        seen = await (await harbour.discord.slash(member.id, "account", direct=True)).wait_for_answer()

    assert harbour.discord.gateway.identifies == 2
    assert member.name in seen.text
