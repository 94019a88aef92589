"""Making a port the primary, and asking before where its notes say that it is for something else."""

from __future__ import annotations

from bot.cogs.outcome import looking, show_change
from bot.domain.meant import needing_their_own
from bot.services.bundle import Services
from bot.services.changing.ownport import NeedsItsOwnPort, unless_for_something_else
from bot.ui.answer.respond import Reply
from bot.ui.ports.promoting import confirm_new_primary, confirm_primary


async def promote(
    reply: Reply, services: Services, user: int, server: str, allocation: int | str, *, told: str = ""
) -> None:
    """Make a port the primary and show what became of it; ask first where its notes name what cannot share it.

    `told` is the mark of the notes of which the person was told in that question.
    """
    try:
        change = await services.allocations.promote(
            user,
            server,
            allocation,
            heeding=unless_for_something_else(allocation, told=told),
            tell=looking(reply),
        )
    except NeedsItsOwnPort as asked:
        await reply.show(confirm_primary(asked.server, asked.row, asked.purposes, owner=user))
        return
    await show_change(reply, services, change, user=user, server=server)


async def ask_first(reply: Reply, services: Services, user: int, server: str, notes: str) -> bool:
    """Ask whether a new port is to be the primary, where its notes name what needs one of its own; tell whether so."""
    purposes = needing_their_own(notes)
    if purposes:
        token = await services.kept.keep(user, notes)
        name = services.directory.name_of(user, server)
        await reply.show(confirm_new_primary(server, notes, purposes, token, owner=user, name=name))
    return bool(purposes)
