"""Showing what became of a change, and correcting that where it did not stay."""

from __future__ import annotations

from dataclasses import replace

from bot.cogs.later import show_with
from bot.domain.models import Allocation, GameServer
from bot.front.host import host_of
from bot.services.address.joining import Looked
from bot.services.bundle import Services
from bot.services.changing.changes import Change, Truth, Verb
from bot.services.game.power import Listens
from bot.services.servers.desk import Tell
from bot.ui.address.leads import with_dns
from bot.ui.answer.respond import Reply
from bot.ui.errors import given_back
from bot.ui.parts.screen import Screen
from bot.ui.ports import manage
from bot.ui.ports.notices import of_change
from bot.ui.ports.rows import page_with

_Found = tuple[Looked | None, Listens | None]


def looking(reply: Reply) -> Tell:
    """Return what tells the person that the panel's answer was lost and that it is being looked for."""

    async def tell(server: str, change: Change) -> None:
        await reply.show(manage.looking(server, change), meanwhile=True)

    return tell


async def show_change(
    reply: Reply, services: Services, change: Change, *, user: int, server: str, page: int = 0
) -> None:
    """Show what became of a change, on top of the server's allocations as read back.

    The page is the one with the changed allocation, or the given one where that is gone. A creation or promotion is
    looked at once more a few seconds later, and the message corrected if it did not stay.
    """

    def draw(change: Change, found: _Found | None = None) -> Screen:
        looked, listens = found or (None, None)
        return _screen(
            services, change, user=user, server=server, page=page, looked=looked, listens=listens, typed=reply.typed
        )

    if (now := change.with_new_primary) is not None:
        await show_with(reply, lambda found: draw(change, found), _look_up(services, change, now, user))
    else:
        await reply.show(draw(change))
    if not services.second_look.is_due(change):
        return

    async def look_again() -> None:
        corrected = await services.second_look.at(user, server, change)
        if corrected is not None:
            await reply.correct(draw(corrected))

    host_of(reply.interaction).work.aside(look_again())


async def _look_up(services: Services, change: Change, now: GameServer, user: int) -> _Found:
    """Return where players are led after a change of the primary, and where the game listens, as far as is told."""
    looked = await services.joining.after(user, change)
    if looked is not None:
        return looked, looked.listens
    return None, await services.power.listens_again(user, now) if change.verb is Verb.PRIMARY else None


def _screen(
    services: Services,
    change: Change,
    *,
    user: int,
    server: str,
    page: int,
    looked: Looked | None,
    listens: Listens | None,
    typed: str,
) -> Screen:
    primary = change.server.primary if change.server else None
    notice = of_change(change, in_effect=listens is not None and listens.is_at(primary))
    if _not_kept(change):
        notice = replace(notice, text="\n".join([notice.text, *given_back(typed)]))
    if change.server is None:
        return manage.outcome(server, change, notice, owner=user)
    changed = change.allocation.id if change.allocation else None
    return manage.panel(
        change.server,
        owner=user,
        page=page_with(change.server.allocations, changed, otherwise=page),
        notice=notice if looked is None else with_dns(notice, looked),
        offers=services.offers(change.server),
        added=_added(change),
    )


def _not_kept(change: Change) -> bool:
    """Tell whether what was typed for a change may be nowhere on the panel: notes, of which a creation has a step."""
    steps = [step for step in change.steps if step.verb is Verb.NOTES]
    still_there = not change.stayed and not change.gone
    if change.truth is not Truth.DONE and not (steps and still_there):
        return True
    return any(step.truth is not Truth.DONE for step in steps)


def _added(change: Change) -> Allocation | None:
    """Return what a change added, if it is sure that it did and that it is still there."""
    sure = change.verb is Verb.CREATE and change.truth is Truth.DONE and change.stayed and not change.gone
    return change.allocation if sure else None
