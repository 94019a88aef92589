"""Autocomplete for servers and allocations: from memory when it is warm, never an error."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.ui.text import CHOICE, OPTIONS, address, clean, clip

if TYPE_CHECKING:
    from bot.front.client import Bot

log = logging.getLogger(__name__)
OF_OTHERS = " · of others"
"""Marks a server that a person sees as an administrator only."""
Choices = list[app_commands.Choice[str]]


async def servers(interaction: discord.Interaction[Bot], current: str) -> Choices:
    """Suggest this person's servers, then those of others to an administrator; the value is the identifier."""
    try:
        found = await interaction.client.services.directory.suggest_servers(interaction.user.id, current)
    except Exception:
        # discord.py only logs what autocomplete raises; an empty list is the answer, the log has the rest.
        log.exception("Suggesting servers failed")
        return []
    labelled = [(_server_label(s), s) for s in found.own] + [
        (_server_label(s, mark=OF_OTHERS), s) for s in found.others
    ]
    return [app_commands.Choice(name=label, value=server.identifier) for label, server in labelled[:OPTIONS]]


async def allocations(interaction: discord.Interaction[Bot], current: str) -> Choices:
    """Suggest the allocations of the server filled in so far; the value is the id, as it is typed."""
    server = str(getattr(interaction.namespace, "server", None) or "")
    try:
        found = await interaction.client.services.directory.suggest_allocations(interaction.user.id, server, current)
    except Exception:
        log.exception("Suggesting allocations failed")
        return []
    return [app_commands.Choice(name=_allocation_label(row), value=f"#{row.id}") for row in found[:OPTIONS]]


def _server_label(server: GameServer, *, mark: str = "") -> str:
    state = f" · {rules.state_words(server)}" if server.state.blocks_changes else ""
    return clip(f"{clip(clean(server.name), 60) or 'Server'} · {server.identifier}{mark}{state}", CHOICE)


def _allocation_label(row: Allocation) -> str:
    primary = " · Primary" if row.is_primary else ""
    notes = f" · {clean(row.notes)}" if row.notes else ""
    return clip(f"{address(row.address, 60)}{primary}{notes}", CHOICE)
