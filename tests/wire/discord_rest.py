"""Discord's HTTP API, as far as a bot that answers interactions calls it; strict about clocks and acknowledgements."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.parser import BytesParser
from email.utils import formatdate
from typing import Any

from aiohttp import web

from tests.wire.faults import RestFaults
from tests.wire.interaction import Interaction, Refused
from tests.wire.payloads import BOT, BOT_ID, Json, snowflake
from tests.wire.watch import Watch

PREFIX = "/api/v10"


@dataclass(slots=True, eq=False)
class Call:
    """One call of the bot; the path is below the API's own."""

    method: str
    path: str
    arrived: float
    body: bytes
    status: int | None = None
    """None while it is under way, and for ever when the connection was cut."""
    code: int | None = None
    """Discord's own code where it refused."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status} {self.code or ''}".rstrip()


class Rest:
    """Answers the bot's calls and keeps them, with the time of their arrival (`time.perf_counter`)."""

    def __init__(self, token: str, watch: Watch, *, shards: int) -> None:
        self.calls: list[Call] = []
        self.faults = RestFaults()
        self.commands: dict[str, Json] = {}
        """The commands last synced, by name."""
        self.syncs = 0
        self.gateway_url = ""
        self.sessions = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
        """How many new sessions the bot may begin, as Discord tells it."""
        self.shards = shards
        self.clock_ahead = 0.0
        self.tells_time = True
        """Whether answers carry a date that can be read."""
        self._token = token
        self._watch = watch
        self._interactions: dict[str, Interaction] = {}

    def expect(self, interaction: Interaction) -> None:
        """Accept answers to an interaction from now on."""
        self._interactions[interaction.token] = interaction

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        arrived = time.perf_counter()
        path = request.path.removeprefix(PREFIX)
        body = await request.read()
        call = Call(request.method, path, arrived, body)
        self.calls.append(call)
        fault = self.faults.take(call.method, path)
        if fault is not None and fault.released is not None:
            self._watch.notify()
            await fault.released.wait()
            fault = None
        response = None
        if fault is None or fault.apply:
            response = self._answer(request, call)
        if fault is not None and fault.reset:
            if request.transport is not None:
                request.transport.abort()
            self._watch.notify()
            return web.Response()  # goes nowhere
        if fault is not None:
            response = _json(fault.status, fault.body, fault.headers)
        assert response is not None
        now = formatdate(time.time() + self.clock_ahead, usegmt=True)
        response.headers["Date"] = now if self.tells_time else "soon"
        call.status = response.status
        self._watch.notify()
        return response

    def _answer(self, request: web.Request, call: Call) -> web.Response:
        parts = call.path.strip("/").split("/")
        try:
            if parts[0] not in ("interactions", "webhooks"):
                if request.headers.get("Authorization") != f"Bot {self._token}":
                    raise Refused(401, 0, "401: Unauthorized")
                return _json(200, self._own(call, parts))
            body, files = _parse(request.headers.get("Content-Type", ""), call.body)
            answer = self._interaction(call, parts, body, files)
        except Refused as refusal:
            call.code = refusal.code
            found = self._interactions.get(parts[2]) if len(parts) > 2 else None
            if found is not None:
                found.refusals.append(refusal.code)
            return _json(refusal.status, {"message": refusal.words, "code": refusal.code})
        return web.Response(status=204) if answer is None else _json(200, answer)

    def _own(self, call: Call, parts: list[str]) -> Any:
        match call.method, parts:
            case "GET", ["users", "@me"]:
                return BOT
            case "GET", ["oauth2", "applications", "@me"]:
                return _application()
            case "GET", ["gateway", "bot"]:
                return {"url": self.gateway_url, "shards": self.shards, "session_start_limit": self.sessions}
            case "PUT", ["applications", _, "commands"]:
                return self._sync(json.loads(call.body))
        raise Refused(404, 0, "404: Not Found")

    def _sync(self, definitions: list[Json]) -> list[Json]:
        self.syncs += 1
        before = self.commands
        self.commands = {}
        for definition in definitions:
            name = definition["name"]
            known = before.get(name, {"id": str(snowflake())})
            self.commands[name] = definition | {
                "id": known["id"],
                "application_id": str(BOT_ID),
                "version": str(snowflake()),
                "dm_permission": True,
                "nsfw": definition.get("nsfw", False),
            }
        return list(self.commands.values())

    def _interaction(self, call: Call, parts: list[str], body: Json, files: dict[str, bytes]) -> Any:
        found = self._interactions.get(parts[2]) if len(parts) > 2 else None
        at = call.arrived
        match call.method, parts:
            case "POST", ["interactions", number, _, "callback"]:
                if found is None or str(found.id) != number:
                    raise Refused(404, 10062, "Unknown interaction")
                return found.respond(body, files, at=at)
            case _, ["webhooks", application, *_] if found is None or application != str(BOT_ID):
                raise Refused(404, 10015, "Unknown Webhook")
            case "POST", ["webhooks", _, _] if found is not None:
                return found.follow_up(body, files, at=at).payload()
            case "PATCH", ["webhooks", _, _, "messages", which] if found is not None:
                return found.edit(which, body, files, at=at).payload()
            case "GET", ["webhooks", _, _, "messages", which] if found is not None:
                return found.find(which, at=at).payload()
            case "DELETE", ["webhooks", _, _, "messages", which] if found is not None:
                return found.delete(which, at=at)
        raise Refused(404, 0, "404: Not Found")


def _parse(content_type: str, body: bytes) -> tuple[Json, dict[str, bytes]]:
    """Return the JSON of a call and the files beside it."""
    if not content_type.startswith("multipart/"):
        return (json.loads(body) if body else {}), {}
    parsed: Json = {}
    files: dict[str, bytes] = {}
    # The standard library's parser, because aiohttp's reads from the network only.
    for part in BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body).get_payload():
        assert not isinstance(part, str)
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if part.get_param("name", header="content-disposition") == "payload_json":
            parsed = json.loads(content)
        else:
            files[str(part.get_filename())] = content
    return parsed, files


def _application() -> Json:
    return {
        "id": str(BOT_ID),
        "name": "Berth",
        "icon": None,
        "description": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": BOT,
        "team": None,
        "rpc_origins": [],
        "interactions_endpoint_url": None,
    }


def _json(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    # Exactly this content type, as Discord sends it: with a charset discord.py takes the body for text.
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return web.Response(status=status, body=content, headers={"Content-Type": "application/json", **(headers or {})})
