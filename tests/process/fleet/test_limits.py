"""What a person may do once at a time, or once in a while: once over all processes, not once in each."""

from __future__ import annotations

import pytest

from tests.process.adding import ROWS
from tests.process.fleet.processes import FOUR, both, here, process
from tests.process.harbour import Harbour, Member
from tests.wire import Interaction

pytestmark = [pytest.mark.parametrize("harbour", [FOUR], indirect=True), pytest.mark.timeout(120)]
CREATE = "allocations create"


async def asked_to_restart(harbour: Harbour, member: Member, *, direct: bool) -> Interaction:
    """Return the question whether the member's server is to be restarted, asked in the guild or in direct messages."""
    harbour.discord.direct = direct
    asked = await (await (await here(harbour, member)).press("Restart…")).wait_for_answer()
    harbour.discord.direct = False
    return asked


async def asked_to_post(harbour: Harbour, member: Member) -> Interaction:
    """Return the question whether the server's address is to be posted."""
    return await (await (await here(harbour, member)).press("Post address here")).wait_for_answer()


async def test_a_server_is_told_once_to_restart_though_two_processes_are_asked(harbour: Harbour, url: str) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        label = f"Restart {member.server.name}"
        one = await asked_to_restart(harbour, member, direct=False)
        two = await asked_to_restart(harbour, member, direct=True)
        held = harbour.panel.faults.hold(method="POST", path="*/power")
        first = await one.press(label)
        await held.arrived.wait()

        harbour.discord.direct = True
        second = await (await two.press(label)).wait_for_answer()
        harbour.discord.direct = False
        held.release()
        await first.wait_for_answer()
        await harbour.discord.until(lambda: "I watch what comes of it" in first.text, what="it is told once")

    assert "The server was told to start or restart just now" in second.text, second.text
    assert harbour.writes() == 1


async def test_a_person_adds_one_port_at_a_time_to_a_server_though_two_processes_are_asked(
    harbour: Harbour, url: str
) -> None:
    async with both(harbour, url):
        member = await harbour.linked()
        there = {"server": member.server.identifier}
        held = harbour.panel.faults.hold(method="POST", path=ROWS)
        first = await harbour.discord.slash(member.id, CREATE, there)
        await held.arrived.wait()

        second = await (await harbour.discord.slash(member.id, CREATE, there, direct=True)).wait_for_answer()
        held.release()
        await first.wait_for_answer()
        await harbour.discord.until(lambda: len(harbour.rows(member)) == 3, what="the first is added")
        third = await (await harbour.discord.slash(member.id, CREATE, there, direct=True)).wait_for_answer()

    assert "I am still adding a port to this server for you." in second.text, second.text
    assert "✅" in third.text
    assert len(harbour.rows(member)) == 4


async def test_an_address_is_posted_once_in_five_minutes_though_another_process_took_over_the_channel(
    harbour: Harbour, url: str
) -> None:
    """A channel is one process's at a time: its next one is what may be asked too."""
    async with process(harbour, url, "1/1"):
        await harbour.discord.until_ready()
        member = await harbour.linked()
        first = await (await (await asked_to_post(harbour, member)).press("Post")).wait_for_answer()
    async with process(harbour, url, "1/1"):
        await harbour.discord.until_ready()
        second = await (await (await asked_to_post(harbour, member)).press("Post")).wait_for_answer()

    assert len(first.public) == 1
    assert "once every five minutes" in second.text, second.text
    assert second.public == []
