"""The steps of a plan: look what became of a port that was asked for, ask for one, write its notes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.domain.models import Allocation, GameServer
from bot.domain.plan import Item, ItemState
from bot.domain.record import Outcome
from bot.errors import AlreadyRunning, BotError, NotLinked, StepLeftOut, Unlinked
from bot.panel.errors import RateLimited
from bot.services.allocations import AllocationService
from bot.services.changing.changes import Change, Truth, Verb
from bot.services.changing.overwriting import NotesChanged, mark_of, unless_changed
from bot.services.ports import Plans, Record
from bot.services.servers.seats import Seats
from bot.services.several.running import Run
from bot.services.several.tracing import Found
from bot.services.together.turns import Turns

LATE = 30.0
"""Seconds after which a panel has done, or will not do, what it was asked: longer than it lets any request run."""
_LOOKED_THROUGH = 50
"""Entries of the record, the newest of the server, among which other creations are looked for."""
Looking = Callable[[], Awaitable[None]]
"""Tells the person that it is looked what the server has."""


class Lost(BotError):
    """It could not be found out whether a port was added."""

    title = "I do not know whether the last port was added"
    advice = "Press **Go on**: it looks at the server first, and adds only what is not there."

    def __init__(self, trouble: BotError | None) -> None:
        super().__init__()
        self.trouble = trouble


class Unclear(BotError):
    """More than one allocation can be the one that was asked for, or none can be seen."""

    title = "I cannot tell which port is the one I asked for"
    advice = "Press **Go on**: it leaves this one out. {/allocations list} shows what the server has now."


class NotAdded(BotError):
    """The panel was asked for a port, and it is not there."""

    title = "The port was not added"
    advice = "Press **Go on** to try again; if it fails again, tell your host."


class NotesNotKept(BotError):
    """The panel said that it wrote the notes, and they are not there."""

    title = "The notes are not in effect"
    advice = "Press **Go on** to try again."


class Steps:
    """Takes the next step for one item of a plan; what it did, or was about to, is written down."""

    def __init__(
        self, allocations: AllocationService, plans: Plans, record: Record, turns: Turns, seats: Seats
    ) -> None:
        self._allocations = allocations
        self._seats = seats
        self._plans = plans
        self._record = record
        self._turns = turns

    async def take(self, run: Run, index: int, looking: Looking, *, clock: Callable[[], float]) -> float | None:
        """Take it; return the Unix time before which it is too early for the next, None where there is none.

        Raises RateLimited where the panel takes nothing more now, Lost or Unclear where it is not known what it did,
        and any other BotError for what speaks against the step.
        """
        item = run.plan.items[index]
        if item.state is ItemState.ASKED:
            return await self._trace(run, index, looking, clock())
        try:
            if item.state is ItemState.MADE:
                await self._annotate(run, index, looking)
            else:
                await self._make(run, index, looking, clock)
        finally:
            run.asked(self._epoch(run))
        return None

    def _epoch(self, run: Run) -> int:
        return self._seats.epoch_of(run.plan.server)

    async def _trace(self, run: Run, index: int, looking: Looking, now: float) -> float | None:
        """Look what became of a request whose outcome nobody knows; one that may still be under way is waited for."""
        item, plan = run.plan.items[index], run.plan
        await looking()
        entry = await self._record.one(plan.user_id, item.record) if item.record is not None else None
        if entry is not None and entry.outcome in (Outcome.NOT_DONE, Outcome.REFUSED):
            await self._not_there(run, index)
            return None
        if entry is not None and entry.outcome is Outcome.DONE:
            noted = item.notes is None or (entry.after or {}).get("notes") == item.notes
            where = {"allocation": entry.allocation_id, "address": entry.address}
            await self._settle(run, index, state=ItemState.MADE, noted=noted, **where)
            return None
        had = None if item.had is None else item.had | await self._others(run, item)
        trace = await self._allocations.trace(plan.user_id, plan.server, had)
        if trace.found is Found.NOTHING:
            over = (item.asked_at or 0) + LATE
            if now < over <= now + LATE:
                return over
            await self._not_there(run, index)
        elif trace.found is Found.UNCLEAR:
            await self._settle(run, index, state=ItemState.UNKNOWN, **_where(None))
            raise Unclear
        else:
            sure = trace.found is Found.IT
            noted = item.noted or (trace.row is not None and trace.row.notes is not None)
            await self._settle(run, index, state=ItemState.MADE, sure=sure, noted=noted, **_where(trace.row))
            run.was_told(index)
        return None

    async def _make(self, run: Run, index: int, looking: Looking, clock: Callable[[], float]) -> None:
        plan, item = run.plan, run.plan.items[index]

        async def asking(server: GameServer | None, number: int) -> None:
            run.asks(server, self._epoch(run))
            had = None
            if server is not None:
                run.plan = replace(run.plan, server_name=server.name)
                had = None if server.restricted else frozenset(row.id for row in server.allocations)
            run.change(index, state=ItemState.ASKED, had=had, asked_at=clock(), record=number, **_where(None))
            await self._plans.save(run.plan)

        async def tell(_: str, __: Change) -> None:
            await looking()

        try:
            change = await self._allocations.create(
                plan.user_id, plan.server, notes=item.notes, tell=tell, asking=asking, waits=True
            )
        except AlreadyRunning:
            # Another creation of the same person: its turn is before this.
            await self._turns.created(plan.user_id, plan.server)
            return
        except BotError:
            if run.plan.items[index].state is ItemState.ASKED:
                await self._not_there(run, index)
            raise
        if change.truth is Truth.UNKNOWN:
            await self._settle(run, index, **_where(change.allocation))
            raise Lost(change.trouble)
        if change.truth is Truth.NOT_DONE:
            await self._not_there(run, index)
            raise change.trouble or NotAdded("{panel} said yes, but when I read it back the port was not there.")
        await self._made(run, index, change)

    async def _made(self, run: Run, index: int, change: Change) -> None:
        step = next((step for step in change.steps if step.verb is Verb.NOTES), None)
        noted = step is None or step.truth is Truth.DONE
        await self._settle(run, index, state=ItemState.MADE, noted=noted, **_where(change.allocation))
        run.was_told(index)
        if change.server is not None:
            run.saw(change.server)
        if change.verified and change.server is not None:
            run.fresh.add(index)
        if step is None or noted or isinstance(step.problem, StepLeftOut):
            return
        if isinstance(step.problem, RateLimited):
            raise step.problem
        run.problems[index] = step.problem or NotesNotKept()

    async def _annotate(self, run: Run, index: int, looking: Looking) -> None:
        """Write notes that are not there yet; never over what somebody wrote in the meantime."""
        plan, item = run.plan, run.plan.items[index]
        allocation, text = item.allocation or 0, item.notes or ""

        unchanged = unless_changed(allocation, text, seen=mark_of(None))

        def provided(now: GameServer) -> None:
            run.asks(now, self._epoch(run))
            unchanged(now)

        async def tell(_: str, __: Change) -> None:
            await looking()

        try:
            change = await self._allocations.set_notes(
                plan.user_id,
                plan.server,
                allocation,
                text,
                provided=provided,
                tell=tell,
                waits=True,
            )
        except NotesChanged:
            await self._settle(run, index, noted=True)
        except (RateLimited, Unlinked, NotLinked):
            raise
        except BotError as problem:
            if run.is_away(index):
                # There is nothing to write them to.
                await self._settle(run, index, noted=True)
            else:
                run.problems[index] = problem
        else:
            if change.server is not None:
                run.saw(change.server)
            if change.truth is Truth.DONE:
                await self._settle(run, index, noted=True)
            else:
                run.problems[index] = change.trouble or NotesNotKept()

    async def _others(self, run: Run, item: Item) -> frozenset[int]:
        """Return the ids that the record has as this person's other creations on the server: none of them is it."""
        plan = run.plan
        entries = await self._record.newest(plan.user_id, server=plan.server, limit=_LOOKED_THROUGH)
        mine = [entry for entry in entries if entry.verb == Verb.CREATE and entry.outcome is Outcome.DONE]
        return frozenset(e.allocation_id for e in mine if e.allocation_id is not None and e.number != item.record)

    async def _not_there(self, run: Run, index: int) -> None:
        await self._settle(run, index, state=ItemState.WANTED, had=None, asked_at=None, record=None, **_where(None))

    async def _settle(self, run: Run, index: int, **changes: Any) -> None:
        run.change(index, **changes)
        await self._plans.settle(run.plan)


def _where(row: Allocation | None) -> dict[str, Any]:
    return {
        "allocation": row.id if row else None,
        "address": row.address if row and row.port else None,
    }
