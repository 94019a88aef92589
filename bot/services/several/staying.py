"""Whether ports that were added several at once stayed: one look at the end of a run, not one for each."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.models import GameServer
from bot.errors import BotError
from bot.services.changing.recorder import Recorder
from bot.services.changing.second_look import SecondLook
from bot.services.several.adding import SeveralService
from bot.services.several.running import Ending, Progress, away_from


class Staying:
    """Looks once more a few seconds after a run, and corrects the plan and the record."""

    def __init__(self, several: SeveralService, second_look: SecondLook, recorder: Recorder) -> None:
        self._several = several
        self._second_look = second_look
        self._recorder = recorder

    @staticmethod
    def is_due(end: Progress) -> bool:
        """Tell whether something was made in the run that ended so; a bot that restarts has no time to look."""
        return bool(end.fresh) and end.ending is not Ending.RESTART

    async def at(self, end: Progress) -> Progress | None:
        """Return how the run ended as it is a few seconds later if a port did not stay, else None: one call."""
        plan = end.plan
        now = await self._second_look.later(plan.user_id, plan.server, epoch=end.epoch)
        gone = {} if now is None or now.restricted else _missing(end, now)
        if now is None or not gone:
            return None
        try:
            corrected = await self._several.did_not_stay(plan.user_id, plan.number, gone)
        except BotError:
            return None
        if corrected is None:
            return None
        await self._recorder.did_not_stay(plan.user_id, [plan.items[index].record for index in gone])
        return replace(end, plan=corrected, seen=now, away=away_from(corrected, now))


def _missing(end: Progress, now: GameServer) -> dict[int, int]:
    """Return the items of the run that a reading no longer has, with their allocations."""
    made = {index: end.plan.items[index].allocation for index in sorted(end.fresh)}
    return {index: number for index, number in made.items() if number is not None and now.allocation(number) is None}
