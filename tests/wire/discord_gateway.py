"""Discord's gateway: HELLO to READY, heartbeats, sessions that can be resumed, and every way to lose one."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum, IntEnum, auto
from typing import Any

from aiohttp import WSMsgType, web

from tests.wire.payloads import BOT, BOT_ID, GUILD_ID, Json
from tests.wire.watch import Watch


class Two(Enum):
    """Who is sent the events of a shard that has two sessions, as while a new process takes an old one's place.

    Discord does not promise any of these.
    """

    NEWEST = auto()
    OLDEST = auto()
    BOTH = auto()


class Op(IntEnum):
    """What a frame means."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


@dataclass(slots=True, eq=False)
class Session:
    """What a shard can come back to: the events since its READY."""

    id: str
    shard: int
    sent: list[str] = field(default_factory=list)
    connection: Connection | None = None


@dataclass(slots=True, eq=False)
class Connection:
    """One WebSocket of the bot."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    session: Session | None = None
    heartbeats: int = 0

    async def send(self, op: Op, data: object = None) -> None:
        """Send a frame that is not an event."""
        await self.push(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    async def push(self, text: str) -> None:
        """Send a frame; one that can no longer be delivered is lost, as on any network."""
        if not self.socket.closed:
            try:
                await self.socket.send_str(text)
            except ConnectionError:
                self.transport.abort()


class Gateway:
    """Takes the bot's connections and sends it events."""

    def __init__(self, token: str, watch: Watch, *, shards: int, guilds: int, heartbeat: float) -> None:
        self.url = ""
        self.heartbeat = heartbeat
        """Seconds between two heartbeats, as told in the next HELLO."""
        self.acknowledges = True
        """Whether heartbeats are answered."""
        self.hears = True
        """Whether the bot's close frames are answered."""
        self.leaves_out: dict[str, set[str]] = {}
        """Fields that an event of this name is sent without."""
        self.two_sessions = Two.NEWEST
        """What becomes of a second session of one shard."""
        self.begun: list[tuple[int, float]] = []
        """Every IDENTIFY by its shard, and when it came (`time.monotonic`)."""
        self.connections: list[Connection] = []
        self.clock_ahead = 0.0
        self.identifies = 0
        self.resumes = 0
        self.away = False
        """Whether connections are cut before they are made."""
        self.turned_away = 0
        """How many were."""
        self.opened = 0
        """Connections so far."""
        self.close_codes: list[int | None] = []
        """With what each ended connection was closed; None where it was just cut."""
        self.received: list[Json] = []
        """Every frame of the bot but its heartbeats."""
        self._refusal: int | None = None
        self._token = token
        self._watch = watch
        self._shards = shards
        self._guilds = guilds
        self._sessions: dict[str, Session] = {}
        self._current: dict[int, Session] = {}
        self._stopped = asyncio.Event()

    @property
    def ready(self) -> bool:
        """Whether every shard has a session and a connection that carries it."""
        return len(self._current) == self._shards and all(
            session.connection is not None for session in self._current.values()
        )

    async def dispatch(self, name: str, data: Json, *, guild_id: int | None = GUILD_ID) -> None:
        """Send an event to the shard of a guild; None is for direct messages. Kept for a RESUME while it is away."""
        shard = 0 if guild_id is None else (guild_id >> 22) % self._shards
        for session in self._receiving(shard):
            await self._send_event(session, name, data)

    def _receiving(self, shard: int) -> list[Session]:
        current = self._current.get(shard)
        if current is None:
            raise LookupError("no bot has identified yet")
        live = [other for other in self._sessions.values() if other.shard == shard and other.connection is not None]
        if not live or self.two_sessions is Two.NEWEST:
            return [current]
        return live if self.two_sessions is Two.BOTH else live[:1]

    async def ask_to_reconnect(self) -> None:
        """Tell every shard to connect anew (op 7)."""
        for connection in list(self.connections):
            await connection.send(Op.RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every shard that its session is gone (op 9), or that it may be resumed."""
        for connection in list(self.connections):
            if connection.session is not None and not resumable:
                self._forget(connection.session)
            await connection.send(Op.INVALID_SESSION, resumable)

    async def close(self, code: int) -> None:
        """Close every connection with this code."""
        for connection in list(self.connections):
            await connection.socket.close(code=code)

    async def refuse(self, code: int) -> None:
        """Close every connection with this code, and those that come from now on as soon as they identify."""
        self._refusal = code
        await self.close(code)

    def relent(self) -> None:
        """Refuse nobody any more."""
        self._refusal = None

    def drop(self) -> None:
        """Cut every connection without a close frame."""
        for connection in list(self.connections):
            connection.transport.abort()

    def stop(self) -> None:
        """End all connections for good."""
        self._stopped.set()
        self.drop()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        if self.away:
            self.turned_away += 1
            self._watch.notify()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()  # goes nowhere
        # Close frames are answered by hand, so that they can also be left unanswered.
        socket = web.WebSocketResponse(autoclose=False, max_msg_size=0)
        socket.headers["Date"] = formatdate(time.time() + self.clock_ahead, usegmt=True)
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        connection = Connection(socket, request.transport)
        self.connections.append(connection)
        self.opened += 1
        try:
            await connection.send(Op.HELLO, {"heartbeat_interval": int(self.heartbeat * 1000)})
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._receive(connection, frame.data)
            if not self.hears:
                await self._stopped.wait()
        finally:
            self._leave(connection)
        return socket

    def _leave(self, connection: Connection) -> None:
        self.connections.remove(connection)
        self.close_codes.append(connection.socket.close_code)
        if connection.session is not None and connection.session.connection is connection:
            connection.session.connection = None
        self._watch.notify()

    async def _receive(self, connection: Connection, text: str) -> None:
        frame = json.loads(text)
        data = frame.get("d")
        if frame["op"] != Op.HEARTBEAT:
            self.received.append(frame)
        if len(text) > 4096:
            await connection.socket.close(code=4002)
        elif frame["op"] == Op.HEARTBEAT:
            connection.heartbeats += 1
            if self.acknowledges:
                await connection.send(Op.HEARTBEAT_ACK)
        elif self._refusal is not None:
            await connection.socket.close(code=self._refusal)
        elif frame["op"] == Op.IDENTIFY:
            await self._identify(connection, data)
        elif frame["op"] == Op.RESUME:
            await self._resume(connection, data)
        elif connection.session is None:
            await connection.socket.close(code=4003)
        elif frame["op"] not in (Op.PRESENCE, Op.VOICE_STATE, Op.REQUEST_MEMBERS):
            await connection.socket.close(code=4001)
        self._watch.notify()

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies += 1
        shard, count = data.get("shard", (0, 1))
        self.begun.append((shard, time.monotonic()))
        if data["token"] != self._token:
            await connection.socket.close(code=4004)
        elif connection.session is not None:
            await connection.socket.close(code=4005)
        elif count != self._shards:
            await connection.socket.close(code=4010)
        else:
            session = Session(secrets.token_hex(16), shard)
            if shard in self._current and self.two_sessions is Two.NEWEST:
                self._forget(self._current[shard])
            self._attach(connection, session)
            await self._send_event(session, "READY", self._ready(session))

    async def _resume(self, connection: Connection, data: Json) -> None:
        self.resumes += 1
        session = self._sessions.get(data["session_id"])
        if data["token"] != self._token:
            await connection.socket.close(code=4004)
        elif session is None:
            await connection.send(Op.INVALID_SESSION, False)
        else:
            self._attach(connection, session)
            for text in session.sent[data["seq"] :]:
                await connection.push(text)
            await self._send_event(session, "RESUMED", {})

    def _attach(self, connection: Connection, session: Session) -> None:
        connection.session, session.connection = session, connection
        self._sessions[session.id] = self._current[session.shard] = session

    def _forget(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
        self._current.pop(session.shard, None)
        session.connection = None

    async def _send_event(self, session: Session, name: str, data: Json) -> None:
        data = {key: value for key, value in data.items() if key not in self.leaves_out.get(name, ())}
        text = json.dumps({"op": Op.DISPATCH, "d": data, "s": len(session.sent) + 1, "t": name})
        session.sent.append(text)
        if session.connection is not None:
            await session.connection.push(text)

    def _ready(self, session: Session) -> Json:
        ids = (GUILD_ID + (number << 22) for number in range(self._guilds))
        mine: list[Any] = [
            {"id": str(guild), "unavailable": True} for guild in ids if (guild >> 22) % self._shards == session.shard
        ]
        return {
            "v": 10,
            "user": BOT,
            "guilds": mine,
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, self._shards],
            "application": {"id": str(BOT_ID), "flags": 0},
            "private_channels": [],
        }
