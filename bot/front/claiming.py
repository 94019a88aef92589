"""Letting an interaction in: counted, and claimed, for another process may have been sent the same one."""

from __future__ import annotations

import logging

import discord

from bot.domain.together import Claim
from bot.errors import BotError, Busy, OwnDatabaseUnreadable, ReachedLate
from bot.front.answering import LATE, rejected
from bot.front.host import Host, host_of
from bot.front.punctual import TOO_LATE, clock
from bot.log import of_interaction
from bot.ui.answer.courier import UNCLAIMED

log = logging.getLogger(__name__)


class Elsewhere(Exception):
    """Another process has the interaction: nothing is done here, and nothing said."""


async def let_in(interaction: discord.Interaction) -> BotError | None:
    """Count an action that has arrived; return why it is not taken, or None if it is; raise Elsewhere.

    What has arrived is counted at once: it is this process's to finish even if it is told to stop a moment later. What
    waited for its claim until Discord said that the bot did not respond is not taken, as if it had come so late.
    """
    host = host_of(interaction)
    host.work.arrive()
    rejection = rejected(interaction)
    if rejection is None:
        host.work.hold_place(interaction.user.id)
    began = clock()
    rejection = await _claimed(host, interaction, rejection)
    interaction.extras[LATE] += clock() - began
    if rejection is None and interaction.extras[LATE] > TOO_LATE:
        return ReachedLate(interaction.extras[LATE], held_up=True)
    return rejection


async def _claimed(host: Host, interaction: discord.Interaction, rejection: BotError | None) -> BotError | None:
    try:
        claim = await host.services.fleet.claims.take(interaction.id, interaction.user.id)
    except OwnDatabaseUnreadable as trouble:
        interaction.extras[UNCLAIMED] = True
        return trouble
    if not claim.mine:
        log.info("Interaction %s: another process has it", interaction.id, extra=of_interaction(interaction.id))
        raise Elsewhere
    if not claim.sure:
        interaction.extras[UNCLAIMED] = True
    if rejection is None:
        try:
            await _check(host, interaction.user.id, claim)
        except (Busy, OwnDatabaseUnreadable) as refusal:
            return refusal
    return rejection


async def _check(host: Host, user_id: int, claim: Claim) -> None:
    host.work.check_lately(claim.lately)
    if not claim.elsewhere:
        return  # what is under way here was counted as it arrived
    try:
        host.work.check_under_way(user_id, elsewhere=claim.elsewhere, held=1)
    except Busy:
        # Others tell a moment later what is over: nobody is refused for what has just been answered.
        elsewhere = await host.services.fleet.claims.elsewhere(user_id)
        host.work.check_under_way(user_id, elsewhere=elsewhere, held=1)
