"""What goes wrong between the bot and Discord's HTTP API, on demand."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TypedDict, Unpack

CALLBACK = "/interactions/*/callback"
"""The path of every first answer."""
WEBHOOK = "/webhooks/*"
"""The path of everything after it."""


class Which(TypedDict, total=False):
    """Which calls a fault is for: verb, a pattern for the path, and how many."""

    method: str
    path: str
    times: int


@dataclass(slots=True, eq=False)
class RestFault:
    """One thing that goes wrong with the next calls that match it."""

    method: str = "*"
    path: str = "*"
    times: int = 1
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    apply: bool = False
    """Whether Discord does what was asked before it goes wrong."""
    reset: bool = False
    """Whether the connection is cut instead of an answer."""
    released: asyncio.Event | None = None
    """If set, the call waits for it and is then answered as usual."""
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a call has met this fault."""

    def release(self) -> None:
        """Let the calls go on that `hold` keeps."""
        assert self.released is not None
        self.released.set()


class RestFaults:
    """The faults to come; the oldest that matches a call is taken, `times` times."""

    def __init__(self) -> None:
        self._queue: list[RestFault] = []

    def take(self, method: str, path: str) -> RestFault | None:
        """Return the fault for a call and use it up."""
        for fault in self._queue:
            if fnmatchcase(method, fault.method) and fnmatchcase(path, fault.path):
                fault.times -= 1
                if fault.times == 0:
                    self._queue.remove(fault)
                fault.taken.set()
                return fault
        return None

    def clear(self) -> None:
        """Drop every fault and let held calls go on."""
        for fault in self._queue:
            if fault.released is not None:
                fault.released.set()
        self._queue.clear()

    def rate_limited(self, retry_after: float, *, via: bool = True, **which: Unpack[Which]) -> RestFault:
        """Answer 429; without `Via` it reads as Cloudflare's ban of an address."""
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        headers = {"Retry-After": str(retry_after), "X-RateLimit-Scope": "user"}
        return self._answer(429, body, headers | ({"Via": "1.1 google"} if via else {}), **which)

    def server_error(self, status: int = 502, *, apply: bool = False, **which: Unpack[Which]) -> RestFault:
        """Answer 5xx; with `apply` what was asked has happened all the same."""
        fault = self._answer(status, {"message": f"{status}: Server Error", "code": 0}, {}, **which)
        fault.apply = apply
        return fault

    def unknown_interaction(self, **which: Unpack[Which]) -> RestFault:
        """Answer as for an interaction that is too old, or was never there."""
        return self._answer(404, {"message": "Unknown interaction", "code": 10062}, {}, **which)

    def unknown_message(self, **which: Unpack[Which]) -> RestFault:
        """Answer as for a message that somebody has dismissed or deleted."""
        return self._answer(404, {"message": "Unknown Message", "code": 10008}, {}, **which)

    def already_acknowledged(self, **which: Unpack[Which]) -> RestFault:
        """Answer as when another process was faster."""
        return self._answer(400, {"message": "Interaction has already been acknowledged.", "code": 40060}, {}, **which)

    def reset(self, *, apply: bool = False, **which: Unpack[Which]) -> RestFault:
        """Cut the connection instead of an answer."""
        return self._add(RestFault(reset=True, apply=apply, **which))

    def html(self, body: str, *, content_type: str = "text/html", **which: Unpack[Which]) -> RestFault:
        """Answer 200 with what no API of Discord's would say, as a login page of the network does."""
        headers = {"Content-Type": content_type}
        return self._add(RestFault(status=200, body=body.encode(), headers=headers, **which))

    def hold(self, **which: Unpack[Which]) -> RestFault:
        """Let calls wait until `released` is set."""
        return self._add(RestFault(released=asyncio.Event(), **which))

    def _answer(self, status: int, body: object, headers: dict[str, str], **which: Unpack[Which]) -> RestFault:
        return self._add(RestFault(status=status, body=json.dumps(body).encode(), headers=headers, **which))

    def _add(self, fault: RestFault) -> RestFault:
        self._queue.append(fault)
        return fault
