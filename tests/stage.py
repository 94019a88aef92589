"""A stage for tests: the real bot, a simulated Discord around it, a simulated panel behind it, and people in front."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.actors import MemberActor
from simcord.env import Env
from simcord.results import InteractionResult, ResponseMessage

from bot.app import assembled
from bot.client import Bot
from bot.demo.panel import Flavour, PanelState, SimulatedPanel
from bot.settings import Settings

TOKEN = "test-token-that-opens-nothing-at-all"


class Seen:
    """What a person sees after an action: the message, or the form, with its parts by name."""

    def __init__(self, result: InteractionResult, message: ResponseMessage | None) -> None:
        self.result = result
        self.message = message

    @property
    def embed(self) -> discord.Embed:
        assert self.message is not None, f"nothing was answered: {self.result!r}"
        return self.message.embeds[0]

    @property
    def text(self) -> str:
        assert self.message is not None, f"nothing was answered: {self.result!r}"
        parts = [self.message.content or ""]
        for embed in self.message.embeds:
            parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        return "\n".join(part for part in parts if part)

    @property
    def components(self) -> list[dict[str, Any]]:
        assert self.message is not None
        return [part for row in self.message.components for part in row.get("components", [row])]

    @property
    def buttons(self) -> dict[str, bool]:
        """The buttons' labels, with whether each can be pressed."""
        return {c["label"]: not c.get("disabled", False) for c in self.components if c["type"] == 2}

    @property
    def options(self) -> dict[str, str]:
        """The select's options: label to value."""
        return {o["label"]: o["value"] for c in self.components if c["type"] == 3 for o in c["options"]}

    def custom_id(self, label: str) -> str:
        """Return the custom_id of a button by its label."""
        return next(str(c["custom_id"]) for c in self.components if c.get("label") == label)

    @property
    def ephemeral(self) -> bool:
        assert self.message is not None
        return self.message.ephemeral

    @property
    def form(self) -> dict[str, Any]:
        assert self.result.modal is not None, "no form was opened"
        return self.result.modal


class Person:
    """A member of the Discord server; what they see last is kept in `seen`."""

    def __init__(self, stage: Stage, actor: MemberActor) -> None:
        self.stage = stage
        self.actor = actor
        self.id = actor.id
        self.seen: Seen | None = None

    async def run(self, command: str, **options: Any) -> Seen:
        """Run a slash command."""
        return self._saw(await self.actor.slash(self.stage.channel, command, **options))

    async def press(self, label: str, on: Seen | None = None) -> Seen:
        """Press a button by its label, on the message last seen or on another."""
        return self._saw(await self.actor.click(self._message(on), label=label))

    async def press_id(self, custom_id: str, on: Seen | None = None) -> Seen:
        """Press a button by its custom_id."""
        return self._saw(await self.actor.click(self._message(on), custom_id=custom_id))

    async def choose(self, value: str, on: Seen | None = None) -> Seen:
        """Choose an option of the select, by its label or its value."""
        seen = on or self.seen
        assert seen is not None
        return self._saw(await self.actor.select(self._message(on), [seen.options.get(value, value)]))

    async def fill(self, on: Seen | None = None, **fields: str) -> Seen:
        """Submit the form that is open."""
        seen = on or self.seen
        assert seen is not None
        return self._saw(await self.actor.submit_modal(seen.result, fields))

    async def suggest(self, command: str, option: str, typed: str, **filled: Any) -> dict[str, str]:
        """Type into an option; return the suggestions, name to value."""
        found = await self.actor.autocomplete(self.stage.channel, command, option, typed, **filled)
        return {choice["name"]: choice["value"] for choice in found}

    async def forge(self, custom_id: str, *, on: Seen, values: Iterable[str] = (), kind: int = 2) -> Seen:
        """Send a component interaction as no honest client would: any custom_id, on anybody's message."""
        assert on.message is not None
        backend = self.stage.env.backend
        from simcord.backend import serializers

        source = backend.get_message(on.message.channel_id, on.message.id)
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
        if kind == 3:
            data["values"] = list(values)
        self.stage.env._begin_operation("forge")
        try:
            result = await self.actor._dispatch_interaction(
                3,
                self.stage.channel,
                data,
                extra={"message": dict(serializers.message_payload(backend, source))},
                source_message_id=source.id,
            )
        finally:
            self.stage.env._end_operation()
        return self._saw(result)

    async def link(self, key: str) -> Seen:
        """Link a panel account through the form."""
        await self.run("link")
        return await self.fill(key=key)

    def _message(self, on: Seen | None) -> ResponseMessage:
        seen = on or self.seen
        assert seen is not None
        assert seen.message is not None
        return seen.message

    def _saw(self, result: InteractionResult) -> Seen:
        followups = result.followups
        self.seen = Seen(result, followups[-1] if followups else result.response)
        return self.seen


class Stage:
    """Everything a test needs at hand."""

    def __init__(self, panel: SimulatedPanel, database: str) -> None:
        self.panel = panel
        self.database = database
        self.stack = AsyncExitStack()
        self.env: Env
        self.bot: Bot
        self.channel: Any
        self.guild: Any

    @property
    def settings(self) -> Settings:
        """The settings the bot is built with."""
        return Settings(
            _env_file=None,
            discord_token=TOKEN,
            panel_url=self.panel.url,
            database_url=self.database,
            support_url="https://support.example.com",
        )

    async def build(self) -> Bot:
        """Return a bot as `python -m bot` would build it."""
        self.bot = await self.stack.enter_async_context(assembled(self.settings, shard_count=1))
        return self.bot

    async def restart(self) -> None:
        """Stop the bot's process as it were, and start another on the same database."""
        await self.env.restart_bot(await self.build())

    def person(self, name: str) -> Person:
        """Return a new member of the Discord server."""
        return Person(self, self.guild.add_member(self.env.create_user(name)))

    async def linked(self, name: str, key: str) -> Person:
        """Return a new member who has linked a key, with the panel's request log cleared."""
        person = self.person(name)
        await person.link(key)
        assert person.seen is not None
        assert "Linked" in person.seen.text, person.seen.text
        self.panel.requests.clear()
        return person

    def calls(self, since: int = 0) -> list[str]:
        """Return the bot's Discord calls as "METHOD path", from a position in the log on."""
        return [f"{call.method} {call.path}" for call in self.env.http_requests[since:]]


@asynccontextmanager
async def open_stage(
    state: PanelState, folder: Path, *, flavour: Flavour = Flavour.PTERODACTYL_1_11
) -> AsyncIterator[Stage]:
    """Yield a stage with the panel in this state; the database is a new file in the folder."""
    async with SimulatedPanel(state, flavour=flavour) as panel:
        stage = Stage(panel, f"sqlite+aiosqlite:///{folder / 'berth.db'}")
        async with stage.stack:
            bot = await stage.build()
            async with simcord.run(bot, shard_count=None) as env:
                stage.env = env
                stage.guild = env.create_guild("Community")
                stage.channel = stage.guild.create_text_channel("general")
                yield stage
