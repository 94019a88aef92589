"""What a message about several ports shows after an error: the plan as it is on record, and the way on with it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.plan import ItemState
from bot.domain.site import PanelSite
from bot.errors import BotError, OwnDatabaseUnreadable
from bot.front.router import Press
from bot.nextstep import NextStep
from bot.services.bundle import Services
from bot.services.several.running import Ending, Phase, Progress
from bot.ui.parts.screen import Screen
from bot.ui.several import choosing as several
from bot.ui.several import progress

GO, STOP = "several.go", "several.stop"
PLANNED = frozenset({GO, STOP})
"""What is pressed on the message of a plan, and carries the plan's number."""


class UntoldInTime(BotError):
    """The panel did not tell what the server has before the press had to be answered, be it with a form."""

    title = "{panel} took too long"
    advice = "Look at the ports, press **Add several…** there and choose again. Nothing was changed."
    next_step = NextStep.ALLOCATIONS


async def plan_after(press: Press, services: Services, site: PanelSite) -> Screen | None:
    """Return the message of the plan that was pressed on as it is now; None where there is none.

    Raises OwnDatabaseUnreadable where that cannot be known.
    """
    try:
        plan = await services.several.plan(press.user_id, press.id.number(0))
    except OwnDatabaseUnreadable:
        raise
    except BotError:
        return None
    if press.id.verb == GO and all(item.state is ItemState.WANTED for item in plan.items):
        return several.question(plan, owner=press.user_id, seen=None)
    return progress.ended(Progress(plan, Phase.ENDED, Ending.SHOWN), owner=press.user_id, site=site)


def still_leading_on(told: Screen, press: Press) -> Screen:
    """Return an error with the button that was pressed, for the bot's own database does not tell the plan.

    The message of a plan is the only one that leads on with it.
    """
    offered = progress.go_on if press.id.verb == GO else progress.stop
    return replace(told, items=[offered(press.id.number(0), press.id.args[1], owner=press.user_id), *told.items])
