"""Many actions at once: people who act without waiting for the bot's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.demo.stage import Stage


@contextmanager
def without_waiting(stage: Stage) -> Iterator[None]:
    """Dispatch the actions inside the block one after another, before the bot has answered any.

    After the block `await stage.env.settle()`, or the end of `slow_panel`, lets the bot get on with them.
    """

    async def only_deliver(**_: Any) -> None:
        await asyncio.sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage.env, "_settle_internal", only_deliver)
        yield
