"""Asking games no more than is bearable: a port once in 30 seconds and five at once, over all processes of the bot."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

from bot.domain.hostnames import ip_in, with_port
from bot.domain.models import Allocation
from bot.domain.probe import Probe, Refusal
from bot.errors import BotError
from bot.services.ports import Clock, Games
from bot.services.together.atonce import AtOnce
from bot.services.together.fleet import Fleet

PAUSE = 30.0
"""Seconds between two checks of one port, by whomever; until then what came of the last one is told again."""
AT_ONCE = 5
"""Checks under way at once, of all people together."""
_LASTS = 3.0
"""Seconds after which a check that is under way is over."""
_REMEMBERED = 10_000
"""Ports whose last check is known."""
_INNER = {Refusal.NOT_PUBLIC, Refusal.NOWHERE, Refusal.CARRIES}
"""Refusals of an address in place of which the alias may be the way in."""
_Where = tuple[str, str | None, int]


class AskedLately(BotError):
    """A port was asked within 30 seconds, and what came of it is not known here: another process asked, or gave up."""

    title = "This port was checked a moment ago"
    advice = "Wait half a minute, then check again: I check each port at most once every 30 seconds. I sent nothing."


class BeingAsked(BotError):
    """A port is being asked for somebody else at this moment."""

    title = "This port is being checked at this moment"
    advice = "Try again in a few seconds: then I tell you what came of it. I sent nothing."


class FiveAtOnce(BotError):
    """As many ports are being asked, for all people together, as are asked at once."""

    title = "I am checking other ports at this moment"
    advice = f"Try again in a few seconds: I check {AT_ONCE} ports at once, for everybody together. I sent nothing."


@dataclass(slots=True)
class Asked:
    """What came of asking at a port: at which address, and when in Unix seconds."""

    probe: Probe
    address: str
    at: float
    again_at: float
    """When the port can be asked anew."""
    ran: bool = False
    """Whether the panel said right after that the server was running: until it does, a game may well be silent."""


class Probing:
    """Asks the games; `games` is None where the operator wants none of it."""

    def __init__(self, games: Games | None, fleet: Fleet, *, now: Clock) -> None:
        self.games = games
        """How the games are asked; None where nobody may."""
        self.now = now
        """Tells the time of day."""
        self.clock: Callable[[], float] = time.monotonic
        """Tells seconds that only go forward."""
        self._fleet = fleet
        self._asked: TTLCache[_Where, Asked | float] = TTLCache(_REMEMBERED, PAUSE, timer=self._elapsed)
        self._under_way: set[_Where] = set()
        self._at_once = AtOnce(fleet.exclusion, "check", AT_ONCE)

    def _elapsed(self) -> float:
        return self.clock()

    async def ask(self, games: Games, row: Allocation) -> Asked:
        """Return what answers at a port, as it was found within the last 30 seconds or is found now.

        Raises AskedLately, BeingAsked, FiveAtOnce, or OwnDatabaseFailed where it cannot be known what others ask.
        """
        where = (row.ip, row.alias, row.port)
        if where in self._under_way:
            raise BeingAsked(retry_at=self._soon())
        known = self._asked.get(where)
        if isinstance(known, Asked):
            return known
        if known is not None:
            raise AskedLately(retry_at=known + PAUSE)
        self._under_way.add(where)
        try:
            async with self._at_once.place() as has_place:
                if not has_place:
                    raise FiveAtOnce(retry_at=self._soon())
                return await self._ask_once(games, row, where)
        finally:
            self._under_way.discard(where)

    async def _ask_once(self, games: Games, row: Allocation, where: _Where) -> Asked:
        until = await self._fleet.marks.put("check " + " ".join(map(repr, where)), PAUSE)
        if until is not None:
            raise AskedLately(retry_at=until)
        at = self.now().timestamp()
        # One that is given up counts as well, for it may have been sent.
        self._asked[where] = at
        probe, address = await _answer(games, row)
        asked = self._asked[where] = Asked(probe, address, at, again_at=self.now().timestamp() + PAUSE)
        return asked

    def _soon(self) -> float:
        return self.now().timestamp() + _LASTS


async def _answer(games: Games, row: Allocation) -> tuple[Probe, str]:
    """Return what answers, and at which address; an inner one that is not asked has its alias in its place."""
    probe, alias = await games.ask(row.ip, row.port), row.other
    if probe.refusal not in _INNER or alias is None or ip_in(row.ip) is None:
        return probe, row.bare_address
    port = alias.port or row.port
    instead = await games.ask(alias.host, port)
    told = instead.refusal is None or (instead.refusal is Refusal.UNKNOWN_NAME and alias.name is not None)
    return (instead, with_port(alias.host, port)) if told else (probe, row.bare_address)
