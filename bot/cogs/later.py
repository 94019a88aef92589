"""What is looked up beside an answer: in it where that is quick, added to it where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from bot.front.host import host_of
from bot.ui.answer.respond import Reply
from bot.ui.parts.screen import Screen

BRIEF = 0.5
"""Seconds for which an answer waits for that; what comes later is added to it."""
Found = TypeVar("Found")


async def show_with(reply: Reply, draw: Callable[[Found | None], Screen], lookup: Coroutine[Any, Any, Found]) -> None:
    """Show what is drawn with what is found; the answer waits for that only briefly."""
    looking = asyncio.create_task(lookup, name="Look-up beside an answer")
    try:
        await asyncio.wait([looking], timeout=BRIEF)
    except asyncio.CancelledError:
        looking.cancel()
        raise
    if looking.done():
        await reply.show(draw(looking.result()))
        return
    await reply.show(draw(None))

    async def add() -> None:
        await reply.amend(draw(await looking))

    host_of(reply.interaction).work.aside(add())


async def briefly(lookup: Awaitable[Found]) -> Found | None:
    """Return what is found, where that is quick enough to be waited for."""
    with suppress(TimeoutError):
        async with asyncio.timeout(BRIEF):
            return await lookup
    return None
