"""The end of the process: work in flight is finished and told, new work is refused, and it never takes ten seconds."""

from __future__ import annotations

import time

from tests.process.harbour import Harbour
from tests.wire.faults import CALLBACK


async def test_sigterm_during_a_slow_change_lets_it_finish_and_refuses_new_work(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        panel = await harbour.open_panel(member)
        held = harbour.panel.faults.hold(method="POST")
        change = await harbour.annotate(member, "while it stops")
        await held.arrived.wait()

        bot.terminate()
        signalled = time.monotonic()
        await bot.until_line("Stopping")
        command = await (await harbour.discord.slash(member.id, "servers")).wait_for_answer()
        press = await (await panel.press("Refresh")).wait_for_answer()
        held.release()
        await change.wait_for_answer()
        code = await bot.ended()

    assert code == 0
    assert time.monotonic() - signalled < 10
    assert "I am restarting" in command.text
    assert "I am restarting" in press.text
    assert "✅ Noted `" in change.text
    assert harbour.notes(member) == "while it stops"


async def test_a_change_the_panel_never_answers_is_told_as_unknown_and_the_exit_takes_less_than_ten_seconds(
    harbour: Harbour,
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")
        change = await harbour.annotate(member, "never answered")
        await held.arrived.wait()

        bot.terminate()
        signalled = time.monotonic()
        code = await bot.ended()

    assert code == 0
    assert time.monotonic() - signalled < 10
    assert "I had to restart before this was finished" in change.text
    assert "I do not know whether a change was made" in change.text


async def test_a_second_signal_ends_the_process_at_once(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        held = harbour.panel.faults.hold(method="POST")
        await harbour.annotate(member, "cut off")
        await held.arrived.wait()
        bot.terminate()
        await bot.until_line("Stopping")

        bot.terminate()
        signalled = time.monotonic()
        code = await bot.ended()

    assert code == 1
    assert time.monotonic() - signalled < 1
    assert "Told to stop twice" in bot.lines[-1]


async def test_a_signal_while_the_bot_still_connects_ends_it_cleanly(harbour: Harbour) -> None:
    held = harbour.discord.faults.hold(path="/oauth2/*")
    async with harbour.bot() as bot:
        await harbour.discord.until(held.taken.is_set, what="the bot logs in")

        bot.terminate()
        code = await bot.ended(within=5)

    assert code == 0


async def test_a_signal_while_discord_is_away_ends_the_bot_cleanly(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await harbour.discord.stop()

        bot.terminate()
        code = await bot.ended(within=5)

    assert code == 0


async def test_while_discord_is_away_the_log_says_so_in_a_line_without_a_traceback(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await harbour.discord.stop()
        said = await bot.until_line("Discord's gateway cannot be reached, trying on")

        bot.terminate()
        await bot.ended(within=5)

    assert " WARNING " in said
    assert said.endswith("Error")
    bot.assert_content()


async def test_a_gateway_that_does_not_answer_the_goodbye_is_not_waited_for(harbour: Harbour) -> None:
    harbour.discord.gateway.hears = False
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()

        bot.terminate()
        code = await bot.ended(within=5)

    assert code == 0


async def test_ctrl_c_ends_the_bot_cleanly_and_tells_discord_that_it_leaves_for_good(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()

        bot.interrupt()
        code = await bot.ended()

    assert code == 0
    assert harbour.discord.gateway.close_codes == [1000]


async def test_answers_that_discord_is_slow_to_take_are_finished_too(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member = await harbour.linked()
        slow = harbour.discord.faults.hold(path=CALLBACK)
        change = await harbour.annotate(member, "slow to tell")
        await harbour.discord.until(slow.taken.is_set, what="the answer is on its way")

        bot.terminate()
        await bot.until_line("Stopping")
        slow.release()
        code = await bot.ended()

    assert code == 0
    assert "✅ Noted `" in change.text
