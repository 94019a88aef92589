"""What DNS says after a change of the primary: in the answer where it is quick, added to it where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.front.host import host_of
from bot.services.address.joining import Looked
from bot.ui.answer.respond import Reply
from bot.ui.parts.screen import Screen

BRIEF = 0.5
"""Seconds for which an answer waits for DNS; what comes later is added to it."""


async def show_with_dns(
    reply: Reply, draw: Callable[[Looked | None], Screen], lookup: Coroutine[Any, Any, Looked]
) -> None:
    """Show what is drawn, with where the server's name leads; the answer waits for that only briefly."""
    looking = asyncio.create_task(lookup, name="DNS after a change")
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
