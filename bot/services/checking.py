"""Checking whether a game answers at an allocation's address, and what the panel knows where it does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cachetools import TTLCache

from bot.domain.models import Allocation, GameServer
from bot.domain.power import Resources, RunState
from bot.domain.probe import Probe
from bot.errors import BotError, Busy, UnknownAllocation
from bot.nextstep import NextStep
from bot.panel.daemon_errors import DaemonAway
from bot.panel.errors import PanelError
from bot.services.about import about_its_server
from bot.services.accounts import AccountService
from bot.services.allocations import AllocationService
from bot.services.awaiting import Awaiting, PortStory
from bot.services.meant import row_of
from bot.services.ports import Clock, Games, Panel

PAUSE = 30.0
"""Seconds between two checks of one address, by whomever; until then what came of the last one is told again."""
AT_ONCE = 5
"""Checks under way at once, of all people together."""
_REMEMBERED = 10_000
"""Addresses whose last check is known."""


_NOTHING_KNOWN = PortStory()


class CheckOff(BotError):
    """The operator lets nobody check a port from here, or has not installed what that takes."""

    title = "Checking a port is switched off here"
    advice = "Join the server with the game to see whether it answers. Whoever runs this bot can switch it on."
    next_step = NextStep.ALLOCATIONS


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check, and of nothing having answered what the panel knows about the server."""

    server: GameServer
    row: Allocation
    probe: Probe
    at: float
    """When the game was asked, in Unix seconds; that may be before this action."""
    resources: Resources | None = None
    """What the server does; None where something answered, or the panel could not tell."""
    started: float = 0.0
    """When the process was started, in Unix seconds, while it is running."""
    story: PortStory = _NOTHING_KNOWN
    """What is known of the port since that start."""


class Checking:
    """Asks the games; `games` is None where the operator wants none of it."""

    def __init__(
        self,
        accounts: AccountService,
        panel: Panel,
        allocations: AllocationService,
        awaiting: Awaiting,
        games: Games | None,
        *,
        now: Clock,
    ) -> None:
        self._accounts = accounts
        self._panel = panel
        self._allocations = allocations
        self._awaiting = awaiting
        self.games = games
        """How the games are asked; None where nobody may."""
        self.now = now
        """Tells the time of day."""
        self.clock: Callable[[], float] = time.monotonic
        """Tells seconds that only go forward."""
        self._asked: TTLCache[tuple[str, int], tuple[Probe | None, float]] = TTLCache(
            _REMEMBERED, PAUSE, timer=self._elapsed
        )
        self._under_way: set[tuple[str, int]] = set()

    def _elapsed(self) -> float:
        return self.clock()

    @property
    def offered(self) -> bool:
        """Whether people can check a port."""
        return self.games is not None

    @about_its_server
    async def check(self, user_id: int, server: str, allocation: int) -> Checked:
        """Ask the game at an allocation that the panel shows this person now: one call, and more where none answers.

        Then one to ask what the server does, and where it runs, and the person's own record does not tell when the
        port was added, one for the panel's log. Raises CheckOff, UnknownAllocation, Busy or any PanelError.
        """
        if self.games is None:
            raise CheckOff("I asked nobody.")
        now = await self._allocations.view(user_id, server)
        row = row_of(now, allocation)
        if now.allocation(row.id) is None:
            raise UnknownAllocation("{panel} does not show it to you, so I do not check it.")
        probe, at = await self._probe(self.games, row)
        checked = Checked(now, row, probe, at)
        return await self._explained(user_id, checked) if probe.silent else checked

    async def _probe(self, games: Games, row: Allocation) -> tuple[Probe, float]:
        """Return what answers there, as it was found within the last 30 seconds or is found now, and when."""
        where = (row.ip, row.port)
        probe, at = self._asked.get(where, (None, 0.0))
        if probe is not None:
            return probe, at
        with self._one_of_few(where):
            if at:
                raise Busy("A check of this port was broken off a moment ago.", retry_at=at + PAUSE)
            at = self.now().timestamp()
            # One that is given up counts as well, for it may have been sent.
            self._asked[where] = (None, at)
            probe = await games.ask(row.ip, row.port)
            self._asked[where] = (probe, at)
            return probe, at

    @contextmanager
    def _one_of_few(self, where: tuple[str, int]) -> Iterator[None]:
        if where in self._under_way:
            raise Busy("This port is being checked at this moment.", retry_at=self.now().timestamp() + 3)
        if len(self._under_way) >= AT_ONCE:
            raise Busy(
                f"{AT_ONCE} ports are being checked at this moment, and I check no more at once.",
                retry_at=self.now().timestamp() + 3,
            )
        self._under_way.add(where)
        try:
            yield
        finally:
            self._under_way.discard(where)

    async def _explained(self, user_id: int, checked: Checked) -> Checked:
        """Return the check with what the panel knows; that it cannot tell does not undo what was found."""
        server = checked.server
        try:
            key = await self._accounts.key_of(user_id, server=server.identifier)
            resources = await self._panel.resources(key, server.identifier)
        except DaemonAway:
            resources = Resources(RunState.UNKNOWN, 0.0)
        except PanelError:
            return checked
        told = replace(checked, resources=resources)
        if resources.state is not RunState.RUNNING:
            return told
        started = self.now().timestamp() - resources.uptime
        story = await self._awaiting.story_of(user_id, server, checked.row, started)
        return replace(told, started=started, story=story)
