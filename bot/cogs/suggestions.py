"""Autocomplete for servers and allocations: from memory when it is warm, never an error."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Awaitable
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.domain import rules
from bot.domain.models import Allocation, GameServer
from bot.front.answering import LATE
from bot.log import of_interaction
from bot.ui.parts.text import CHOICE, OPTIONS, address, clean, clip

if TYPE_CHECKING:
    from bot.front.client import Bot

log = logging.getLogger(__name__)
OF_OTHERS = " · of others"
"""Marks a server that a person sees as an administrator only."""
Choices = list[app_commands.Choice[str]]


async def servers(interaction: discord.Interaction[Bot], current: str) -> Choices:
    """Suggest this person's servers, then those of others to an administrator; the value is the identifier."""
    return await _suggested(interaction, "suggest server", _servers(interaction, current))


async def allocations(interaction: discord.Interaction[Bot], current: str) -> Choices:
    """Suggest the allocations of the server filled in so far; the value is the id, as it is typed."""
    return await _suggested(interaction, "suggest port", _allocations(interaction, current))


async def _suggested(interaction: discord.Interaction[Bot], verb: str, choices: Awaitable[Choices]) -> Choices:
    """Return the choices, none where a bug keeps them away, and have it counted which of both it was."""
    began, outcome = time.perf_counter(), "interrupted"
    try:
        found = await choices
        outcome = "done"
    except Exception:
        # discord.py only logs what autocomplete raises; an empty list is the answer, the log has the rest.
        outcome, reference = "bug", secrets.token_hex(4)
        fields = {"reference": reference, **of_interaction(interaction.id)}
        interaction.client.observer.bug()
        log.exception("Bug %s while suggesting for interaction %s", reference, interaction.id, extra=fields)
        return []
    finally:
        seconds = interaction.extras.get(LATE, 0.0) + time.perf_counter() - began
        interaction.client.observer.interaction(verb, outcome, acknowledged=None, seconds=seconds)
    return found


async def _servers(interaction: discord.Interaction[Bot], current: str) -> Choices:
    found = await interaction.client.services.directory.suggest_servers(interaction.user.id, current)
    labelled = [(_server_label(s), s) for s in found.own] + [
        (_server_label(s, mark=OF_OTHERS), s) for s in found.others
    ]
    return [app_commands.Choice(name=label, value=server.identifier) for label, server in labelled[:OPTIONS]]


async def _allocations(interaction: discord.Interaction[Bot], current: str) -> Choices:
    server = str(getattr(interaction.namespace, "server", None) or "")
    found = await interaction.client.services.directory.suggest_allocations(interaction.user.id, server, current)
    return [app_commands.Choice(name=_allocation_label(row), value=f"#{row.id}") for row in found[:OPTIONS]]


def _server_label(server: GameServer, *, mark: str = "") -> str:
    state = f" · {rules.state_words(server)}" if server.state.blocks_changes else ""
    return clip(f"{clip(clean(server.name), 60) or 'Server'} · {server.identifier}{mark}{state}", CHOICE)


def _allocation_label(row: Allocation) -> str:
    primary = " · Primary" if row.is_primary else ""
    said = "".join(f" · {clean(text)}" for text in (row.label, row.notes) if text)
    return clip(f"{address(row.address, 60)}{primary}{said}", CHOICE)
