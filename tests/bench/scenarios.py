"""The scenarios: each starts its contenders, takes A B A B, and returns figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.bench import answers, cost, footprint, ports, scale, strain, watched
from tests.bench.figures import Figure
from tests.bench.lab import Lab

Scenario = Callable[[Lab], Awaitable[list[Figure]]]
SCENARIOS: dict[str, Scenario] = {
    "start": footprint.start,
    "guilds": footprint.guilds,
    "people": footprint.people,
    "connections": footprint.connections,
    "cost": cost.cost,
    "actions": answers.actions,
    "second": answers.a_second,
    "load": strain.load,
    "slow": strain.slow_panel,
    "node": strain.node,
    "ports": ports.ports,
    "sizes": strain.sizes,
    "links": strain.links,
    "orjson": strain.orjson,
    "scrape": watched.scrape,
    "scale": scale.scale,
}
