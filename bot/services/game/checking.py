"""Checking whether a game answers at an allocation's address, and what the panel knows where it does not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.models import Allocation, GameServer
from bot.domain.power import SLACK, Resources, RunState
from bot.domain.probe import Probe
from bot.errors import BotError, UnknownAllocation
from bot.nextstep import NextStep
from bot.panel.daemon_errors import DaemonAway
from bot.panel.errors import PanelError
from bot.services.allocations import AllocationService
from bot.services.game.awaiting import Awaiting
from bot.services.game.past import PortStory
from bot.services.game.probing import Asked, Probing
from bot.services.game.processes import Processes
from bot.services.servers.about import about_its_server
from bot.services.servers.meant import row_of

_NOTHING_KNOWN = PortStory()


class CheckOff(BotError):
    """The operator lets nobody check a port from here, or has not installed what that takes."""

    title = "Checking a port is switched off here"
    advice = "Join the server with the game to see whether it answers. To have it switched on, tell {operator}."
    next_step = NextStep.ALLOCATIONS


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check, and of nothing having answered what the panel knows about the server."""

    server: GameServer
    row: Allocation
    probe: Probe
    address: str
    """Where the game was asked."""
    at: float
    """When the game was asked, in Unix seconds; that may be before this action."""
    resources: Resources | None = None
    """What the server does; None where something answered, or the panel could not tell."""
    started: float | None = None
    """When the process was started, in Unix seconds, while it is running; None where the panel does not say."""
    story: PortStory = _NOTHING_KNOWN
    """What is known of the port since that start."""
    outdated_until: float | None = None
    """When the port can be asked anew, where it was asked before the game that runs now was sure to be there."""


class Checking:
    """Has the games asked, for whoever the panel shows the port to."""

    def __init__(
        self,
        allocations: AllocationService,
        processes: Processes,
        awaiting: Awaiting,
        probing: Probing,
    ) -> None:
        self._allocations = allocations
        self._processes = processes
        self._awaiting = awaiting
        self.probing = probing
        """Asks the games."""

    @property
    def offered(self) -> bool:
        """Whether people can check a port."""
        return self.probing.games is not None

    @about_its_server
    async def check(self, user_id: int, server: str, allocation: int) -> Checked:
        """Ask the game at an allocation that the panel shows this person now: one call, and more where none answers.

        Then one to ask what the server does, and where it runs, and the person's own record does not tell when the
        port was added, one for the panel's log. Raises CheckOff, UnknownAllocation, what Probing.ask raises, or any
        PanelError.
        """
        games = self.probing.games
        if games is None:
            raise CheckOff("I checked nothing.")
        now = await self._allocations.view(user_id, server)
        row = row_of(now, allocation)
        if now.allocation(row.id) is None:
            raise UnknownAllocation("{panel} does not show it to you, so I do not check it.")
        began = self.probing.now().timestamp()
        asked = await self.probing.ask(games, row)
        checked = Checked(now, row, asked.probe, asked.address, asked.at)
        if not asked.probe.silent:
            return checked
        return await self._explained(user_id, checked, asked, remembered=asked.at < began)

    async def _explained(self, user_id: int, checked: Checked, asked: Asked, *, remembered: bool) -> Checked:
        """Return the check with what the panel knows; that it cannot tell does not undo what was found."""
        server = checked.server
        if server.state.blocks_changes:
            return checked
        try:
            look = await self._processes.look(user_id, server.identifier, now=self.probing.now)
        except DaemonAway:
            return replace(checked, resources=Resources(RunState.UNKNOWN, 0.0))
        except PanelError:
            return checked
        resources = look.resources
        told = replace(checked, resources=resources)
        if resources.state is not RunState.RUNNING or look.started is None:
            return told
        started = look.at - resources.uptime if resources.tells_age else None
        if not remembered:
            asked.ran = True
        elif not asked.ran or (resources.tells_age and resources.uptime < look.at - asked.at + SLACK):
            # What the panel knows now is of another process than that which did not answer, or of one that began.
            return replace(told, started=started, outdated_until=asked.again_at)
        story = await self._awaiting.story_of(user_id, server, checked.row, look.started)
        return replace(told, started=started, story=story)
