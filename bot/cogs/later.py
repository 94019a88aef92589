"""What is looked up after a change of the primary: in the answer where that is quick, added to it where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.front.host import host_of
from bot.ui.answer.respond import Reply
from bot.ui.parts.screen import Screen

BRIEF = 0.5
"""Seconds for which an answer waits for that; what comes later is added to it."""
Found = TypeVar("Found")


async def show_with(reply: Reply, draw: Callable[[Found | None], Screen], lookup: Coroutine[Any, Any, Found]) -> None:
    """Show what is drawn with what is found; the answer waits for that only briefly."""
    looking = asyncio.create_task(lookup, name="Look-up after a change")
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
