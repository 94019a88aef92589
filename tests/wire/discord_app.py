"""The small Discord itself: a server on loopback, and the people who use it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.wire import payloads
from tests.wire.discord_gateway import Gateway
from tests.wire.discord_rest import PREFIX, Call, Rest
from tests.wire.faults import RestFaults
from tests.wire.interaction import Clocks, Interaction, Kind
from tests.wire.message import Message
from tests.wire.payloads import Json
from tests.wire.watch import Watch

TOKEN = "MTA5MDAwMDAwMDAwMDAwMDAx.GwIrE0.only-this-small-discord-on-loopback-knows-it"
"""A bot token of the real form."""
Options = Mapping[str, str | int | bool]
_DISCORDS_OWN = Clocks()


class WireDiscord:
    """A Discord on loopback for one bot: `async with WireDiscord() as discord`, then point the bot at `discord.url`."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        shards: int = 1,
        guilds: int = 1,
        heartbeat: float = 41.25,
        clocks: Clocks = _DISCORDS_OWN,
    ) -> None:
        self.token = token
        self.watch = Watch()
        self.rest = Rest(token, self.watch, shards=shards)
        self.gateway = Gateway(token, self.watch, shards=shards, guilds=guilds, heartbeat=heartbeat)
        self.clocks = clocks
        self.late = 0.0
        """Seconds that what people do from now on takes to reach the bot."""
        self.spread = False
        """Whether people are in guilds of all shards, each in another, and not all in one."""
        self.direct = False
        """Whether people are in direct messages with the bot, where it is not said of a command that they are."""
        self.port = 0
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The base of the HTTP API, for `DISCORD_API_URL`."""
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    @property
    def calls(self) -> list[Call]:
        """Every HTTP call of the bot, in order of arrival."""
        return self.rest.calls

    @property
    def clock_ahead(self) -> float:
        """Seconds by which the clock here is ahead of the machine's, which is to say that the machine's is wrong."""
        return self.rest.clock_ahead

    @clock_ahead.setter
    def clock_ahead(self, seconds: float) -> None:
        self.rest.clock_ahead = self.gateway.clock_ahead = seconds

    @property
    def faults(self) -> RestFaults:
        """What is to go wrong with the next HTTP calls."""
        return self.rest.faults

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_route("*", PREFIX + "/{tail:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        self.gateway.url = self.rest.gateway_url = f"ws://127.0.0.1:{self.port}/gateway"

    async def stop(self) -> None:
        """Stop listening and cut what is open."""
        self.faults.clear()
        self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def until(self, true: Callable[[], object], *, within: float = 15.0, what: str) -> None:
        """Wait until something about the calls or the connections is true; raise AssertionError if it never is."""
        await self.watch.until(true, within=within, what=what)

    async def until_ready(self, within: float = 30.0) -> None:
        """Wait until the bot is connected with every shard."""
        await self.until(lambda: self.gateway.ready, within=within, what="the bot is connected")

    # People.

    async def slash(
        self, user_id: int, command: str, options: Options | None = None, *, direct: bool = False
    ) -> Interaction:
        """Run a slash command as a person, in the guild or in the bot's direct messages."""
        interaction = self._made(Kind.COMMAND, user_id)
        return await self._send(interaction, self._command(command, options or {}), direct=direct)

    async def autocomplete(
        self, user_id: int, command: str, option: str, typed: str, options: Options | None = None
    ) -> Interaction:
        """Type into an option of a command; `options` are those filled in before."""
        interaction = self._made(Kind.AUTOCOMPLETE, user_id)
        values = {**(options or {}), option: typed}
        return await self._send(interaction, self._command(command, values, focused=option))

    async def press(self, user_id: int, message: Message, name: str) -> Interaction:
        """Press a button by its label or custom_id; raise LookupError for one that cannot be pressed."""
        part = message.component(name)
        if part.get("disabled"):
            raise LookupError(f"{name!r} is disabled on: {message.text}")
        return await self.forge(user_id, message, {"custom_id": part["custom_id"], "component_type": part["type"]})

    async def choose(self, user_id: int, message: Message, values: Sequence[str]) -> Interaction:
        """Choose options of the message's select, by their values or labels."""
        part = message.select
        known = {name: option["value"] for option in part["options"] for name in (option["label"], option["value"])}
        data = {"custom_id": part["custom_id"], "component_type": 3, "values": [known[value] for value in values]}
        return await self.forge(user_id, message, data)

    async def forge(self, user_id: int, message: Message, data: Json, *, direct: bool = False) -> Interaction:
        """Use a component of a message as no honest client would: any data."""
        interaction = self._made(Kind.COMPONENT, user_id, source=message)
        return await self._send(interaction, data, direct=direct)

    async def submit(self, user_id: int, opened: Interaction, fields: Mapping[str, str]) -> Interaction:
        """Submit the form that an interaction opened."""
        if opened.form is None:
            raise LookupError(f"no form was opened: {opened}")
        data = {"custom_id": opened.form["custom_id"], "components": payloads.submitted(opened.form, dict(fields))}
        interaction = self._made(Kind.FORM, user_id, source=opened.source)
        return await self._send(interaction, data)

    async def dispatch_again(self, interaction: Interaction) -> None:
        """Send the very same interaction once more, as Discord may after a resume."""
        await self._dispatch(interaction)

    def _made(self, kind: Kind, user_id: int, *, source: Message | None = None) -> Interaction:
        return Interaction(
            self, kind, user_id, clocks=self.clocks, source=source, late=self.late, clock_ahead=self.clock_ahead
        )

    async def _send(self, interaction: Interaction, data: Json, *, direct: bool = False) -> Interaction:
        direct = direct or self.direct
        interaction.payload = payloads.interaction(
            interaction.id, interaction.token, interaction.kind, interaction.user_id, data, direct=direct
        )
        if interaction.source is not None:
            interaction.payload["message"] = interaction.source.payload()
        self.rest.expect(interaction)
        await self._dispatch(interaction)
        return interaction

    async def _dispatch(self, interaction: Interaction) -> None:
        guild_id = payloads.GUILD_ID if "guild_id" in interaction.payload else None
        if guild_id is not None and self.spread:
            guild_id += interaction.user_id << 22
        await self.gateway.dispatch("INTERACTION_CREATE", interaction.payload, guild_id=guild_id)

    def _command(self, command: str, values: Options, *, focused: str | None = None) -> Json:
        name, *path = command.split()
        definition = self.rest.commands.get(name)
        if definition is None:
            raise LookupError(f"no such command: {name}")
        data = payloads.command_data(definition, path, dict(values), focused=focused)
        return {"id": definition["id"], "name": name, "type": 1, **data}
