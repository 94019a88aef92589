"""Adding several ports to one server: one after another, as fast as the panel lets it, and never one too many.

Which port is asked for is written down before; what nobody knows the outcome of is looked at before the next one. Each
is a creation like any other, so other people's changes on the server take their turn in between.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from bot.domain import rules
from bot.domain.models import NOTES_LIMIT, GameServer
from bot.domain.plan import MOST, Item, ItemState, Plan, PlanForgotten
from bot.errors import AlreadyRunning, BotError, Busy, NotLinked, Unlinked
from bot.panel.errors import RateLimited
from bot.services.keys.accounts import AccountService
from bot.services.keys.lending import LentKey
from bot.services.ports import Clock, Plans
from bot.services.several.running import Ending, Phase, Progress, Run
from bot.services.several.steps import Lost, Steps, Unclear
from bot.services.together.atonce import AtOnce
from bot.services.together.fleet import Fleet

log = logging.getLogger(__name__)
WITHIN = 14 * 60.0
"""Seconds for which a plan goes on: the message that tells of it can be changed for a minute longer."""
AT_ONCE = 3
"""Plans of one person under way at once."""
STOPPED_WITHIN = 5.0
"""Seconds after which a process that goes on with a plan is told once more to stop it."""
_UNDER_WAY = "I am adding ports to this server for you already."
_ENOUGH = f"I am adding ports to {AT_ONCE} of your servers already."
Report = Callable[[Progress], Awaitable[None]]
"""Tells the person how far it is."""


async def _halted_or_over(halted: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await halted.wait()
    except TimeoutError:
        return


class SeveralService:
    """Keeps plans, carries them out, and stops them; every look-up is by the person who asks."""

    def __init__(self, accounts: AccountService, steps: Steps, plans: Plans, *, fleet: Fleet, now: Clock) -> None:
        self._accounts = accounts
        self._steps = steps
        self._plans = plans
        self._fleet = fleet
        self._at_once = AtOnce(fleet.exclusion, "several", AT_ONCE)
        self._now = now
        self._runs: dict[tuple[int, int], Run] = {}
        self.clock: Callable[[], float] = time.time
        """Tells the Unix time, in which the panel names when it takes the next."""
        self.elapsed: Callable[[], float] = time.monotonic
        """Tells seconds that only go forward."""
        self.wait: Callable[[asyncio.Event, float], Awaitable[None]] = _halted_or_over
        """How it waits for so many seconds, or until the event; a simulation of time declares that wait as one."""

    @property
    def under_way(self) -> int:
        """How many plans are being carried out now."""
        return len(self._runs)

    @property
    def waiting(self) -> int:
        """How many ports of these plans are not done yet."""
        return sum(run.waiting_items for run in self._runs.values())

    async def draft(
        self,
        user_id: int,
        server: str,
        notes: Sequence[str | None],
        *,
        seen: GameServer | None = None,
        name: str | None = None,
    ) -> Plan:
        """Keep a plan of a port for each of the notes, and return it; nothing is sent yet.

        `name` is what a server that was not `seen` just now is called, where that is known from before.
        Raises NotesTooLong or KeyInNotes for what the panel would not keep, NotLinked after an unlink.
        """
        key = await self._accounts.key_of(user_id)
        limit = rules.notes_limit(key, seen) if seen is not None else NOTES_LIMIT
        kept = [None if text is None else rules.check_notes(text, limit=limit) for text in notes[:MOST]]
        items = tuple(Item(text, noted=text is None) for text in kept)
        plan = Plan(user_id, server, seen.name if seen else name or server, self._now(), items)
        return await self.plan(user_id, await self._plans.begin(plan))

    async def plan(self, user_id: int, number: int) -> Plan:
        """Return one of the person's plans; raise NotLinked or PlanForgotten."""
        plan = await self._plans.one(user_id, number)
        if plan is None:
            await self._accounts.profile(user_id)
            raise PlanForgotten
        return plan

    async def did_not_stay(self, user_id: int, number: int, gone: Mapping[int, int]) -> Plan | None:
        """Write down which items, with their allocations, are no longer there; None for a plan under way again."""
        plan = await self._plans.one(user_id, number)
        if plan is None or self.running(user_id, number) is not None:
            return None
        for index, allocation in gone.items():
            if plan.items[index].state is ItemState.MADE and plan.items[index].allocation == allocation:
                plan = plan.with_item(index, state=ItemState.GONE, noted=plan.items[index].notes is None)
        await self._plans.settle(plan)
        return plan

    def running(self, user_id: int, number: int) -> Run | None:
        """Return this plan as it is being carried out, None if it is not."""
        return self._runs.get((user_id, number))

    def halt(self) -> None:
        """Begin nothing more for anybody: the bot is stopping."""
        for run in self._runs.values():
            run.halt(Ending.RESTART)

    async def stop(self, user_id: int, number: int, stopping: Report) -> Progress:
        """Have nothing more begun of a plan, whichever process carries it out, and return how that ended.

        `stopping` tells the person that what is under way is finished first. Of a plan that is not under way it is
        returned what is on record. Raises NotLinked, PlanForgotten or OwnDatabaseFailed.
        """
        if (run := self.running(user_id, number)) is not None:
            run.halt(Ending.STOPPED)
            if not run.is_resting:
                await stopping(run.now(Phase.ADDING))
            return await run.over()
        plan = await self.plan(user_id, number)
        async with self._fleet.exclusion.alone(_of(plan)) as nobody:
            if nobody:
                return Progress(plan, Phase.ENDED, Ending.SHOWN)
        # Before anybody is told that it stops: one port less is begun meanwhile.
        await self._fleet.news.stopped(plan.user_id, plan.number)
        await stopping(Progress(plan, Phase.ADDING))
        await self._left_elsewhere(plan)
        plan = await self.plan(user_id, number)
        return Progress(plan, Phase.ENDED, Ending.STOPPED if plan.is_open else Ending.COMPLETE)

    async def _left_elsewhere(self, plan: Plan) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOPPED_WITHIN), self._fleet.exclusion.turn(_of(plan)):
                    return
            # A process that was out of touch has not heard of it.
            await self._fleet.news.stopped(plan.user_id, plan.number)

    def stopped_elsewhere(self, user_id: int, number: int) -> None:
        """Take note that the owner stopped a plan by way of another process, which tells them of the end."""
        if (run := self.running(user_id, number)) is not None:
            run.halt(Ending.STOPPED)
            log.info("Another process was told to stop a plan that is carried out here")

    async def carry_out(self, user_id: int, number: int, report: Report, *, within: float = WITHIN) -> Progress:
        """Do what is left of a plan, and return how that ended.

        Raises AlreadyRunning where it is under way, or another one on this server; NotLinked or PlanForgotten.
        """
        async with self._claimed(await self.plan(user_id, number), until=self.elapsed() + within) as run:
            # Read anew: it may have been under way until just now.
            run.plan = await self.plan(user_id, number)
            loan = await self._accounts.key_of(user_id, server=run.plan.server)
            ended = run.ended(Ending.RESTART)

            async def tell(progress: Progress) -> None:
                # Who pressed Stop is told of the rest by the answer to that.
                if not run.is_stopped:
                    await report(progress)

            try:
                if run.plan.is_open:
                    await tell(run.now(Phase.ADDING))
                ended = await self._through(run, loan, tell)
            finally:
                run.end(ended)
        return ended

    @asynccontextmanager
    async def _claimed(self, plan: Plan, *, until: float) -> AsyncIterator[Run]:
        mine = [run.plan for (owner, _), run in self._runs.items() if owner == plan.user_id]
        if any(other.server == plan.server for other in mine):
            raise AlreadyRunning(_UNDER_WAY)
        if len(mine) >= AT_ONCE:
            raise Busy(_ENOUGH)
        run = self._runs[plan.user_id, plan.number] = Run(plan, until=until)
        alone = self._fleet.exclusion.alone
        try:
            async with (
                alone(f"several {plan.user_id} {plan.server}") as nobody_there,
                alone(_of(plan)) as nobody_else,
                self._at_once.place(plan.user_id) as has_place,
            ):
                if not (nobody_there and nobody_else):
                    raise AlreadyRunning(_UNDER_WAY)
                if not has_place:
                    raise Busy(_ENOUGH)
                yield run
        finally:
            del self._runs[plan.user_id, plan.number]
            run.close()

    async def _through(self, run: Run, loan: LentKey, report: Report) -> Progress:
        try:
            for index in range(len(run.plan.items)):
                made = len(run.plan.made)
                while run.needs(index):
                    if (why := self._ending(run, loan)) is not None:
                        return await self._ended(run, why)
                    await self._step(run, index, report)
                if len(run.plan.made) > made and any(run.needs(later) for later in range(index + 1, _size(run))):
                    await report(run.now(Phase.ADDING))
        except Lost as lost:
            return run.ended(Ending.LOST, lost.trouble)
        except Unclear:
            return run.ended(Ending.UNCLEAR)
        except (Unlinked, NotLinked, PlanForgotten):
            return await self._ended(run, Ending.UNLINKED)
        except BotError as refusal:
            return run.ended(Ending.REFUSED, refusal)
        return run.ended(Ending.COMPLETE)

    async def _step(self, run: Run, index: int, report: Report) -> None:
        """Take one step for an item; where the panel names a time for it, wait until then instead."""

        async def looking() -> None:
            await report(run.now(Phase.LOOKING))

        try:
            again_at = await self._steps.take(run, index, looking, clock=self.clock)
        except RateLimited as refusal:
            again_at = refusal.retry_at
            # One that names no time is not waited for, nor one that is later than can be told here.
            if again_at is None or self.elapsed() + again_at - self.clock() > run.until:
                raise
            await report(run.waiting(refusal))
        if again_at is not None:
            await self._pause(run, again_at)

    async def _pause(self, run: Run, until: float) -> None:
        run.is_resting = True
        while (left := until - self.clock()) > 0 and not run.halted.is_set():
            await self.wait(run.halted, left)
        run.is_resting = False

    def _ending(self, run: Run, loan: LentKey) -> Ending | None:
        if loan.ended:
            return Ending.UNLINKED
        if run.why is None and self.elapsed() >= run.until:
            return Ending.TIME
        return run.why

    async def _ended(self, run: Run, why: Ending) -> Progress:
        kept = why is not Ending.UNLINKED or await self._plans.one(run.plan.user_id, run.plan.number) is not None
        return run.ended(why, kept=kept)


def _of(plan: Plan) -> str:
    return f"several {plan.user_id} plan {plan.number}"


def _size(run: Run) -> int:
    return len(run.plan.items)
