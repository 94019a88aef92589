"""A server that is being restarted."""

from __future__ import annotations

from tests.process.harbour import Harbour, Member
from tests.wire import Interaction


async def followed(harbour: Harbour, member: Member) -> Interaction:
    """Restart the member's server and return the message that says it is being followed."""
    asking = await (await (await harbour.open_panel(member)).press("Restart…")).wait_for_answer()
    seen = await (await asking.press(f"Restart {member.server.name}")).wait_for_answer()
    assert "For up to 60 seconds I watch what comes of it" in seen.text, seen.text
    return seen


async def looked_again(harbour: Harbour, member: Member, seen: Interaction) -> Interaction:
    """Press what the message offers, in a process that began after it."""
    return await (await harbour.discord.press(member.id, seen.shown, "Look again")).wait_for_answer()
