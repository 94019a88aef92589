"""What the bot relies on in discord.py although it is not promised: each missing name fails here, with words."""

from __future__ import annotations

import inspect

import aiohttp
import discord
import discord.shard
from discord import gateway, http, state

UPDATE = "bot/front/connection.py and bot/front/guildless.py need another way"


def test_a_shard_takes_its_waits_from_a_name_in_its_module() -> None:
    assert hasattr(discord.shard, "ExponentialBackoff"), f"discord.shard.ExponentialBackoff is gone: {UPDATE}"
    source = inspect.getsource(discord.shard.Shard)
    assert "= ExponentialBackoff()" in source, f"a Shard no longer makes its backoff itself: {UPDATE}"
    assert "self._backoff.delay()" in source, f"a Shard no longer asks its backoff for delay(): {UPDATE}"


def test_every_connection_to_the_gateway_is_made_by_ws_connect_of_the_client() -> None:
    assert list(inspect.signature(http.HTTPClient.ws_connect).parameters) == ["self", "url", "compress"], (
        f"HTTPClient.ws_connect takes other arguments: {UPDATE}"
    )
    source = inspect.getsource(gateway.DiscordWebSocket.from_client)
    assert "client.http.ws_connect(" in source, f"the gateway is no longer reached through ws_connect: {UPDATE}"
    assert source.index("ws_connect(") < source.index("ws.identify()"), (
        f"IDENTIFY comes before the connection: {UPDATE}"
    )


def test_the_default_gateway_and_the_base_of_the_api_can_be_set() -> None:
    assert hasattr(gateway.DiscordWebSocket, "DEFAULT_GATEWAY"), f"DEFAULT_GATEWAY is gone: {UPDATE}"
    launch = inspect.getsource(discord.AutoShardedClient.launch_shards)
    assert "DiscordWebSocket.DEFAULT_GATEWAY" in launch, f"with a shard count the gateway is asked for again: {UPDATE}"
    assert hasattr(http.Route, "BASE"), f"discord.http.Route.BASE is gone: {UPDATE}"


def test_the_gateway_is_asked_for_in_three_parts() -> None:
    source = inspect.getsource(http.HTTPClient.get_bot_gateway)
    assert "return data['shards'], data['url'], data['session_start_limit']" in source, (
        f"HTTPClient.get_bot_gateway answers differently: {UPDATE}"
    )


def test_a_new_session_is_announced_by_the_hook_before_it() -> None:
    assert list(inspect.signature(discord.Client.before_identify_hook).parameters) == ["self", "shard_id", "initial"], (
        f"Client.before_identify_hook has changed: {UPDATE}"
    )
    source = inspect.getsource(gateway.DiscordWebSocket.identify)
    assert "call_hooks('before_identify'" in source, f"IDENTIFY is no longer announced: {UPDATE}"


def test_events_are_read_by_the_parsers_of_the_state() -> None:
    source = inspect.getsource(state.ConnectionState.__init__)
    assert "self.parsers" in source, f"ConnectionState.parsers is gone: {UPDATE}"
    for name in ("parse_ready", "parse_interaction_create"):
        assert hasattr(state.AutoShardedConnectionState, name), f"{name} is gone: {UPDATE}"


def test_a_connection_to_the_gateway_can_be_left_by_a_close_frame_while_it_is_read() -> None:
    assert hasattr(discord.AutoShardedClient, "_get_websocket"), "a shard's connection is not found: see leaving.py"
    source = inspect.getsource(aiohttp.ClientWebSocketResponse)
    assert "await self._writer.close(code, message)" in source, "the close frame is sent otherwise: see leaving.py"
    assert "self.socket.receive(" in inspect.getsource(gateway.DiscordWebSocket.poll_event)
