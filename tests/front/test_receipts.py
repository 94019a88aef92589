"""What Discord repeats to the bot of its own answers is not read again, and neither are a pressed message's buttons."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from tests.stage import Stage
from tests.world import World


class _Discord(AsyncWebhookAdapter):
    """An adapter whose Discord repeats the message, as it does."""

    async def create_interaction_response(self, *_: Any, **__: Any) -> Any:
        message = {"id": "9", "content": "what we said"}
        return {"interaction": {"id": "1", "response_message_id": "9"}, "resource": {"type": 4, "message": message}}


async def test_the_message_that_discord_repeats_is_dropped_and_its_id_kept(stage: Stage) -> None:
    before = async_context.get()
    async_context.set(_Discord())  # type: ignore[no-untyped-call]
    try:
        # SimCord brings an adapter of its own to every press, so the bot's setup is looked at instead.
        await stage.bot.setup_hook()
        receipt: Any = await async_context.get().create_interaction_response(1, "token", session=None, params=None)  # type: ignore[arg-type]
    finally:
        async_context.set(before)

    assert receipt == {"interaction": {"id": "1", "response_message_id": "9"}, "resource": {"type": 4}}


async def test_the_buttons_beside_the_pressed_one_are_not_read(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await stage.linked("ann", world.ann)
    shown = await ann.run("allocations list", server="Survival")
    parts: list[int] = []
    pressed = stage.bot.router.dispatch

    async def looked(interaction: discord.Interaction) -> None:
        parts.append(len(interaction.message.components) if interaction.message else -1)
        await pressed(interaction)

    monkeypatch.setattr(stage.bot.router, "dispatch", looked)
    await ann.press("Refresh", shown)

    assert [count for count in parts if count >= 0] == [0]
