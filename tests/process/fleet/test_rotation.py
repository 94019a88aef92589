"""A new encryption key where several processes run: refused while one of them could not open what is sealed with it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable

import pytest

from tests.process.commands import ran
from tests.process.fleet.processes import FIRST, FOUR, SECOND, here, process
from tests.process.harbour import Harbour, Member

OLD, NEW = ("A" * 43 + "=", base64.urlsafe_b64encode(bytes([7]) * 32).decode())
SEALED = "Links sealed again under the first key: {}; already so: {}."
pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True), pytest.mark.timeout(120)]


@pytest.fixture
def rotated(harbour: Harbour, url: str) -> Callable[[str], Awaitable[tuple[int, str]]]:
    """Return what runs `rotate-key` with a list of keys, and tells its exit code and what it said."""

    async def run(keys: str) -> tuple[int, str]:
        return await ran(harbour, "rotate-key", DATABASE_URL=url, ENCRYPTION_KEY=keys)

    return run


async def served(harbour: Harbour, member: Member) -> bool:
    """Tell whether both processes open the member's link: in direct messages, and in the guild."""
    return all(["25566" in (await here(harbour, member, direct=direct)).text for direct in (True, False)])


async def test_a_rotation_is_refused_while_another_process_could_not_open_what_it_seals(
    harbour: Harbour, url: str, rotated: Callable[[str], Awaitable[tuple[int, str]]]
) -> None:
    async with process(harbour, url, SECOND, ENCRYPTION_KEY=OLD) as behind:
        await behind.until_line("Ready as")
        async with process(harbour, url, FIRST, ENCRYPTION_KEY=f"{NEW},{OLD}"):
            await harbour.discord.until_ready()
            member = await harbour.linked()
            code, said = await rotated(f"{NEW},{OLD}")
            served_meanwhile = await served(harbour, member)

            behind.terminate()
            await behind.ended()
            async with process(harbour, url, SECOND, ENCRYPTION_KEY=f"{NEW},{OLD}"):
                await harbour.discord.until_ready()
                done = await rotated(f"{NEW},{OLD}")
                served_after = await served(harbour, member)

    assert code == 2
    assert "1 of the running processes cannot open what the first key of ENCRYPTION_KEY seals" in said
    assert "restart every one with that key last in the list, then every one with it first" in said
    assert served_meanwhile
    assert done[0] == 0
    assert SEALED.format(1, 0) in done[1]
    assert served_after


async def test_a_start_with_no_key_in_common_with_a_running_process_is_refused_and_that_one_goes_on(
    harbour: Harbour, url: str
) -> None:
    async with process(harbour, url, FIRST, ENCRYPTION_KEY=OLD) as running:
        await running.until_line("Ready as")
        async with process(harbour, url, SECOND, ENCRYPTION_KEY=NEW) as other:
            code = await other.ended()
        async with process(harbour, url, SECOND, ENCRYPTION_KEY=f"{OLD},{NEW}") as other_again:
            await other_again.until_line("Ready as")
            served_by_both = await served(harbour, await harbour.linked())

    assert code == 2
    assert other.lines[-1] == (
        "berth: running processes on this database that have no encryption key in common with this one: 1. Neither "
        "side would open what the other seals: give every process the same ENCRYPTION_KEY, and change it as "
        "docs/operations/postgresql.md says, or stop them all first"
    )
    assert served_by_both


async def test_of_two_started_at_once_with_no_key_in_common_one_is_refused(harbour: Harbour, url: str) -> None:
    async with (
        process(harbour, url, FIRST, ENCRYPTION_KEY=OLD) as one,
        process(harbour, url, SECOND, ENCRYPTION_KEY=NEW) as two,
    ):
        ends = {asyncio.create_task(bot.ended(within=60)): bot for bot in (one, two)}
        (refused,), (goes_on,) = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        await ends[goes_on].until_line("Ready as")
        code = refused.result()
        goes_on.cancel()

    assert code == 2
    assert "no encryption key in common with this one: 1." in ends[refused].lines[-1]


async def test_with_the_new_key_last_and_then_first_every_process_opens_every_link_throughout(
    harbour: Harbour, url: str, rotated: Callable[[str], Awaitable[tuple[int, str]]]
) -> None:
    """As docs/operations/postgresql.md has it: whatever a process seals, the other opens."""
    opened, members = [], []
    for one, two in [
        (f"{OLD},{NEW}", OLD),
        (f"{OLD},{NEW}", f"{OLD},{NEW}"),
        (f"{NEW},{OLD}", f"{OLD},{NEW}"),
        (f"{NEW},{OLD}", f"{NEW},{OLD}"),
    ]:
        async with (
            process(harbour, url, FIRST, ENCRYPTION_KEY=one),
            process(harbour, url, SECOND, ENCRYPTION_KEY=two),
        ):
            await harbour.discord.until_ready()
            for direct in (True, False):
                harbour.discord.direct = direct
                members.append(await harbour.linked())
                harbour.discord.direct = False
            opened += [await served(harbour, member) for member in members]
    done = await rotated(f"{NEW},{OLD}")
    async with process(harbour, url, FIRST, ENCRYPTION_KEY=NEW), process(harbour, url, SECOND, ENCRYPTION_KEY=NEW):
        await harbour.discord.until_ready()
        opened += [await served(harbour, member) for member in members]

    assert all(opened)
    assert done[0] == 0
    assert SEALED.format(5, 3) in done[1]
