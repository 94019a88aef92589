"""Restarting a game server: what it does now, telling it to, and what is seen of it afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from cachetools import TTLCache

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.domain.power import TOLD_AGAIN_FOR, Resources, RunState, Signal, Since, since_command
from bot.errors import BotError
from bot.nextstep import NextStep
from bot.panel.daemon_errors import DaemonAway
from bot.panel.errors import PanelError
from bot.services.allocations import AllocationService
from bot.services.game.awaiting import Awaiting
from bot.services.game.past import Waiting, of_port
from bot.services.game.processes import Processes
from bot.services.keys.accounts import AccountService
from bot.services.ports import Clock, Panel
from bot.services.together.fleet import Marks

FOLLOWED = 60.0
"""Seconds after a command for which is looked what came of it."""
_PAUSE = TOLD_AGAIN_FOR + 0.5
"""Seconds between two looks: before that the panel repeats what it said."""
_ASIDE = 1.0
"""Seconds the panel gets to tell what a server does, where that only completes an answer."""
_DOWN = (RunState.OFFLINE, RunState.STARTING, RunState.STOPPING)
"""What the process that ran at the command is in no more, once it runs again."""
LATELY = 86400.0
"""Seconds for which a change of one's own is told of where it is not known since when the game runs, if it does."""
_TOLD = "Somebody gave that command within the last minute; it may have been you."


class PowerOff(BotError):
    """The operator lets nobody restart servers from here."""

    title = "Restarting servers is switched off here"
    advice = "Open the server on {panel} and restart it there."
    next_step = NextStep.PANEL_SERVER


class UnderWay(BotError):
    """The server was told to start or restart within the last minute, by whomever."""

    title = "The server was told to start or restart just now"
    advice = (
        "Wait a minute, then press **Restart…** to see what the server does: what came of that command is told only to "
        "whoever gave it. I sent nothing more."
    )
    next_step = NextStep.ALLOCATIONS


@dataclass(frozen=True, slots=True)
class Standing:
    """A server and what its process does, as the panel says now."""

    server: GameServer
    resources: Resources
    seen: float
    """When it was told, by the clock that only goes forward."""
    at: float
    """The same in Unix seconds."""
    waiting: tuple[Waiting, ...] = ()
    """Changes that the process has not seen, or may not have seen, newest first."""
    trouble: PanelError | None = None
    """Why the panel could not ask the machine."""

    @property
    def signal(self) -> Signal | None:
        """What it can be told now; None while it is on its way, or nobody knows what it does."""
        return {RunState.RUNNING: Signal.RESTART, RunState.OFFLINE: Signal.START}.get(self.resources.state)

    @property
    def refusal(self) -> str | None:
        """Why this person cannot tell it that, or None."""
        blocked = rules.blocked(self.server)
        return blocked or (rules.missing_permission(self.server, self.signal.permission) if self.signal else None)


@dataclass(frozen=True, slots=True)
class Listens:
    """Where the game listens, by what was the primary when it was started."""

    runs: bool | None
    """Whether it runs; None where that is not known."""
    address: str | None = None
    """The primary at its start; None where that cannot be known, or no game runs."""

    def is_at(self, row: Allocation | None) -> bool:
        """Tell whether it is known that the game that runs listens at an allocation since its start."""
        return row is not None and self.address == row.address


@dataclass(frozen=True, slots=True)
class Course:
    """What is seen of a command so far; `over` when nothing more is looked for."""

    signal: Signal
    resources: Resources | None
    """None where the panel could not tell."""
    since: Since | None
    """Whether the process that runs was started by it, or after it; None where none is known to run."""
    over: bool
    at: float
    """When it was seen, in Unix seconds."""
    lost: PanelError | None = None
    """Why the panel's answer to the command was lost."""


class Power:
    """Tells a server's process to start or restart, with the person's own key, and follows it."""

    def __init__(
        self,
        accounts: AccountService,
        panel: Panel,
        allocations: AllocationService,
        processes: Processes,
        awaiting: Awaiting,
        *,
        marks: Marks,
        allowed: bool,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._panel = panel
        self._allocations = allocations
        self._processes = processes
        self._awaiting = awaiting
        self._marks = marks
        self._allowed = allowed
        self.now = now
        """Tells the time of day."""
        self.clock: Callable[[], float] = time.monotonic
        """Tells seconds that only go forward."""
        self.wait: Callable[[float], Awaitable[None]] = asyncio.sleep
        """How it waits; a simulation of time declares that wait as one."""
        self._told: TTLCache[str, float] = TTLCache(10_000, FOLLOWED, timer=self._elapsed)

    def _elapsed(self) -> float:
        return self.clock()

    @property
    def offered(self) -> bool:
        """Whether people can see what a server does now, and start or restart it where that is granted."""
        return self._allowed

    def offers(self, server: GameServer) -> bool:
        """Tell whether it is shown what the server, as it was just read, does now; that needs no permission."""
        return self.offered and not server.state.blocks_changes

    @staticmethod
    def may_tell(server: GameServer) -> bool:
        """Tell whether this person may start or restart the server as it was just read."""
        return any(server.may(signal.permission) for signal in Signal)

    async def look(self, user_id: int, server: str) -> Standing:
        """Return what the server does now: two calls, and one more for changes it has not seen, where that helps.

        Raises PowerOff, or any PanelError but those that are about the server's machine.
        """
        if not self._allowed:
            raise PowerOff("Whoever runs this bot has switched it off. I sent nothing.")
        now = await self._allocations.view(user_id, server)
        try:
            look = await self._processes.look(user_id, server, now=self.now)
        except DaemonAway as away:
            nothing = Resources(RunState.UNKNOWN, 0.0)
            return Standing(now, nothing, self.clock(), self.now().timestamp(), trouble=away)
        standing = Standing(now, look.resources, self.clock(), look.at)
        if look.resources.state is not RunState.RUNNING or look.started is None:
            return standing
        return replace(standing, waiting=await self._awaiting.pending(user_id, now, look.started))

    async def lately(self, user_id: int, server: GameServer, row: Allocation) -> Waiting | None:
        """Return what this person did with a port that the game may not have seen: two calls at most, or none.

        Where no game runs, or it is not known since when, it is returned for a day: there may have been any number of
        starts since. Never raises.
        """
        try:
            own = await self._awaiting.own(user_id, server)
        except BotError:
            return None
        latest = next(iter(of_port(own, row)), None)
        if latest is None:
            return None
        fresh = latest if latest.at > self.now().timestamp() - LATELY else None
        if not self.offers(server):
            return fresh
        if self._processes.saw(server.identifier, latest.at):
            return None
        try:
            async with asyncio.timeout(_ASIDE):
                look = await self._processes.look(user_id, server.identifier, now=self.now)
                if look.started is not None and (fresh or look.resources.tells_age):
                    return await self._awaiting.missed(user_id, server, row, look.started, own=own)
        except (BotError, TimeoutError):
            return fresh
        return fresh

    async def listens(self, user_id: int, server: GameServer) -> Listens:
        """Return where the game listens, as far as can be told within a second: two calls at most. Never raises."""
        try:
            async with asyncio.timeout(_ASIDE):
                look = await self._processes.look(user_id, server.identifier, now=self.now)
                if look.started is not None:
                    return Listens(True, await self._awaiting.primary_at_start(user_id, server, look.started))
        except (BotError, TimeoutError):
            return Listens(None)
        return Listens(None if look.resources.state is RunState.UNKNOWN else False)

    async def listens_again(self, user_id: int, server: GameServer) -> Listens | None:
        """Return that where this person's record has that the primary was it once before; else None, without a call."""
        try:
            own = await self._awaiting.own(user_id, server)
        except BotError:
            return None
        was_it = server.primary is not None and any(change.before in server.primary.spellings for change in own)
        return await self.listens(user_id, server) if was_it else None

    async def follow(self, user_id: int, standing: Standing, signal: Signal) -> AsyncIterator[Course]:
        """Send the command once, then yield what is seen of it, the last time after a minute at the latest.

        The first is yielded when the panel has accepted it, or its answer was lost. Raises UnderWay, or the PanelError
        of a command that was not carried out; later NotLinked or Unlinked, where the key is no longer to be used.
        """
        server = standing.server.identifier
        if server in self._told:
            raise UnderWay(_TOLD)
        sent, sent_at = self.clock(), self.now().timestamp()
        self._told[server] = sent
        lost = await self._send(user_id, server, signal)
        yield Course(signal, None, since=None, over=False, at=self.now().timestamp(), lost=lost)
        until = sent + FOLLOWED
        look_at = standing.seen + _PAUSE
        was_down = False
        while True:
            await self.wait(max(look_at - self.clock(), 0.0))
            seen = await self._seen(user_id, server)
            was_down = was_down or (seen is not None and seen.state in _DOWN)
            since = self._since(standing, seen, sent, was_down=was_down)
            if since is Since.NEW:
                self._processes.came_up_after(server, sent_at)
            # A start leaves alone what runs already: nothing more will come of it.
            left_alone = signal is Signal.START and since is Since.AS_BEFORE
            over = since is Since.NEW or left_alone or self.clock() >= until
            yield Course(signal, seen, since=since, over=over, at=self.now().timestamp(), lost=lost)
            if over:
                return
            look_at = min(self.clock() + _PAUSE, until)

    async def _send(self, user_id: int, server: str, signal: Signal) -> PanelError | None:
        """Send the command once; return why its answer was lost, or None. One that was refused is not remembered."""
        sent, marked, mark = False, False, f"told {server}"
        try:
            if await self._marks.put(mark, FOLLOWED) is not None:
                raise UnderWay(_TOLD)
            marked = True
            key = await self._accounts.key_of(user_id, server=server)
            await self._panel.power(key, server, signal)
            sent = True
        except PanelError as problem:
            sent = problem.may_have_happened
            if not sent:
                raise
            return problem
        finally:
            if not sent:
                self._told.pop(server, None)
                if marked:
                    await self._marks.remove(mark)
        return None

    async def _seen(self, user_id: int, server: str) -> Resources | None:
        try:
            return (await self._processes.look(user_id, server, now=self.now)).resources
        except PanelError:
            return None

    def _since(self, standing: Standing, seen: Resources | None, sent: float, *, was_down: bool) -> Since | None:
        if seen is None or seen.state is not RunState.RUNNING:
            return None
        now = self.clock()
        return since_command(standing.resources, seen, apart=now - standing.seen, ago=now - sent, was_down=was_down)
