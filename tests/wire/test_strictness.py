"""The small Discord refuses what the real one refuses: it is only worth as much as it is strict."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.wire import Interaction, WireDiscord
from tests.wire.faults import CALLBACK
from tests.wire.interaction import Clocks
from tests.wire.payloads import BOT_ID

COMMANDS = [{"name": "ping", "description": "Ping", "type": 1, "options": []}]
MESSAGE = {"type": 4, "data": {"content": "pong", "flags": 64}}


@dataclass
class Client:
    """A bot reduced to its calls."""

    discord: WireDiscord
    session: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, Any]:
        """Return status and JSON of a call."""
        headers = {"Authorization": f"Bot {self.discord.token}"}
        async with self.session.request(
            method, self.discord.url + path, json=body, **{"headers": headers, **options}
        ) as response:
            assert response.status == 204 or response.headers["Content-Type"] == "application/json"
            return response.status, None if response.status == 204 else await response.json()

    async def answer(self, interaction: Interaction, body: Any) -> tuple[int, int | None]:
        """Give the first answer; return the status and Discord's own code."""
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        status, answer = await self.call("POST", path, body)
        return status, answer.get("code")

    async def send(self, op: int, data: Any) -> None:
        """Send a gateway frame."""
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def receive(self) -> Any:
        """Return the next gateway frame."""
        return await self.socket.receive_json()

    async def identify(self) -> Any:
        """Identify and return READY."""
        await self.send(2, {"token": self.discord.token, "shard": [0, 1]})
        return await self.receive()

    async def ping(self) -> Interaction:
        """Let a person run the command."""
        interaction = await self.discord.slash(1, "ping")
        frame = await self.receive()
        assert frame["t"] == "INTERACTION_CREATE"
        assert frame["d"]["id"] == str(interaction.id)
        return interaction


@pytest.fixture
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """Yield a client that has synced its command and is greeted by the gateway."""
    async with (
        WireDiscord(clocks=getattr(request, "param", Clocks())) as discord,
        aiohttp.ClientSession() as session,
        session.ws_connect(discord.gateway.url) as socket,
    ):
        opened = Client(discord, session, socket)
        await opened.call("PUT", f"/applications/{BOT_ID}/commands", COMMANDS)
        hello = await opened.receive()
        assert hello["op"] == 10
        yield opened


async def test_a_wrong_token_is_refused_by_the_api_and_the_gateway(client: Client) -> None:
    status, body = await client.call("GET", "/users/@me", headers={"Authorization": "Bot wrong"})
    await client.send(2, {"token": "wrong", "shard": [0, 1]})
    closed = await client.socket.receive()

    assert (status, body["message"]) == (401, "401: Unauthorized")
    assert closed.data == 4004


async def test_a_frame_before_identifying_closes_the_connection(client: Client) -> None:
    await client.send(3, {})

    assert (await client.socket.receive()).data == 4003


async def test_the_commands_keep_their_ids_when_they_are_synced_again(client: Client) -> None:
    first = client.discord.rest.commands["ping"]["id"]

    _, synced = await client.call("PUT", f"/applications/{BOT_ID}/commands", COMMANDS)

    assert synced[0]["id"] == first
    assert client.discord.rest.syncs == 2


async def test_an_interaction_is_answered_once(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()

    first = await client.answer(interaction, MESSAGE)
    second = await client.answer(interaction, MESSAGE)

    assert (first, second) == ((200, None), (400, 40060))
    assert (await interaction.wait_for_answer()).text == "pong"
    assert interaction.shown.ephemeral


@pytest.mark.parametrize("client", [Clocks(first_answer=0)], indirect=True)
async def test_an_answer_that_is_too_late_is_refused(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()

    assert await client.answer(interaction, MESSAGE) == (404, 10062)
    assert interaction.refusals == [10062]


@pytest.mark.parametrize("client", [Clocks(token=0)], indirect=True)
async def test_a_token_that_is_too_old_is_refused(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()
    await client.answer(interaction, MESSAGE)

    status, body = await client.call("PATCH", f"/webhooks/{BOT_ID}/{interaction.token}/messages/@original", {})

    assert (status, body["code"]) == (401, 50027)


async def test_nothing_follows_up_on_an_interaction_without_a_first_answer(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()

    status, body = await client.call("POST", f"/webhooks/{BOT_ID}/{interaction.token}", {"content": "?"})

    assert (status, body["code"]) == (404, 10015)


async def test_the_first_message_after_thinking_takes_its_place_and_the_next_is_another(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()
    await client.answer(interaction, {"type": 5, "data": {"flags": 64}})
    assert interaction.deferred

    for words in ("first", "second"):
        await client.call("POST", f"/webhooks/{BOT_ID}/{interaction.token}", {"content": words})

    assert interaction.message is not None
    assert interaction.message.content == "first"
    assert interaction.message.ephemeral
    assert [message.content for message in interaction.followups] == ["second"]


async def test_a_command_is_not_answered_with_suggestions(client: Client) -> None:
    await client.identify()

    assert await client.answer(await client.ping(), {"type": 8, "data": {"choices": []}}) == (400, 50035)


async def test_files_arrive_with_the_message(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(MESSAGE))
    form.add_field("files[0]", b"\x00\r\nbytes", filename="a.bin", content_type="application/octet-stream")

    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    async with client.session.post(client.discord.url + path, data=form) as response:
        assert response.status == 200

    assert interaction.shown.files == {"a.bin": b"\x00\r\nbytes"}


async def test_a_resumed_session_gets_what_it_missed_and_no_more(client: Client) -> None:
    ready = await client.identify()
    await client.ping()
    async with client.session.ws_connect(client.discord.gateway.url) as later:
        client.socket = later
        await client.receive()

        await client.send(6, {"token": client.discord.token, "session_id": ready["d"]["session_id"], "seq": ready["s"]})

        assert [(await client.receive())["t"] for _ in range(2)] == ["INTERACTION_CREATE", "RESUMED"]


async def test_a_session_that_was_invalidated_cannot_be_resumed(client: Client) -> None:
    ready = await client.identify()
    await client.discord.gateway.invalidate()
    assert (await client.receive())["op"] == 9

    async with client.session.ws_connect(client.discord.gateway.url) as later:
        client.socket = later
        await client.receive()
        await client.send(6, {"token": client.discord.token, "session_id": ready["d"]["session_id"], "seq": 1})

        assert await client.receive() == {"op": 9, "d": False, "s": None, "t": None}


async def test_faults_are_taken_in_turn_by_the_calls_they_are_for(client: Client) -> None:
    await client.identify()
    interaction = await client.ping()
    client.discord.faults.rate_limited(0.5, path=CALLBACK)
    client.discord.faults.server_error(503, path=CALLBACK)

    other, _ = await client.call("GET", "/users/@me")
    answers = [(await client.answer(interaction, MESSAGE))[0] for _ in range(3)]

    assert other == 200
    assert answers == [429, 503, 200]
