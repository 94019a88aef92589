"""What a session leaves behind: in the log, with Discord, on disk and in exceptions."""

from __future__ import annotations

import json
import logging
import re
import traceback
from dataclasses import dataclass, field

import discord
from simcord.backend.models import Interaction, Message

from bot.log import RedactingFormatter
from tests.stage import Stage


class Collector(logging.Handler):
    """Keeps every record, as the log would show it and as it came."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.shown: list[str] = []
        self.raw: list[str] = []
        self.ours: list[str] = []
        self.tracebacks: list[str] = []
        self._redacting, self._plain = RedactingFormatter("%(name)s %(message)s"), logging.Formatter("%(message)s")

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, but not of the simulated panel's own log: a panel names keys there by their identifiers."""
        if record.name == "aiohttp.access":
            return
        self.shown.append(self._redacting.format(record))
        raw = self._plain.format(record) + repr(record.args)
        self.raw.append(raw)
        if record.name.partition(".")[0] == "bot":
            self.ours.append(raw)
        if record.exc_info and record.exc_info[1]:
            self.tracebacks.append(in_full(record.exc_info[1]))


def in_full(error: BaseException) -> str:
    """Return all that an exception says of itself and of what led to it."""
    parts = []
    current: BaseException | None = error
    while current is not None:
        parts += [str(current), repr(current), repr(current.args), repr(vars(current))]
        current = current.__cause__ or current.__context__
    return "\n".join([*traceback.format_exception(error), *parts])


@dataclass
class Evidence:
    """What a session leaves behind, place by place."""

    log: Collector
    sent: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    disk: list[bytes] = field(default_factory=list)
    exported: str = ""
    to_whom: list[tuple[str, int, bool]] = field(default_factory=list)
    """Each call to Discord with the person it answers, and whether only that person sees the message."""
    owner: int = 0
    encryption_key: str = ""
    known: set[str] = field(default_factory=set)
    """What the bot answers: the verbs of its components and forms."""
    pressed: set[str] = field(default_factory=set)
    """Those that their owner has pressed, chosen or sent, by the bot's own log."""
    authorized: set[str | None] = field(default_factory=set)
    """The keys the panel got, which shows that the session used them."""


def keep_calls(evidence: Evidence, stage: Stage, *, owner: int) -> None:
    """Keep what Discord was sent and to whom, the keys that the panel got, and the exceptions."""
    env = stage.env
    evidence.owner = owner
    evidence.exceptions = [in_full(error) for error in env.errors]
    evidence.authorized = {request.key for request in stage.panel.requests}
    by_token = {interaction.token: interaction for interaction in env.backend.interactions.values()}
    for call in env.http_requests:
        text = f"{call.path} {json.dumps(call.params, default=str)} {json.dumps(call.json, default=str)} {call.reason}"
        evidence.sent.append(text)
        token = re.search(r"/(?:interactions|webhooks)/\d+/([^/]+)", call.path)
        if token is not None:
            interaction = by_token[token[1]]
            evidence.to_whom.append((text, interaction.user_id, _private(stage, interaction)))


def _private(stage: Stage, interaction: Interaction) -> bool:
    if interaction.message_id is None:
        return True
    on_channel = stage.env.backend.messages.get(interaction.channel_id, {})
    message: Message | None = on_channel.get(interaction.message_id)
    if message is None:  # deleted since: as what was sent asked for it to be
        return interaction.token in _asked_to_be_private(stage)
    return message.is_ephemeral and message.visible_to(interaction.user_id)


def _asked_to_be_private(stage: Stage) -> set[str]:
    callbacks = [call for call in stage.env.http_requests if call.path.endswith("/callback")]
    return {
        call.path.split("/")[-2]
        for call in callbacks
        if call.json and (call.json.get("data") or {}).get("flags", 0) & discord.MessageFlags.ephemeral.flag
    }
