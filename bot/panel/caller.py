"""How any call of the panel is made: held back where it was told to wait, sent, understood, and read again."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    wait_random_exponential,
)

from bot.domain.asking import asking
from bot.domain.models import ApiKey
from bot.panel import errors
from bot.panel.answers import About, is_error, is_of_daemon, to_error
from bot.panel.throttle import Throttle
from bot.panel.transport import Answer, Transport

Model = TypeVar("Model", bound=BaseModel)

_RETRIED = (
    errors.PanelUnreachable,
    errors.ConnectionLost,
    errors.PanelFailed,
    errors.GatewayFailed,
)
_SERVER_ID = re.compile(r"[0-9A-Za-z-]{8,36}")
RETRY_WITHIN = 5.0
"""Seconds after the first attempt of a read at which no other is begun."""


class Caller:
    """Makes calls with one person's key at a time; keeps no current user.

    Reads are retried, at most twice and within five seconds, where a retry can help. Changes never are.
    """

    def __init__(self, transport: Transport, *, throttle: Throttle | None = None, retry_wait: float = 0.3) -> None:
        self._transport = transport
        self._throttle = throttle or Throttle()
        self._retry_wait = retry_wait

    async def read(
        self,
        path: str,
        model: type[Model],
        *,
        key: ApiKey,
        query: dict[str, str] | None = None,
        permission: str | None = None,
    ) -> Model:
        """Ask for something and return it; try again where that can help."""
        began = time.monotonic()

        async def once() -> Model:
            return parse(await self.send("GET", path, key=key, query=query, permission=permission), model)

        try:
            return await once()
        except _RETRIED as problem:
            return await self._again(once, problem, within=RETRY_WITHIN - (time.monotonic() - began))

    async def _again(self, once: Callable[[], Awaitable[Model]], problem: errors.PanelError, *, within: float) -> Model:
        """Read again after a first attempt that failed, made by the caller: most reads need none of this machinery."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(_RETRIED),
            stop=stop_after_attempt(3) | stop_after_delay(within),
            wait=wait_random_exponential(multiplier=self._retry_wait, max=2),
            reraise=True,
        ):
            with attempt:
                if attempt.retry_state.attempt_number == 1:
                    raise problem
                return await once()
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def send(
        self,
        method: str,
        path: str,
        *,
        key: ApiKey,
        query: dict[str, str] | None = None,
        json: object = None,
        permission: str | None = None,
        creates_on: str | None = None,
    ) -> Answer:
        """Send one request, once, and return its answer; raise what any but a success means.

        `permission` is the one that the call needs, `creates_on` the server to which it adds an allocation.
        """
        budget = _budget(key)
        self._throttle.check(budget, creates_on=creates_on)
        with asking():
            answer = await self._transport.exchange(
                method, f"api/client/{path}".rstrip("/"), key=key, query=query, json=json
            )
        by_panel = answer.status == 204 or (answer.is_json and (answer.status != 429 or is_error(answer.body)))
        # The machine of a server may refuse with 429 as well, which is no limit of the panel.
        status = 0 if answer.status == 429 and is_of_daemon(answer.body) else answer.status
        retry_at = self._throttle.learn(budget, status, answer.headers, creates_on=creates_on, by_panel=by_panel)
        if answer.status in (200, 204):
            return answer
        if 300 <= answer.status < 400:
            raise errors.NotThePanelApi("It redirects me elsewhere, as to a login page.")
        raise to_error(
            answer.status,
            answer.body if answer.is_json else b"",
            permission=permission,
            about=About.CREATION if creates_on else About.of_path(path, writes=json is not None),
            retry_at=retry_at,
            pelican=key.is_pelican,
        )


def parse(answer: Answer, model: type[Model]) -> Model:
    """Return what an answer holds; raise NotThePanelApi if that is nothing of this kind."""
    if not answer.is_json:
        raise errors.NotThePanelApi("It answered with a page instead of data.")
    try:
        return model.model_validate_json(answer.body)
    except ValidationError:
        raise errors.NotThePanelApi("Its answer does not have the form that I expect.") from None


def done(answer: Answer, what: str) -> None:
    """Raise NotThePanelApi unless an answer is the panel's to a request that leaves nothing to tell: 204, no body."""
    if answer.status != 204:
        raise errors.NotThePanelApi(f"Its answer to {what} is not one that I know.")


def segment(server: str) -> str:
    """Return a server's identifier as a part of a path; raise ServerNotFound for what can be none."""
    # The panel routes an encoded slash as a slash: only an identifier or UUID may become part of a path.
    if not _SERVER_ID.fullmatch(server):
        raise errors.ServerNotFound()
    return server


def _budget(key: ApiKey) -> str:
    return f"key:{hash(key.reveal())}"  # salted anew in each process, and told to nobody
