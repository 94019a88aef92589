"""What the processes of game servers do, as the panel tells, and since when they do at the earliest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from cachetools import LRUCache

from bot.domain.power import Resources, RunState, Started
from bot.services.keys.accounts import AccountService
from bot.services.ports import Clock, Panel

_UP = (RunState.STARTING, RunState.RUNNING)


@dataclass(frozen=True, slots=True)
class Look:
    """What the panel has just said of a process."""

    resources: Resources
    at: float
    """When it was told, in Unix seconds."""
    started: Started | None
    """When the process was started; None where none is up, or that is not known."""


class Processes:
    """Asks the panel, and keeps of each server after which moment its process was started: that stays true.

    Whatever runs later was started later still. An age that the panel tells is believed before what a command came to.
    """

    def __init__(self, accounts: AccountService, panel: Panel) -> None:
        self._accounts = accounts
        self._panel = panel
        self._after: LRUCache[str, float] = LRUCache(10_000)

    async def look(self, user_id: int, server: str, *, now: Clock) -> Look:
        """Return what a server's process does: one call. Raises NotLinked or any PanelError."""
        key = await self._accounts.key_of(user_id, server=server)
        asked = now().timestamp()
        resources = await self._panel.resources(key, server)
        at = now().timestamp()
        if resources.state not in _UP:
            return Look(resources, at, None)
        started = Started.told(resources.uptime, asked=asked, at=at)
        if self.saw(server, started.latest):
            # What was seen after a command was a repetition: somebody else had started it just before.
            del self._after[server]
        self.came_up_after(server, started.earliest)
        return Look(resources, at, replace(started, earliest=self._after[server]))

    def came_up_after(self, server: str, moment: float) -> None:
        """Take note that the process that runs now was started after a moment."""
        self._after[server] = max(self._after.get(server, -inf), moment)

    def saw(self, server: str, moment: float) -> bool:
        """Tell whether it is known already that the process was started after a moment."""
        return moment <= self._after.get(server, -inf)
