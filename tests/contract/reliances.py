"""What the bot needs of its libraries that they promise nobody, with a check of each and what to do when it is gone."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import aiohttp
import discord
import pytest
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.state import AutoShardedConnectionState
from discord.webhook.async_ import AsyncWebhookAdapter, async_context
from simcord._clock import Clock
from simcord.preview import _markdown
from yarl import URL

from bot.front.guildless import Guildless
from bot.panel.transport import open_session
from tests.contract.clients import client

READY = {
    "shard": [0, 1],
    "user": {"id": "1", "username": "berth", "discriminator": "0", "avatar": None, "bot": True},
    "application": {"id": "2", "flags": 0},
    "guilds": [{"id": "3", "unavailable": True}, {"id": "4", "unavailable": True}],
}


async def _asked_again_by(session: aiohttp.ClientSession) -> int:
    """Return how often a deletion reaches a panel that makes it and cuts the connection."""
    async with client() as panel, session:
        panel.panel.faults.reset_after()
        headers = {"Authorization": f"Bearer {panel.key}"}
        try:
            async with session.delete(panel.url("+/2"), headers=headers):
                pass
        except aiohttp.ClientConnectionError:
            pass
        return len(panel.panel.requests)


async def _aiohttp_repeats_unless_told() -> bool:
    plain = aiohttp.ClientSession()
    return plain._retry_connection is True and await _asked_again_by(plain) == 2


async def _ours_does_not_repeat() -> bool:
    return await _asked_again_by(open_session()) == 1


def _state_is_made_by_a_hook() -> bool:
    source = inspect.getsource(discord.Client.__init__)
    return (
        "self._get_state(" in source
        and "_get_state" in vars(discord.AutoShardedClient)
        and issubclass(commands.AutoShardedBot, discord.AutoShardedClient)
    )


def _state_takes(name: str) -> Callable[[], bool]:
    def holds() -> bool:
        made = inspect.getsource(discord.AutoShardedClient._get_state)
        wanted = inspect.signature(discord.state.ConnectionState.__init__).parameters
        return f"{name}=self._{name}" in made and wanted[name].kind is inspect.Parameter.KEYWORD_ONLY

    return holds


def _state(kind: type[AutoShardedConnectionState[Any]]) -> AutoShardedConnectionState[Any]:
    """Return a state of this kind, made as the library makes it."""
    http = HTTPClient(asyncio.get_running_loop())
    return kind(
        dispatch=lambda *_: None, handlers={}, hooks={}, http=http, intents=discord.Intents.none(), shard_count=1
    )


async def _ready_goes_through(kind: type[AutoShardedConnectionState[Any]], *, guilds: int) -> bool:
    """Tell whether a state of this kind has so many servers after READY as the library itself hands it on."""
    state = _state(kind)
    state.shard_ids = [0]
    state.shard_count = 1
    state.parsers["READY"]({**READY, "guilds": list(READY["guilds"])})
    assert state._ready_task is not None
    state._ready_task.cancel()
    for task in state._ready_tasks.values():
        task.cancel()
    return len(state.guilds) == guilds


async def _ready_is_kept_without_servers() -> bool:
    return await _ready_goes_through(AutoShardedConnectionState, guilds=2) and await _ready_goes_through(
        Guildless, guilds=0
    )


async def _interactions_go_through() -> bool:
    """Tell whether the library hands an interaction on to the method that completes it, and to our one."""
    with pytest.MonkeyPatch.context() as patch:
        came: list[Any] = []
        patch.setattr(AutoShardedConnectionState, "parse_interaction_create", lambda _, data: came.append(data))
        state = _state(Guildless)
        state.parsers["INTERACTION_CREATE"]({"id": "1"})
    return len(came) == 1 and came[0]["id"] == "1" and len(came[0]) > 1


def _a_server_is_asked_for_by_a_hook() -> bool:
    """Tell whether an interaction gets its server from the method that ours remembers the answers of."""
    state = _state(Guildless)
    one, other = (state._get_or_create_unavailable_guild(number) for number in (7, 8))
    return (
        "self._state._get_or_create_unavailable_guild(" in inspect.getsource(discord.Interaction._from_data)
        and state._get_or_create_unavailable_guild(7) is one is not other
        and one.id == 7
    )


def _answers_go_through_an_adapter() -> bool:
    """Tell whether discord.py answers by the context's adapter, and gets along with a receipt without the message."""
    receipt: Any = {
        "interaction": {"id": "1", "type": 2, "response_message_id": "9"},
        "resource": {"type": discord.InteractionResponseType.channel_message.value},
    }
    kind, nobody = discord.InteractionResponseType.channel_message, cast("Any", None)
    response = discord.InteractionCallbackResponse(data=receipt, parent=nobody, state=nobody, type=kind)
    answering = (discord.InteractionResponse.send_message, discord.InteractionResponse.edit_message)
    return (
        response.message_id == 9
        and response.resource is None
        and callable(AsyncWebhookAdapter.create_interaction_response)
        and all(
            "adapter = async_context.get()" in inspect.getsource(answer)
            and "adapter.create_interaction_response(" in inspect.getsource(answer)
            for answer in answering
        )
    )


def _sockets_are_found_by_shard() -> bool:
    parameters = inspect.signature(discord.AutoShardedClient._get_websocket).parameters
    source = inspect.getsource(discord.Client.__init__) + inspect.getsource(discord.AutoShardedClient.__init__)
    return "shard_id" in parameters and "self._connection._get_websocket = self._get_websocket" in source


def _a_close_frame_can_be_sent_alone() -> bool:
    return "await self._writer.close(code, message)" in inspect.getsource(aiohttp.ClientWebSocketResponse.close)


def _fields_of_embeds_have_policies() -> bool:
    fields = (_markdown._FIELD_POLICIES[name] for name in ("embed_description", "embed_field_value"))
    return all({"mentions", "commands"} <= set(policy) for policy in fields)


def _gateway_is_a_constant() -> bool:
    invalid = inspect.getsource(DiscordWebSocket.received_message)
    return isinstance(DiscordWebSocket.DEFAULT_GATEWAY, URL) and "self.gateway = self.DEFAULT_GATEWAY" in invalid


def _routes_begin_at_the_base() -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Route, "BASE", "http://127.0.0.1:9/api/v10")
        return Route("GET", "/gateway/bot").url == "http://127.0.0.1:9/api/v10/gateway/bot"


def _clock_tells_the_time() -> bool:
    class Stopped(Clock):
        def now(self) -> datetime:
            return datetime(2026, 1, 1, tzinfo=UTC)

    return "now" in vars(Clock) and Stopped().now().year == 2026


@dataclass(frozen=True)
class Reliance:
    """Something that a library does not promise, and what to do when it is gone."""

    holds: Callable[[], bool | Awaitable[bool]]
    words: str


RELIANCES: dict[str, Reliance] = {
    "_retry_connection": Reliance(
        _aiohttp_repeats_unless_told,
        "aiohttp no longer repeats a DELETE by itself, or ClientSession._retry_connection is no longer the switch: "
        "bot/panel/transport.py must do without, or use the new one.",
    ),
    "_retry_connection of ours": Reliance(
        _ours_does_not_repeat,
        "A DELETE whose connection was cut goes out twice: setting ClientSession._retry_connection in "
        "bot/panel/transport.py has no effect any more.",
    ),
    "_get_state": Reliance(
        _state_is_made_by_a_hook,
        "discord.py no longer makes the connection's state in Client._get_state, which bot/front/client.py overrides.",
    ),
    "_handlers": Reliance(
        _state_takes("handlers"),
        "discord.py's state is no longer made with handlers=client._handlers: see _get_state in bot/front/client.py.",
    ),
    "_hooks": Reliance(
        _state_takes("hooks"),
        "discord.py's state is no longer made with hooks=client._hooks: see _get_state in bot/front/client.py.",
    ),
    "parse_ready": Reliance(
        _ready_is_kept_without_servers,
        "discord.py no longer keeps the servers of READY in AutoShardedConnectionState.parse_ready: "
        "bot/front/guildless.py has no effect any more, or is not needed.",
    ),
    "parse_interaction_create": Reliance(
        _interactions_go_through,
        "discord.py no longer hands interactions to AutoShardedConnectionState.parse_interaction_create: those without "
        "what is optional are no longer completed in bot/front/guildless.py.",
    ),
    "_get_or_create_unavailable_guild": Reliance(
        _a_server_is_asked_for_by_a_hook,
        "discord.py no longer asks ConnectionState._get_or_create_unavailable_guild for an interaction's server: "
        "bot/front/guildless.py makes nothing cheaper any more.",
    ),
    "discord.state.AutoShardedConnectionState": Reliance(
        lambda: (
            issubclass(Guildless, AutoShardedConnectionState) and hasattr(AutoShardedConnectionState, "parse_ready")
        ),
        "discord.py's AutoShardedConnectionState is another class now: see bot/front/guildless.py.",
    ),
    "discord.webhook.async_.AsyncWebhookAdapter": Reliance(
        _answers_go_through_an_adapter,
        "discord.py no longer answers by AsyncWebhookAdapter.create_interaction_response, or wants the message in what "
        "that returns: bot/front/receipts.py has no effect any more, or does harm.",
    ),
    "discord.webhook.async_.async_context": Reliance(
        lambda: isinstance(async_context.get(), AsyncWebhookAdapter),
        "discord.py no longer finds its adapter in async_context: bot/front/receipts.py has no effect any more.",
    ),
    "_connection": Reliance(
        _sockets_are_found_by_shard,
        "discord.py's client no longer keeps its state in _connection: see handing over in bot/front/client.py.",
    ),
    "_get_websocket": Reliance(
        _sockets_are_found_by_shard,
        "discord.py's state no longer gives a shard's connection by _get_websocket(shard_id=…): handing over in "
        "bot/front/client.py has no effect any more.",
    ),
    "_writer": Reliance(
        _a_close_frame_can_be_sent_alone,
        "aiohttp no longer sends the close frame by ClientWebSocketResponse._writer.close: bot/front/leaving.py must "
        "send it in another way.",
    ),
    "simcord.preview._markdown": Reliance(
        _fields_of_embeds_have_policies,
        "simcord's page no longer decides in _markdown what is shown in an embed: see bot/demo/mentions.py.",
    ),
    "_FIELD_POLICIES": Reliance(
        _fields_of_embeds_have_policies,
        "simcord's page no longer has _FIELD_POLICIES for an embed's texts: see bot/demo/mentions.py.",
    ),
    "discord.gateway.DiscordWebSocket": Reliance(
        _gateway_is_a_constant,
        "After an invalid session discord.py goes elsewhere than to DiscordWebSocket.DEFAULT_GATEWAY, which "
        "bot/front/connection.py sets where DISCORD_API_URL is set.",
    ),
    "discord.http.Route.BASE": Reliance(
        _routes_begin_at_the_base,
        "discord.py's requests no longer begin with discord.http.Route.BASE: DISCORD_API_URL, by which "
        "bot/front/connection.py sets it, has no effect.",
    ),
    "simcord._clock.Clock": Reliance(
        _clock_tells_the_time,
        "simcord's simulated Discord no longer takes its time from Clock.now: see bot/demo/run.py.",
    ),
}
