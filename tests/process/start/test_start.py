"""From the start to READY, and every start that must fail: one line, the right exit code, nothing overwritten."""

from __future__ import annotations

from typing import Any

import pytest

from tests.names import unnamed
from tests.process.harbour import Harbour
from tests.process.start.refused import files, refusal


async def test_the_bot_connects_and_a_second_start_does_not_sync_the_commands_again(harbour: Harbour) -> None:
    async with harbour.bot() as first:
        await harbour.discord.until_ready()
        first.terminate()
        await first.ended()
    assert harbour.discord.rest.syncs == 1

    async with harbour.bot():
        await harbour.discord.until(lambda: harbour.discord.gateway.identifies == 2, what="it identifies again")
        member = await harbour.linked()
        seen = await (await harbour.discord.slash(member.id, "help")).wait_for_answer()

    assert harbour.discord.rest.syncs == 1
    assert f"</link:{harbour.discord.rest.commands['link']['id']}>" in seen.text


@pytest.mark.parametrize("harbour", [{"guilds": 10_000}], indirect=True)
async def test_a_bot_in_ten_thousand_servers_answers_in_direct_messages(harbour: Harbour) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()

        seen = await (await harbour.discord.slash(member.id, "account", direct=True)).wait_for_answer()

    assert member.name in seen.text


async def test_the_log_of_a_good_start_is_a_few_lines_about_the_bot_itself(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await bot.until_line("Ready as")

        loggers = {line.split()[3].rstrip(":") for line in bot.lines}

    assert loggers <= {
        *("bot.app", "bot.front.client", "bot.front.sync"),
        *("bot.store.connecting", "bot.store.keyfile", "bot.services.keys.flavour"),
    }
    assert len(bot.lines) <= 6


async def test_what_the_bot_creates_is_for_its_own_user_only(harbour: Harbour) -> None:
    folder = harbour.folder / "data" / "deep"

    async with harbour.bot(DATABASE_URL=f"sqlite:///{folder / 'berth.db'}"):
        await harbour.discord.until_ready()
        await harbour.linked()
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}

    # Made within a second of the connection.
    assert modes.pop("berth.db.heartbeat", 0o600) == 0o600
    assert modes == dict.fromkeys(
        ("berth.db", "berth.db-wal", "berth.db-shm", "berth.db.lock", "encryption.key"), 0o600
    )
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_a_wrong_token_ends_the_start_with_one_line_and_code_2(harbour: Harbour) -> None:
    wrong = "MTA5MDAwMDAwMDAwMDAwMDAx.GwIrE0.somebody-has-reset-this-one-in-the-portal"

    said = await refusal(harbour.bot(DISCORD_TOKEN=wrong))

    assert "DISCORD_TOKEN" in said
    assert [call.status for call in harbour.discord.calls] == [401]


async def test_a_token_that_is_reset_while_the_bot_runs_ends_it_with_one_line_and_code_2(harbour: Harbour) -> None:
    bot = harbour.bot()
    async with bot:
        await harbour.discord.until_ready()

        await harbour.discord.gateway.refuse(4004)

        assert await bot.ended() == 2
    assert bot.lines[-1].startswith("berth: Discord refused DISCORD_TOKEN")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (4010, "take it out"),
        (4011, "start it again, which asks anew"),
        (4012, "update the bot"),
        (4013, "update the bot"),
        (4014, "DISCORD_TOKEN may be another bot's"),
    ],
)
async def test_a_gateway_that_refuses_for_good_ends_the_bot_with_one_line_and_code_2(
    harbour: Harbour, code: int, words: str
) -> None:
    await harbour.discord.gateway.refuse(code)

    said = await refusal(harbour.bot())

    assert said.startswith("berth: ")
    assert words in said
    assert f"(gateway code {code})" in said
    assert harbour.discord.gateway.opened == 1


async def test_a_login_page_in_discords_place_ends_the_start_with_one_line_and_code_1(harbour: Harbour) -> None:
    harbour.discord.faults.html("<html><h1>Free Wi-Fi: please log in</h1></html>", times=100)

    said = await refusal(harbour.bot(), code=1)

    assert "what answers at DISCORD_API_URL is not Discord's API: a login page of this network" in said


@pytest.mark.parametrize("path", ["/users/@me", "/gateway/bot"])
async def test_what_is_not_discords_answer_ends_the_start_with_one_line_and_code_1(harbour: Harbour, path: str) -> None:
    harbour.discord.faults.html('{"hello": "world"}', content_type="application/json", path=path, times=100)

    said = await refusal(harbour.bot(), code=1)

    assert "is not Discord's API" in said


async def test_events_without_what_is_optional_in_them_are_answered_all_the_same(harbour: Harbour) -> None:
    harbour.discord.gateway.leaves_out = {"READY": {"shard", "private_channels"}, "INTERACTION_CREATE": {"version"}}
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await bot.until_line("Ready as")
        member = await harbour.linked()

        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

    assert "25566" in seen.text


async def test_an_event_that_cannot_be_read_is_left_alone_with_one_line(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()

        await harbour.discord.gateway.dispatch("INTERACTION_CREATE", {"id": "1", "type": 2})
        said = await bot.until_line("in a form I cannot read")
        seen = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()

        assert bot.running
    assert "Discord sent INTERACTION_CREATE" in said
    assert "25566" in seen.text


async def test_a_beginning_that_cannot_be_read_ends_the_bot_with_one_line_and_code_1(harbour: Harbour) -> None:
    harbour.discord.gateway.leaves_out = {"READY": {"user"}}

    said = await refusal(harbour.bot(), code=1)

    assert "Discord's gateway begins with what cannot be read" in said


async def test_a_discord_that_cannot_be_reached_ends_the_start_with_one_line_and_code_1(harbour: Harbour) -> None:
    bot = harbour.bot(DISCORD_API_URL="http://127.0.0.1:9/api/v10")

    async with bot:
        code = await bot.ended()

    assert code == 1
    assert bot.lines[-1].startswith("berth: Discord cannot be reached")


@pytest.mark.parametrize("name", ["DISCORD_TOKEN", "PANEL_URL"])
async def test_a_missing_setting_is_named(harbour: Harbour, name: str) -> None:
    without: Any = {name: None}

    said = await refusal(harbour.bot(**without))

    assert said.startswith(f"berth: {name} is not set")
    assert files(harbour.folder) == {}


async def test_a_panel_that_is_away_does_not_keep_the_bot_from_starting_and_is_told_to_who_needs_it(
    harbour: Harbour,
) -> None:
    async with harbour.bot():
        await harbour.discord.until_ready()
        member = await harbour.linked()
        await harbour.panel.stop()

        seen = await harbour.open_panel(member)

    assert "I cannot reach {panel}" in unnamed(seen.text)
