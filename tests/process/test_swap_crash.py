"""kill -9 at every step of a swap and of what follows it: the link works, and no key is left that nobody holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass

import pytest

from bot.demo.panel.faults import Which
from tests.e2e.trouble import Arrivals
from tests.process.harbour import Harbour, Member
from tests.process.own_keys import DELETE, SWAP, own
from tests.wire import BotProcess, Interaction

KEYS = "/api/client/account/api-keys"
MAKING: Which = {"method": "POST", "path": "*/account/api-keys"}
CHECKING: Which = {"method": "GET", "path": "*/account"}
REMOVING: Which = {"method": "DELETE", "path": "*/account/api-keys/*"}
TIDIED = "Keys of mine that nobody held, deleted on the panel: 1"


@dataclass(frozen=True)
class Moment:
    """When the process is killed: while this request is held, before the panel carries it out or after."""

    which: Which
    before: bool
    allowed: str = "none"
    after_first: bool = False
    """Whether the first such request goes on, and the second is held."""


LEAVES_A_KEY = {
    "making, about to be carried out": Moment(MAKING, before=True),
    "making, not answered": Moment(MAKING, before=False),
    "checking": Moment(CHECKING, before=True),
    "probing, about to be carried out": Moment(MAKING, before=True, allowed="seen"),
    "probing, not answered": Moment(MAKING, before=False, allowed="seen"),
    "asking with the probe": Moment(CHECKING, before=True, allowed="seen"),
    "making after the probe, not answered": Moment(MAKING, before=False, allowed="seen", after_first=True),
    "checking after the probe": Moment(CHECKING, before=False, allowed="seen", after_first=True),
}
LEAVES_NONE = {
    "removing the probe, about to be carried out": Moment(REMOVING, before=True, allowed="seen"),
    "removing the probe, not answered": Moment(REMOVING, before=False, allowed="seen"),
}


def intents(harbour: Harbour) -> int:
    """Return how many intents are written down."""
    with closing(sqlite3.connect(harbour.folder / "berth.db")) as database:
        (count,) = database.execute("SELECT count(*) FROM intents").fetchone()
    return int(count)


async def killed_while(harbour: Harbour, bot: BotProcess, moment: Moment, act: Callable[[], Awaitable[object]]) -> None:
    """Do something, kill the bot when the request is held, and let the panel go on with it."""
    if moment.after_first:
        harbour.panel.faults.late(0, **moment.which)
    hold = harbour.panel.faults.hold(before_apply=moment.before, **moment.which)
    await act()
    await hold.arrived.wait()
    await bot.kill()
    hold.release()
    await harbour.discord.until(lambda: not harbour.discord.gateway.connections, what="the killed one is gone")


async def run(harbour: Harbour, member: Member, command: str) -> Interaction:
    """Run a command and return its answer."""
    return await (await harbour.discord.slash(member.id, command)).wait_for_answer()


async def works(harbour: Harbour, member: Member, key: str) -> bool:
    """Tell whether a member's commands work, with this key."""
    answer = await run(harbour, member, "servers")
    return member.server.name in answer.text and harbour.panel.requests[-1].key == key


async def swapped(harbour: Harbour) -> tuple[Member, Interaction]:
    """Return a member whose key is swapped, with the answer to that."""
    member = harbour.member()
    linked = await harbour.link(member)
    answer = await (await linked.press(SWAP)).wait_for_answer()
    assert "✅ Swapped" in answer.text, answer.text
    return member, answer


@pytest.mark.parametrize("moment", LEAVES_A_KEY.values(), ids=LEAVES_A_KEY)
async def test_a_key_that_nobody_holds_after_a_crash_is_deleted_at_the_next_start(
    harbour: Harbour, moment: Moment
) -> None:
    async with harbour.bot(KEY_ALLOWED_IPS=moment.allowed) as bot:
        await harbour.discord.until_ready()
        member = harbour.member()
        linked = await harbour.link(member)
        await killed_while(harbour, bot, moment, lambda: linked.press(SWAP))
    written = intents(harbour)

    async with harbour.bot(KEY_ALLOWED_IPS=moment.allowed) as bot:
        await harbour.discord.until_ready()
        await bot.until_line(TIDIED)

        assert written == 1
        assert own(harbour, member) == []
        assert await works(harbour, member, member.key)
        account = await run(harbour, member, "account")
        assert "✅ Swapped" in (await (await account.press(SWAP)).wait_for_answer()).text
        assert len(own(harbour, member)) == 1


@pytest.mark.parametrize("moment", LEAVES_NONE.values(), ids=LEAVES_NONE)
async def test_a_crash_after_which_there_is_nothing_to_delete_is_looked_into_all_the_same(
    harbour: Harbour, moment: Moment
) -> None:
    async with harbour.bot(KEY_ALLOWED_IPS=moment.allowed) as bot:
        await harbour.discord.until_ready()
        member = harbour.member()
        linked = await harbour.link(member)
        await killed_while(harbour, bot, moment, lambda: linked.press(SWAP))
    harbour.panel.requests = arrivals = Arrivals()

    async with harbour.bot(KEY_ALLOWED_IPS=moment.allowed):
        await harbour.discord.until_ready()
        await arrivals.of("GET", path=KEYS)

        assert {request.path for request in arrivals if request.key is not None} == {KEYS}
        assert own(harbour, member) == []
        assert await works(harbour, member, member.key)


async def test_a_swap_that_was_confirmed_survives_a_crash_with_the_question_about_the_pasted_key(
    harbour: Harbour,
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member, _ = await swapped(harbour)
        await bot.kill()
    await harbour.discord.until(lambda: not harbour.discord.gateway.connections, what="the killed one is gone")

    async with harbour.bot():
        await harbour.discord.until_ready()
        (key,) = own(harbour, member)

        assert intents(harbour) == 0
        assert await works(harbour, member, key.token)
        account = await run(harbour, member, "account")
        gone = await (await account.press(DELETE)).wait_for_answer()
        assert "✅ The key you pasted is deleted" in gone.text
        assert own(harbour, member) == [key]
        assert harbour.state.key(member.key).revoked


@pytest.mark.parametrize("before", [True, False])
async def test_the_question_about_the_pasted_key_is_asked_again_after_a_crash_while_it_was_deleted(
    harbour: Harbour, before: bool
) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member, asked = await swapped(harbour)
        await killed_while(harbour, bot, Moment(REMOVING, before=before), lambda: asked.press(DELETE))

    async with harbour.bot():
        await harbour.discord.until_ready()
        account = await run(harbour, member, "account")
        gone = await (await account.press(DELETE)).wait_for_answer()

        assert "was gone from" in gone.text
        assert await works(harbour, member, own(harbour, member)[0].token)


@pytest.mark.parametrize("before", [True, False])
async def test_an_unlink_that_a_crash_interrupted_can_be_repeated(harbour: Harbour, before: bool) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member, _ = await swapped(harbour)
        question = await run(harbour, member, "unlink")
        await killed_while(harbour, bot, Moment(REMOVING, before=before), lambda: _confirm(question))

    async with harbour.bot():
        await harbour.discord.until_ready()
        answer = await (await _confirm(await run(harbour, member, "unlink"))).wait_for_answer()

        assert "Everything I stored about you is gone." in answer.text
        assert "was gone from" in answer.text
        assert own(harbour, member) == []


async def _confirm(question: Interaction) -> Interaction:
    (label,) = [label for label in question.shown.buttons if label.startswith("Unlink")]
    return await question.press(label)


async def test_an_own_key_that_a_new_link_replaced_is_deleted_after_a_crash(harbour: Harbour) -> None:
    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        member, _ = await swapped(harbour)
        other = harbour.member()
        opened = await run(harbour, member, "link")
        # Held for good: the process dies, and the panel never gets to it.
        hold = harbour.panel.faults.hold(**REMOVING)
        await opened.submit(key=other.key)
        await hold.arrived.wait()
        await bot.kill()
    await harbour.discord.until(lambda: not harbour.discord.gateway.connections, what="the killed one is gone")
    before = len(own(harbour, member))

    async with harbour.bot() as bot:
        await harbour.discord.until_ready()
        await bot.until_line(TIDIED)

        assert before == 1
        assert own(harbour, member) == []
        assert intents(harbour) == 0
        answer = await run(harbour, member, "servers")
        assert other.server.name in answer.text
    harbour.panel.faults.clear()
