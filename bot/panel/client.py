"""The panel calls the bot makes, one method each; answers are domain objects, refusals are exceptions."""

from __future__ import annotations

import hashlib
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

from bot.domain.activity import LoggedChange
from bot.domain.models import Allocation, ApiKey, GameServer, Listing, PanelAccount
from bot.panel import errors, wire
from bot.panel.activity import ActivityList
from bot.panel.answers import About, is_error, to_error
from bot.panel.listing import PAGE_SIZE, Pages
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


class PanelClient:
    """Calls the client API with one person's key at a time; keeps no current user.

    Reads are retried, at most twice and within five seconds, where a retry can help. Changes never are.
    """

    def __init__(self, transport: Transport, *, throttle: Throttle | None = None, retry_wait: float = 0.3) -> None:
        self._transport = transport
        self._throttle = throttle or Throttle()
        self._retry_wait = retry_wait

    async def account(self, key: ApiKey) -> PanelAccount:
        """Return whom the key belongs to: `GET /api/client/account`."""
        return (await self._read("account", wire.AccountObject, key=key)).to_domain()

    async def servers(self, key: ApiKey) -> tuple[GameServer, ...]:
        """Return the servers the key's user owns or was added to, all pages of `GET /api/client`."""
        return (await self.listing(key)).servers

    async def listing(self, key: ApiKey, *, others: bool = False) -> Listing:
        """Return the servers of the key's user; with `others` those of everybody else, which administrators see.

        Where the panel fails at one of them, all the others and how many are missing.
        """
        kind = {"type": "admin"} if others else {}

        async def read(number: int, size: int) -> wire.ServerList:
            query = {"per_page": str(size), "page": str(number), **kind}
            if size == PAGE_SIZE:
                return await self._read("", wire.ServerList, key=key, query=query)
            return _parse(await self._send("GET", "", key=key, query=query), wire.ServerList)

        return await Pages(read).all()

    async def server(self, key: ApiKey, server: str) -> GameServer:
        """Return one server with its allocations and the caller's permissions: `GET …/servers/{id}`."""
        return (await self._read(f"servers/{_segment(server)}", wire.ServerObject, key=key)).to_domain()

    async def allocations(self, key: ApiKey, server: str) -> tuple[Allocation, ...]:
        """Return the allocations, the primary first: `GET …/network/allocations`."""
        answer = await self._read(_path(server), wire.AllocationList, key=key, permission="allocation.read")
        return answer.to_domain()

    async def activity(self, key: ApiKey, server: str, *, event: str) -> tuple[LoggedChange, ...]:
        """Return what the server's log has of events whose name holds `event`, newest first, a page of it."""
        path = f"servers/{_segment(server)}/activity"
        query = {"sort": "-timestamp", "filter[event]": event, "include": "actor", "per_page": str(PAGE_SIZE)}
        answer = await self._read(path, ActivityList, key=key, query=query, permission="activity.read")
        return answer.to_domain()

    async def create(self, key: ApiKey, server: str) -> Allocation:
        """Assign a new allocation and return it; the panel picks it: `POST …/network/allocations`."""
        answer = await self._send(
            "POST", _path(server), key=key, permission="allocation.create", creates_on=server.lower()
        )
        return _parse(answer, wire.AllocationObject).attributes.to_domain()

    async def set_notes(self, key: ApiKey, server: str, allocation: int, notes: str | None) -> Allocation:
        """Set or clear (None) the notes: `POST …/network/allocations/{id}`."""
        answer = await self._send(
            "POST", _path(server, allocation), key=key, permission="allocation.update", json={"notes": notes}
        )
        return _parse(answer, wire.AllocationObject).attributes.to_domain()

    async def set_primary(self, key: ApiKey, server: str, allocation: int) -> Allocation:
        """Make an allocation the primary: `POST …/network/allocations/{id}/primary`."""
        path = f"{_path(server, allocation)}/primary"
        answer = await self._send("POST", path, key=key, permission="allocation.update")
        return _parse(answer, wire.AllocationObject).attributes.to_domain()

    async def delete(self, key: ApiKey, server: str, allocation: int) -> None:
        """Delete an allocation: `DELETE …/network/allocations/{id}`, answered 204 without a body."""
        answer = await self._send("DELETE", _path(server, allocation), key=key, permission="allocation.delete")
        if answer.status != 204:
            raise errors.NotThePanelApi("It answered a deletion as the panel does not.")

    async def _read(
        self,
        path: str,
        model: type[Model],
        *,
        key: ApiKey,
        query: dict[str, str] | None = None,
        permission: str | None = None,
    ) -> Model:
        began = time.monotonic()

        async def once() -> Model:
            return _parse(await self._send("GET", path, key=key, query=query, permission=permission), model)

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

    async def _send(
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
        budget = _budget(key)
        self._throttle.check(budget, creates_on=creates_on)
        answer = await self._transport.exchange(
            method, f"api/client/{path}".rstrip("/"), key=key, query=query, json=json
        )
        by_panel = answer.status == 204 or (answer.is_json and (answer.status != 429 or is_error(answer.body)))
        retry_at = self._throttle.learn(budget, answer.status, answer.headers, creates_on=creates_on, by_panel=by_panel)
        if answer.status in (200, 204):
            return answer
        if 300 <= answer.status < 400:
            raise errors.NotThePanelApi("It redirects me elsewhere, as to a login page.")
        raise to_error(
            answer.status,
            answer.body if answer.is_json else b"",
            permission=permission,
            about=About.CREATION if creates_on else About.NOTES if json is not None else About.of_path(path),
            retry_at=retry_at,
            pelican=key.is_pelican,
        )


def _path(server: str, allocation: int | None = None) -> str:
    path = f"servers/{_segment(server)}/network/allocations"
    return path if allocation is None else f"{path}/{allocation:d}"


def _segment(server: str) -> str:
    # The panel routes an encoded slash as a slash: only an identifier or UUID may become part of a path.
    if not _SERVER_ID.fullmatch(server):
        raise errors.ServerNotFound()
    return server


def _budget(key: ApiKey) -> str:
    return "key:" + hashlib.sha256(key.reveal().encode()).hexdigest()[:16]


def _parse(answer: Answer, model: type[Model]) -> Model:
    if not answer.is_json:
        raise errors.NotThePanelApi("It answered with a page instead of data.")
    try:
        return model.model_validate_json(answer.body)
    except ValidationError:
        raise errors.NotThePanelApi("Its answer is not in the form the panel's API has.") from None
