"""What Discord repeats to the bot of its own answers is not read again, and neither are a pressed message's buttons."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.stage import Stage
from tests.world import World


async def test_the_message_that_discord_repeats_is_not_read_back(
    stage: Stage, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await stage.linked("ann", world.ann)
    # SimCord's presses come from this task, not from one that the bot began.
    await stage.bot.setup_hook()

    def read(*_: Any, **__: Any) -> None:
        raise AssertionError("discord.py read the bot's own answer back")

    monkeypatch.setattr(discord.interactions.InteractionMessage, "__init__", read)
    shown = await ann.run("allocations list", server="Survival")
    again = await ann.press("Refresh", shown)

    assert "`203.0.113.7:25566`" in again.text


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
