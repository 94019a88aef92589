"""One interaction: what a person did, what the bot may still answer, and what the person sees of it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol, Self

from tests.wire.message import Message
from tests.wire.payloads import EPHEMERAL, LOADING, Json, snowflake


class Kind(IntEnum):
    """What was done."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    FORM = 5


class Callback(IntEnum):
    """How the bot may answer first."""

    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    FORM = 9


@dataclass(frozen=True, slots=True)
class Clocks:
    """Seconds Discord gives for the first answer, and for everything after it."""

    first_answer: float = 3.0
    token: float = 900.0


class Refused(Exception):
    """Discord refuses a call: HTTP status, Discord's own code and its words."""

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(f"{status} {code} {words}")
        self.status, self.code, self.words = status, code, words


class Acts(Protocol):
    """What lets a person go on from an answer: `WireDiscord`."""

    async def press(self, user_id: int, message: Message, name: str) -> Interaction:
        """Press a button."""

    async def choose(self, user_id: int, message: Message, values: Sequence[str]) -> Interaction:
        """Choose in a select."""

    async def submit(self, user_id: int, opened: Interaction, fields: Mapping[str, str]) -> Interaction:
        """Submit a form."""


class Interaction:
    """An interaction as Discord keeps it; the times are of `time.perf_counter`."""

    def __init__(
        self,
        acts: Acts,
        kind: Kind,
        user_id: int,
        *,
        clocks: Clocks,
        source: Message | None = None,
        late: float = 0.0,
        clock_ahead: float = 0.0,
    ) -> None:
        self.id = snowflake(clock_ahead - late)
        self.token = f"aW50ZXJhY3Rpb246{secrets.token_urlsafe(96)}"
        self.kind = kind
        self.user_id = user_id
        self.source = source
        """The message whose component was used, or from which the form was opened."""
        self.payload: Json = {}
        self.sent_at = time.perf_counter() - late
        self.acked_at: float | None = None
        self.answered_at: float | None = None
        self.callback: Callback | None = None
        self.message: Message | None = None
        """The first answer: a message of its own, or the source that was edited in place."""
        self.asked_first = False
        """Whether the first answer only said that the panel is being asked."""
        self.followups: list[Message] = []
        self.form: Json | None = None
        self.choices: list[Json] | None = None
        self.refusals: list[int] = []
        """Discord's codes for the calls it refused, `0` for one without a code."""
        self._acts = acts
        self._clocks = clocks
        self._acked = asyncio.Event()
        self._answered = asyncio.Event()

    # What the person sees and does.

    async def wait_for_ack(self, within: float = 10.0) -> Self:
        """Return once the bot has answered at all, be it with "thinking"."""
        return await self._wait(self._acked, within, "acknowledged")

    async def wait_for_answer(self, within: float = 15.0) -> Self:
        """Return once there is something to see: a message, a form or suggestions."""
        return await self._wait(self._answered, within, "answered")

    async def _wait(self, event: asyncio.Event, within: float, what: str) -> Self:
        try:
            async with asyncio.timeout(within):
                await event.wait()
        except TimeoutError:
            raise AssertionError(f"not {what} within {within:g} s: {self}") from None
        return self

    @property
    def shown(self) -> Message:
        """The message last shown; raises LookupError if there is none."""
        seen = [message for message in (self.message, *self.followups) if message is not None and not message.deleted]
        if not seen:
            raise LookupError(f"no message: {self}")
        return seen[-1]

    @property
    def text(self) -> str:
        """The words of the message last shown."""
        return self.shown.text

    @property
    def deferred(self) -> bool:
        """Whether the first answer was "thinking", or a silent one, or that the panel is being asked."""
        return self.asked_first or self.callback in (Callback.DEFERRED, Callback.DEFERRED_UPDATE)

    @property
    def public(self) -> list[Message]:
        """What the bot has said with this interaction for all to see."""
        mine = [self.message] if self.message is not self.source else []
        return [
            message
            for message in (*mine, *self.followups)
            if message is not None and not message.deleted and not message.ephemeral
        ]

    def dismiss(self) -> None:
        """Remove the first answer from the person's sight for good, be it "thinking" or a message."""
        assert self.message is not None
        self.message.deleted = True

    async def press(self, name: str) -> Interaction:
        """Press a button of the message last shown, by label or custom_id."""
        return await self._acts.press(self.user_id, self.shown, name)

    async def choose(self, *values: str) -> Interaction:
        """Choose in the select of the message last shown."""
        return await self._acts.choose(self.user_id, self.shown, values)

    async def submit(self, **fields: str) -> Interaction:
        """Submit the form that was opened."""
        return await self._acts.submit(self.user_id, self, fields)

    def __repr__(self) -> str:
        did = self.payload.get("data", {})
        what = did.get("name") or did.get("custom_id")
        return f"<{self.kind.name} {what!r} by {self.user_id}, callback {self.callback}, refused {self.refusals}>"

    # What Discord does with the bot's calls.

    def respond(self, body: Json, files: dict[str, bytes], *, at: float) -> Json:
        """Take the first answer and return what Discord returns for it; raise Refused."""
        if self.callback is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        if at - self.sent_at > self._clocks.first_answer:
            raise Refused(404, 10062, "Unknown interaction")
        callback = Callback(body["type"])
        data = body.get("data") or {}
        self._check(callback)
        self.callback, self.acked_at = callback, at
        if callback in (Callback.MESSAGE, Callback.DEFERRED):
            self.message = Message(flags=data.get("flags", 0) & EPHEMERAL)
        elif callback in (Callback.UPDATE, Callback.DEFERRED_UPDATE):
            self.message = self.source
        elif callback is Callback.FORM:
            self.form = data
        else:
            self.choices = data["choices"]
        if callback in (Callback.MESSAGE, Callback.UPDATE) and self.message is not None:
            self.message.take(data, files)
            self.asked_first = self.message.asking
        if not self.deferred:
            self._answer(at)
        self._acked.set()
        return self._receipt()

    def _check(self, callback: Callback) -> None:
        suits = {
            Kind.COMMAND: (Callback.MESSAGE, Callback.DEFERRED, Callback.FORM),
            Kind.COMPONENT: (
                Callback.MESSAGE,
                Callback.DEFERRED,
                Callback.DEFERRED_UPDATE,
                Callback.UPDATE,
                Callback.FORM,
            ),
            Kind.AUTOCOMPLETE: (Callback.CHOICES,),
            Kind.FORM: (Callback.MESSAGE, Callback.DEFERRED, Callback.DEFERRED_UPDATE, Callback.UPDATE),
        }[self.kind]
        if callback not in suits:
            raise Refused(400, 50035, f"Invalid Form Body: {callback.name} does not answer {self.kind.name}")

    def _receipt(self) -> Json:
        assert self.callback is not None
        about: Json = {"id": str(self.id), "type": int(self.kind)}
        message = self.message
        if message is not None:
            about["response_message_id"] = str(message.id)
            about["response_message_loading"] = self.callback is Callback.DEFERRED
            about["response_message_ephemeral"] = message.ephemeral
        receipt: Json = {"interaction": about}
        if self.callback in (Callback.MESSAGE, Callback.UPDATE) and message is not None:
            receipt["resource"] = {"type": int(self.callback), "message": message.payload()}
        elif self.callback is Callback.DEFERRED and message is not None:
            loading = message.payload() | {"flags": message.flags | LOADING}
            receipt["resource"] = {"type": int(self.callback), "message": loading}
        return receipt

    def follow_up(self, body: Json, files: dict[str, bytes], *, at: float) -> Message:
        """Take a further message; the first after "thinking" takes its place."""
        self._check_token(at)
        thinking = self.callback is Callback.DEFERRED and self.answered_at is None
        if thinking and self.message is not None and not self.message.deleted:
            message = self.message
        else:
            message = Message(flags=body.get("flags", 0) & EPHEMERAL)
            self.followups.append(message)
        message.take(body, files)
        self._answer(at)
        return message

    def edit(self, which: str, body: Json, files: dict[str, bytes], *, at: float) -> Message:
        """Edit the first answer (`@original`) or a further message."""
        message = self.find(which, at=at)
        message.take(body, files)
        message.edits += 1
        self._answer(at)
        return message

    def delete(self, which: str, *, at: float) -> None:
        """Delete the first answer or a further message."""
        self.find(which, at=at).deleted = True

    def find(self, which: str, *, at: float) -> Message:
        """Return a message of this interaction; raise Refused if there is none, or the token no longer counts."""
        self._check_token(at)
        known = {str(message.id): message for message in self.followups}
        message = self.message if which == "@original" else known.get(which)
        if message is None or message.deleted:
            raise Refused(404, 10008, "Unknown Message")
        return message

    def _check_token(self, at: float) -> None:
        if at - self.sent_at > self._clocks.token:
            raise Refused(401, 50027, "Invalid Webhook Token")
        if self.callback is None:
            raise Refused(404, 10015, "Unknown Webhook")

    def _answer(self, at: float) -> None:
        if self.answered_at is None:
            self.answered_at = at
        self._answered.set()
