"""Checking in the demo: a server that answers and one that does not, and nothing goes out to the network."""

from __future__ import annotations

from bot.demo.panel.daemon import Process
from bot.demo.run import opened
from tests.e2e.outgoing import connections


async def test_one_server_of_the_demo_answers_and_another_does_not_without_any_network() -> None:
    with connections() as connected:
        async with opened() as (_, _stage, people):
            mara = people["Mara"]
            await mara.run("allocations list", server="Survival")
            await mara.choose("play.example.com:25565")
            answers = await mara.press("Check")
            await mara.run("allocations list", server="Bedrock")
            await mara.choose("[2001:db8::25]:19132")
            over_udp = await mara.press("Check")
            await mara.run("allocations list", server="Creative")
            await mara.choose("203.0.113.8:25565")
            silent = await mara.press("Check")

    assert "✅ Answers as Minecraft Java Paper 1.21.4: 4 of 20 players" in answers.text
    assert "It says of itself: Survival, season 5" in answers.text
    assert "✅ Answers as Minecraft Bedrock 1.21.60: 2 of 10 players" in over_udp.text
    assert "🔎 No answer on TCP or UDP." in silent.text
    assert set(connected) <= {"127.0.0.1", "::1"}
    assert connected


async def test_a_game_of_the_demo_answers_only_while_its_server_runs() -> None:
    async with opened() as (world, stage, people):
        mara = people["Mara"]
        survival = next(server for server in world.state.servers.values() if server.name == "Survival")
        world.state.processes[survival.id] = Process.offline(stage.panel.now())
        await mara.run("allocations list", server="Survival")
        await mara.choose("play.example.com:25565")

        seen = await mara.press("Check")

    assert "🔎 No answer on TCP or UDP. The server is offline." in seen.text
    assert "Start…" in seen.buttons
