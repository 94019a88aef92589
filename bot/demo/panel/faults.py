"""Faults on demand: what goes wrong between a bot and a panel, queued by a test or the demo."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum, auto
from fnmatch import fnmatchcase
from typing import TypedDict, Unpack

from bot.demo.panel.answers import HTML, JSON, failure
from bot.demo.panel.errors import PanelError, down, forbidden, method_not_allowed, no_route

GATEWAY = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
GATEWAY_TYPE = "text/html; charset=utf-8"
CLOUDFLARE_TITLES = {
    520: "Web server is returning an unknown error",
    521: "Web server is down",
    522: "Connection timed out",
    523: "Origin is unreachable",
    524: "A timeout occurred",
}


class Which(TypedDict, total=False):
    """Which requests a fault is for: verb, a pattern for the path, and how many (None: until removed)."""

    method: str | None
    path: str | None
    times: int | None


class Effect(Enum):
    """What a fault does with a request."""

    ANSWER = auto()
    LIE = auto()
    CUT = auto()
    FLOOD = auto()
    DRIP = auto()
    RESET = auto()
    HOLD = auto()


class Hold:
    """A request that waits: `arrived` is set when it is there, `release()` lets it go on."""

    def __init__(self) -> None:
        self.arrived = asyncio.Event()
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let the held request go on, and any later one that this hold would catch."""
        self._released.set()

    async def wait(self) -> None:
        """Report the arrival and wait for the release."""
        self.arrived.set()
        await self._released.wait()


@dataclass(slots=True, eq=False)
class Fault:
    """One thing that goes wrong, for the requests that match it."""

    effect: Effect
    method: str | None = None
    path: str | None = None
    times: int | None = 1
    apply: bool = False
    """Whether the real change is made before it goes wrong."""
    status: int = 200
    body: bytes = b""
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    megabytes: int = 0
    seconds: float = 0.0
    held: Hold | None = None

    def matches(self, method: str, path: str) -> bool:
        """Whether this fault is meant for a request."""
        return self.method in {None, method} and (self.path is None or fnmatchcase(path, self.path))


class Faults:
    """The queue of faults; the oldest one that matches a request is taken, `times` times."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []
        self._holds: list[Hold] = []

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for a request and use it up."""
        fault = next((fault for fault in self._queue if fault.matches(method, path)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times < 1:
                self.remove(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Take a fault out of the queue."""
        self._queue = [queued for queued in self._queue if queued is not fault]

    def clear(self) -> None:
        """Remove every fault and let every held request go on."""
        self._queue.clear()
        for hold in self._holds:
            hold.release()
        self._holds.clear()

    def answer(
        self,
        status: int,
        body: str | bytes = b"",
        *,
        content_type: str | None = JSON,
        headers: dict[str, str] | None = None,
        apply: bool = False,
        **which: Unpack[Which],
    ) -> Fault:
        """Give this answer; with `apply` the real change is made first."""
        fault = Fault(Effect.ANSWER, apply=apply, **which)
        fault.status, fault.content_type = status, content_type
        fault.body = body.encode() if isinstance(body, str) else body
        fault.headers = dict(headers or {})
        return self._add(fault)

    def html_bad_gateway(self, **which: Unpack[Which]) -> Fault:
        """Give nginx's 502: PHP is not running."""
        return self.answer(502, GATEWAY.format("502 Bad Gateway"), content_type=GATEWAY_TYPE, **which)

    def gateway_timeout_after_apply(self, **which: Unpack[Which]) -> Fault:
        """Give nginx's 504: PHP was too slow for it, but the change was made."""
        page = GATEWAY.format("504 Gateway Time-out")
        return self.answer(504, page, content_type=GATEWAY_TYPE, apply=True, **which)

    def cloudflare(self, status: int = 522, **which: Unpack[Which]) -> Fault:
        """Give Cloudflare's page for a panel it cannot reach."""
        title = f"{status}: {CLOUDFLARE_TITLES.get(status, 'Error')}"
        page = f"<!DOCTYPE html>\n<html><head><title>panel.example.test | {title}</title></head></html>"
        headers = {"Server": "cloudflare", "CF-RAY": "0000000000000000-FRA"}
        return self.answer(status, page, content_type=HTML, headers=headers, **which)

    def maintenance(self, retry_after: int | None = None, **which: Unpack[Which]) -> Fault:
        """Give the panel's own 503 of `artisan down`."""
        return self._error(down(retry_after), **which)

    def rate_limited(self, retry_after: int | None, **which: Unpack[Which]) -> Fault:
        """Give a 429; None leaves Retry-After out, as some proxies do."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        text = "Too Many Attempts."
        return self._error(PanelError(429, "ThrottleRequestsException", text, headers=headers), **which)

    def redirect_to_login(self, **which: Unpack[Which]) -> Fault:
        """Give a 302 to the sign-in page, as behind a proxy that drops the Accept header."""
        headers = {"Location": "/auth/login"}
        return self.answer(302, "<!DOCTYPE html>", content_type=HTML, headers=headers, **which)

    def keys_off(self, status: int = 404) -> Fault:
        """Let nobody list, make or delete API keys until it is removed.

        As a panel without those pages (404), or something before it that lets them not through (403, 405).
        """
        path = "api/client/account/api-keys"
        refusals = {403: forbidden(), 404: no_route(path), 405: method_not_allowed("POST", path, "GET, HEAD")}
        return self._error(refusals[status], path=f"/{path}*", times=None)

    def empty_body(self, **which: Unpack[Which]) -> Fault:
        """Give a 200 without a body."""
        return self.answer(200, **which)

    def malformed_json(self, **which: Unpack[Which]) -> Fault:
        """Give a 200 that says it is JSON and is not."""
        return self.answer(200, '{"object": "list", data: [}', **which)

    def wrong_shape(self, **which: Unpack[Which]) -> Fault:
        """Give a 200 with valid JSON of another structure."""
        return self.answer(200, '{"object":"list","data":{"attributes":[1,null,"two"]},"meta":"none"}', **which)

    def truncated_json(self, **which: Unpack[Which]) -> Fault:
        """Give the real answer cut in half, with the Content-Length of the half."""
        return self._add(Fault(Effect.CUT, apply=True, **which))

    def huge_body(self, megabytes: int = 50, **which: Unpack[Which]) -> Fault:
        """Give a 200 with a JSON document that goes on and on, and announces no length."""
        return self._add(Fault(Effect.FLOOD, megabytes=megabytes, **which))

    def drip(self, seconds_between: float, **which: Unpack[Which]) -> Fault:
        """Give the real answer, one byte at a time."""
        return self._add(Fault(Effect.DRIP, apply=True, seconds=seconds_between, **which))

    def reset_before(self, **which: Unpack[Which]) -> Fault:
        """Close the connection without an answer; nothing was changed."""
        return self._add(Fault(Effect.RESET, **which))

    def reset_after(self, **which: Unpack[Which]) -> Fault:
        """Make the change, then close the connection without an answer."""
        return self._add(Fault(Effect.RESET, apply=True, **which))

    def lies(self, **which: Unpack[Which]) -> Fault:
        """Answer as if the change had been made, but change nothing (it was lost to a race)."""
        return self._add(Fault(Effect.LIE, **which))

    def late(self, seconds: float, *, before_apply: bool = True, **which: Unpack[Which]) -> Fault:
        """Take so long over a request, which is carried out though its client may have given up by then."""
        return self._add(Fault(Effect.HOLD, apply=not before_apply, seconds=seconds, **which))

    def hold(self, *, before_apply: bool = True, **which: Unpack[Which]) -> Hold:
        """Keep the request waiting until the returned hold is released; then it is carried out, wanted or not."""
        hold = Hold()
        self._holds.append(hold)
        self._add(Fault(Effect.HOLD, apply=not before_apply, held=hold, **which))
        return hold

    def _error(self, error: PanelError, **which: Unpack[Which]) -> Fault:
        answer = failure(error, wants_json=True, base_url="")
        return self.answer(answer.status, answer.body, headers=answer.headers, **which)

    def _add(self, fault: Fault) -> Fault:
        self._queue.append(fault)
        return fault
