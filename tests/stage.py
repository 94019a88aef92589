"""What tests need beyond the demo's stage: forged presses, the log of Discord calls, linking in one step."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Literal, cast

import aiohttp
import pytest
from simcord.actors import MemberActor
from simcord.backend import serializers
from simcord.builders import UserHandle

from bot.demo import stage as demo
from bot.demo.panel import Flavour, PanelState, SimulatedPanel
from bot.demo.people import Person, Seen
from bot.front.client import Bot
from bot.panel.transport import open_session
from bot.settings import Settings
from tests.fresh import lay


def _never(call_at: Callable[..., asyncio.TimerHandle]) -> Callable[..., asyncio.TimerHandle]:
    """Return a way to set a timer that only the test's own clock lets fire."""

    def set_and_cancelled(*arguments: Any, **options: Any) -> asyncio.TimerHandle:
        handle = call_at(*arguments, **options)
        handle.cancel()
        return handle

    return set_and_cancelled


def changing(request: aiohttp.TraceRequestStartParams) -> bool:
    """Tell whether a request to the panel changes something."""
    return request.method != "GET"


def _every(_: aiohttp.TraceRequestStartParams) -> bool:
    return True


class InDirectMessages(Person):
    """A person in the bot's direct messages, where no Discord server is involved."""

    def __init__(self, user: UserHandle) -> None:
        super().__init__(cast(MemberActor, user), user.dm_channel)
        self._user = user

    async def run(self, command: str, **options: Any) -> Seen:
        """Run a slash command."""
        return self.saw(await self._user.slash(command, **options))

    async def suggest(self, command: str, option: str, typed: str, **filled: Any) -> dict[str, str]:
        """Type into an option; return the suggestions, name to value."""
        found = await self._user.autocomplete(command, option, typed, **filled)
        return {choice["name"]: choice["value"] for choice in found}


class Stage(demo.Stage):
    """The demo's stage with the conveniences of a test."""

    texts_stay = False
    """Whether what somebody typed and is asked about yet is there after a restart."""

    def __init__(self, panel: SimulatedPanel, folder: Path, stack: AsyncExitStack) -> None:
        super().__init__(panel, folder, stack)
        self._open = asyncio.Event()
        self._open.set()
        self._held: Callable[[aiohttp.TraceRequestStartParams], bool] = _every

    async def build(self) -> Bot:
        """Return a bot whose requests to the panel wait while the test makes the panel slow."""
        path = self._folder / "berth.db"
        if self.settings.database_url == f"sqlite:///{path}":
            await lay(path)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("bot.wiring.panel.open_session", self._session_that_waits)
            return await super().build()

    def _session_that_waits(self, *arguments: Any) -> aiohttp.ClientSession:
        session = open_session(*arguments)
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._wait_while_slow)
        trace.freeze()
        session.trace_configs.append(trace)
        return session

    async def _wait_while_slow(self, _: object, __: object, request: aiohttp.TraceRequestStartParams) -> None:
        if not self._open.is_set() and self._held(request):
            await self.env.external_wait(self._open.wait(), reason="the panel is slow")

    async def restart_without_texts(self) -> None:
        """Restart when what people typed and are asked about has gone out of mind; a server keeps it until its time."""
        await self.restart()

    def keep_time(self) -> None:
        """Let what has a clock of its own go by the stage's."""

    @asynccontextmanager
    async def slow_panel(
        self, held: Callable[[aiohttp.TraceRequestStartParams], bool] | None = None
    ) -> AsyncIterator[None]:
        """Hold every request to the panel back inside the block, or those meant; `env.advance_time` makes time pass.

        The bot's answers to actions inside the block are what it says while it waits; after the block the held
        requests go on and the bot settles.
        """
        self._open.clear()
        self._held = held or _every
        try:
            with self.still_time(), pytest.MonkeyPatch.context() as patch:
                patch.setattr(asyncio.Lock, "acquire", self._taking_turns())
                patch.setattr(asyncio.Event, "wait", self._waiting_for_it())
                yield
        finally:
            self._open.set()
            await self.env.settle()

    @contextmanager
    def still_time(self) -> Iterator[None]:
        """Let the timers that the bot sets inside the block go by `env.advance_time` alone, not by the wall clock too.

        Else they fire early on a slow machine, and an action waits for those due soon.
        """
        runtime = self.env._runtime
        assert runtime is not None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(runtime, "call_at", _never(runtime.call_at))
            yield

    def is_turn(self, lock: asyncio.Lock) -> bool:
        """Tell whether who waits for this lock waits for another action, and not for the database."""
        return True

    def _taking_turns(self) -> Callable[[asyncio.Lock], Awaitable[Literal[True]]]:
        """Return a way to take a lock in which a change that waits for its turn counts as waiting for the panel."""
        acquire = asyncio.Lock.acquire

        async def declared(lock: asyncio.Lock) -> Literal[True]:
            if self.is_turn(lock) and lock.locked() and asyncio.current_task() not in self.env._work.external_waits:
                await self.env.external_wait(acquire(lock), reason="another change is under way on this server")
                return True
            return await acquire(lock)

        return declared

    def _waiting_for_it(self) -> Callable[[asyncio.Event], Awaitable[Literal[True]]]:
        """Return a way to wait for an event in which an action that waits for another counts as waiting for the panel.

        What the test itself waits for is no work of the bot's.
        """
        wait = asyncio.Event.wait

        async def declared(event: asyncio.Event) -> Literal[True]:
            task = asyncio.current_task()
            if not event.is_set() and task in self.env._work.tasks and task not in self.env._work.external_waits:
                await self.env.external_wait(wait(event), reason="another action is under way")
                return True
            return await wait(event)

        return declared

    def share_the_clock(self) -> None:
        """Set the panel's clock by Discord's, by which the bot's record goes, as on machines that keep the time."""
        self.panel.advance(self.env.now().timestamp() - self.panel.now())

    async def linked(self, name: str, key: str) -> Person:
        """Return a new member who has linked a key, with the panel's request log cleared."""
        person = self.person(name)
        seen = await person.link(key)
        assert "Linked" in seen.text, seen.text
        self.panel.requests.clear()
        return person

    def in_direct_messages(self, name: str) -> InDirectMessages:
        """Return a new person who shares no Discord server with the bot."""
        return InDirectMessages(self.env.create_user(name))

    @property
    def asked(self) -> list[str]:
        """The requests the panel got, as "GET /servers/5e000001"; the common start and the query are left out."""
        paths = ((call.method, call.path.partition("?")[0].removeprefix("/api/client")) for call in self.panel.requests)
        return [f"{method} {path or '/'}" for method, path in paths]

    @property
    def changes(self) -> list[str]:
        """Those of the requests that change something."""
        return [request for request in self.asked if not request.startswith("GET ")]

    def stored_of(self, person: Person) -> list[tuple[Any, ...]]:
        """Return every row of the database that belongs to a person, whatever the table."""
        connection = sqlite3.connect(self._folder / "berth.db")
        try:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows: list[tuple[Any, ...]] = []
            for table in tables:
                columns = [column[1] for column in connection.execute(f"PRAGMA table_info({table})")]
                if "user_id" in columns:
                    rows += connection.execute(f"SELECT * FROM {table} WHERE user_id = ?", (person.id,))  # noqa: S608
            return rows
        finally:
            connection.close()

    async def note_uses(self) -> None:
        """Have it noted when links were used, where that is not noted at once."""

    def calls(self, since: int = 0) -> list[str]:
        """Return the bot's Discord calls as "METHOD path", from a position in the log on."""
        return [f"{call.method} {call.path}" for call in self.env.http_requests[since:]]

    async def forge(
        self, person: Person, custom_id: str, *, on: Seen, values: Iterable[str] = (), kind: int = 2
    ) -> Seen:
        """Send a component interaction as no honest client would: any custom_id, on anybody's message."""
        backend = self.env.backend
        source = backend.get_message(on.message.channel_id, on.message.id)
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
        if kind == 3:
            data["values"] = list(values)
        extra = {"message": dict(serializers.message_payload(backend, source))}
        return await self._send(person, 3, data, extra=extra, source_message_id=source.id)

    async def forge_form(self, person: Person, custom_id: str, **fields: str) -> Seen:
        """Submit a form that was never opened for this person."""
        parts = [
            {"type": 18, "id": number, "component": {"type": 4, "id": 100 + number, "custom_id": name, "value": value}}
            for number, (name, value) in enumerate(fields.items(), start=1)
        ]
        return await self._send(person, 5, {"custom_id": custom_id, "components": parts})

    async def forge_command(self, person: Person, data: dict[str, Any]) -> Seen:
        """Run a command as a client does that loaded its definition from an earlier version."""
        return await self._send(person, 2, {"id": "1", "type": 1, **data})

    async def _send(self, person: Person, kind: int, data: dict[str, Any], **more: Any) -> Seen:
        self.env._begin_operation("forge")
        try:
            return person.saw(await person.actor._dispatch_interaction(kind, self.channel, data, **more))
        finally:
            self.env._end_operation()

    async def redeliver(self) -> None:
        """Dispatch the last interaction once more, as Discord may after a gateway resume."""
        log = self.env.backend.transcript
        payload = next(sent for _, event, sent in reversed(log) if event == "INTERACTION_CREATE")
        self.env._begin_operation("redeliver")
        try:
            self.env.backend.emit("INTERACTION_CREATE", payload)
            await self.env._settle_internal(dispatch="INTERACTION_CREATE")
        finally:
            self.env._end_operation()


@asynccontextmanager
async def open_stage(
    state: PanelState, folder: Path, *, flavour: Flavour = Flavour.PTERODACTYL_1_11, kind: type[Stage] = Stage
) -> AsyncIterator[Stage]:
    """Yield a stage with the panel in this state; the database is a new file in the folder, or what the kind has."""
    async with demo.open_stage(state, folder, flavour=flavour, kind=kind) as stage:
        stage.keep_time()
        yield stage


def check_no_bug(stage: demo.Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Fail a test in which an error of the bot's got lost or was logged."""
    stage.env.raise_errors()
    assert not [record.getMessage() for record in caplog.get_records("call") if record.levelname == "ERROR"]


@asynccontextmanager
async def open_stage_with(
    state: PanelState, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: str
) -> AsyncIterator[Stage]:
    """Yield a stage whose operator has these settings."""
    plain = cast(property, Stage.settings).fget
    assert plain is not None

    def with_them(stage: Stage) -> Settings:
        return cast(Settings, plain(stage)).model_copy(update=settings)

    monkeypatch.setattr(Stage, "settings", property(with_them))
    async with open_stage(state, folder) as stage:
        yield stage
