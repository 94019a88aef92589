"""Bringing an answer to Discord: again where the connection breaks, for as long as an answer can still be given."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import discord
from aiohttp import ClientError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential, wait_random

log = logging.getLogger(__name__)
FIRST_WITHIN = 3.0
"""Seconds from an interaction's making in which Discord takes a first answer."""
LATER_WITHIN = 14 * 60.0
"""Seconds in which it takes what follows: a minute less than it says, for a refused token counts towards a ban."""
_PAUSES = wait_exponential(multiplier=0.1, max=15) + wait_random(0, 0.1)
"""Between tries: four and more of them within the first 3 seconds, then up to a quarter of a minute apart."""
MESSAGE_GONE = 10008
_GONE = {10062, 10015, 50027, MESSAGE_GONE}
"""The person is gone, the token expired or the message deleted: nothing can be said any more."""
_ACKNOWLEDGED = 40060
"""Discord has the first answer, although it said, or the broken connection seemed to say, that it had not."""
UNCLAIMED = "unclaimed"
"""Where an interaction carries that another process may have it too: then that code means that it has."""
_PASSING = (OSError, ClientError, discord.DiscordServerError)
Send = Callable[[], Awaitable[None]]


@contextmanager
def unless_gone() -> Iterator[None]:
    """Let it pass that the message is no longer there: somebody removed it. Whatever else is not found is raised."""
    try:
        yield
    except discord.NotFound as problem:
        if problem.code != MESSAGE_GONE:
            raise


class Courier:
    """Brings the answers to one interaction, and knows whether Discord has a first one."""

    def __init__(self, interaction: discord.Interaction, *, late: float, waits: Callable[[], None]) -> None:
        self._interaction = interaction
        self._clock = asyncio.get_running_loop().time
        self._made = self._clock() - late
        self._waits = waits
        self.acknowledged_after: float | None = None
        """Seconds from the interaction's making until Discord had a first answer."""
        self._acknowledged = False
        self._elsewhere = False
        """Whether another process has answered, so that nothing is said here."""
        self.in_doubt = False
        """Whether a first answer was sent of which it is not known whether, or which one, Discord has."""

    @property
    def age(self) -> float:
        """Seconds since the interaction was made, as far as that is known."""
        return self._clock() - self._made

    @property
    def answered(self) -> bool:
        """Whether Discord has a first answer, or can only have one: it is too late for another."""
        return (
            self._acknowledged
            or self._elsewhere
            or self._interaction.response.is_done()
            or (self.in_doubt and self._clock() > self._made + FIRST_WITHIN)
        )

    async def bring(self, send: Send, *, once: bool = False) -> None:
        """Send until Discord has it, and log what it does not get; raise HTTPException where that is our own fault.

        `send` is called anew for each try and looks at `answered`; `once` tries no second time.
        """
        if self._elsewhere:
            return
        try:
            try:
                await self._send(send)
            except _PASSING as problem:
                await self._tries(once=once)(self._again, send, [problem])
        except (OSError, ClientError) as problem:
            name = type(problem).__name__
            log.warning("Discord cannot be reached for %s: %s", self._interaction.id, name, extra=self._fields)
        except discord.HTTPException as problem:
            self._give_up(problem)

    def _tries(self, *, once: bool) -> AsyncRetrying:
        return AsyncRetrying(
            retry=retry_if_exception(_may_pass),
            wait=_PAUSES,
            stop=(lambda _: True) if once else self._too_late,
            before_sleep=lambda _: self._waits(),
            reraise=True,
        )

    async def _again(self, send: Send, first: list[Exception]) -> None:
        """Fail with the first try's failure, then send: nearly every answer needs no more, and not tenacity's time."""
        if first:
            raise first.pop()
        await self._send(send)

    async def _send(self, send: Send) -> None:
        try:
            await send()
        except _PASSING:
            self.in_doubt = self.in_doubt or not self.answered
            raise
        except discord.HTTPException as problem:
            if problem.code != _ACKNOWLEDGED or self._acknowledged:
                raise
            if UNCLAIMED in self._interaction.extras and not self.in_doubt:
                log.info("Interaction %s: another process has answered it", self._interaction.id, extra=self._fields)
                self._elsewhere = True
                return
            self._acknowledged = self.in_doubt = True
            await send()
        self.in_doubt = False
        if self.acknowledged_after is None:
            self.acknowledged_after = self.age

    @property
    def _fields(self) -> dict[str, str]:
        """What a line of the log has as fields."""
        return {"interaction": str(self._interaction.id)}

    def _too_late(self, state: RetryCallState) -> bool:
        within = LATER_WITHIN if self.answered or self.in_doubt else FIRST_WITHIN
        return self._clock() + state.upcoming_sleep > self._made + within

    def _give_up(self, problem: discord.HTTPException) -> None:
        """Note that something could not be said; raise the problem if it is of our own making."""
        if problem.code == _ACKNOWLEDGED:
            self._acknowledged = True
        elif problem.code in _GONE:
            log.info(
                "Interaction %s can no longer be answered: %s", self._interaction.id, problem.code, extra=self._fields
            )
        elif problem.status == 429 or problem.status >= 500:
            log.warning(
                "Discord did not take the answer to %s: HTTP %s",
                self._interaction.id,
                problem.status,
                extra=self._fields,
            )
        else:
            raise problem


def _may_pass(problem: BaseException) -> bool:
    return isinstance(problem, _PASSING)
