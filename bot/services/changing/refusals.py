"""What the rules already say of a change, as the error that the panel's own refusal would become."""

from __future__ import annotations

from bot.domain import room, rules
from bot.domain.models import GameServer
from bot.errors import BotError, NoAllowance
from bot.nextstep import NextStep
from bot.panel.errors import LimitReached, PermissionDenied, ServerBlocked


def check_creation(now: GameServer) -> None:
    """Raise the cause for which a server that was just read gets no allocation, as the button gives it, if any."""
    refusal = _of_creation(now)
    if refusal is not None:
        raise refusal


def _of_creation(now: GameServer) -> BotError | None:
    blocked = rules.blocked(now)
    if blocked:
        refusal = ServerBlocked(blocked)
        if now.state.lasts:
            refusal.next_step = NextStep.PANEL_SERVER_AGAIN
        return refusal
    if rules.missing_permission(now, "allocation.create"):
        return PermissionDenied("allocation.create")
    obstacle = room.no_room(now)
    if obstacle is None:
        return None
    kind = NoAllowance if obstacle.never else LimitReached
    return kind(obstacle.cause, advice=f"{obstacle.remedy} Nothing was changed.")


def explained(refusal: LimitReached, before: GameServer | None) -> LimitReached:
    """Return the panel's refusal with what can be done about it on this server, as far as it was read before."""
    if before is not None:
        refusal.advice = room.making_room(before)
    return refusal
