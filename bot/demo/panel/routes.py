"""The panel's paths and verbs, and which rules hold for each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.demo.panel import errors

_SERVER = "api/client/servers/(?P<server>[^/]+)"
_ALLOCATIONS = f"{_SERVER}/network/allocations"
_ALLOCATION = f"{_ALLOCATIONS}/(?P<allocation>[^/]+)"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint."""

    name: str
    method: str
    pattern: str
    permission: str | None = None
    any_state: bool = False
    """Answered whatever the state of the server is."""


@dataclass(frozen=True, slots=True)
class Match:
    """A route together with what its path named."""

    route: Route
    params: dict[str, str]


ROUTES = (
    Route("servers", "GET", "api/client"),
    Route("account", "GET", "api/client/account"),
    Route("account.activity", "GET", "api/client/account/activity"),
    Route("permissions", "GET", "api/client/permissions"),
    Route("keys.list", "GET", "api/client/account/api-keys"),
    Route("keys.create", "POST", "api/client/account/api-keys"),
    Route("keys.delete", "DELETE", "api/client/account/api-keys/(?P<key>[^/]+)"),
    Route("server", "GET", _SERVER, any_state=True),
    Route("resources", "GET", f"{_SERVER}/resources"),
    Route("power", "POST", f"{_SERVER}/power"),
    Route("activity", "GET", f"{_SERVER}/activity", "activity.read"),
    Route("allocations.list", "GET", _ALLOCATIONS, "allocation.read"),
    Route("allocations.create", "POST", _ALLOCATIONS, "allocation.create"),
    Route("allocations.notes", "POST", _ALLOCATION, "allocation.update"),
    Route("allocations.primary", "POST", f"{_ALLOCATION}/primary", "allocation.update"),
    Route("allocations.delete", "DELETE", _ALLOCATION, "allocation.delete"),
)
_COMPILED = [(re.compile(route.pattern), route) for route in ROUTES]


def match(method: str, path: str) -> Match:
    """Find the route of a path; raises 404 or 405, which are answered even without a key."""
    found = [(m, route) for pattern, route in _COMPILED if (m := pattern.fullmatch(path))]
    if not found:
        raise errors.no_route(path)
    wanted = "GET" if method == "HEAD" else method
    for matched, route in found:
        if route.method == wanted:
            return Match(route, matched.groupdict())
    raise errors.method_not_allowed(method, path, ", ".join(verbs(path)))


def verbs(path: str) -> list[str]:
    """Return the verbs a path knows."""
    found = [route for pattern, route in _COMPILED if pattern.fullmatch(path)]
    if not found:
        raise errors.no_route(path)
    return [verb for route in found for verb in _verbs(route)]


def _verbs(route: Route) -> tuple[str, ...]:
    return ("GET", "HEAD") if route.method == "GET" else (route.method,)
