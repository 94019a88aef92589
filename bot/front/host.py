"""What the ways of an interaction need of the client they run in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, cast

import discord

from bot.domain.site import PanelSite
from bot.front.punctual import Punctual
from bot.front.work import Work
from bot.observer import Observer
from bot.services.bundle import Services
from bot.ui.answer.latest import Latest
from bot.ui.keys.goingon import GoingOn


class Host(Protocol):
    """The client, as far as answering an interaction is concerned."""

    @property
    def work(self) -> Work:
        """The work in flight."""

    @property
    def punctual(self) -> Punctual:
        """How late interactions come."""

    @property
    def observer(self) -> Observer:
        """Who takes note of what was answered."""

    @property
    def latest(self) -> Latest:
        """Which action each message belongs to now."""

    @property
    def going_on(self) -> GoingOn:
        """What people asked for before they had linked."""

    @property
    def mentions(self) -> Mapping[str, str]:
        """The clickable mention of each command, by its full name."""

    @property
    def services(self) -> Services:
        """The use cases."""

    @property
    def site(self) -> PanelSite:
        """The panel's name and its page for keys."""

    @property
    def support_url(self) -> str | None:
        """Where people get help, if the operator said."""


def host_of(interaction: discord.Interaction) -> Host:
    """Return the client of an interaction: ours, for discord.py gives every interaction the client that got it."""
    return cast(Host, interaction.client)
