"""The house: nobody imports upwards, and there is no circle, imports for types alone counted."""

from __future__ import annotations

import pytest

from tests.architecture.source import Module, below, modules

FLOORS: tuple[tuple[str, ...], ...] = (
    ("bot.__main__",),
    ("bot.demo",),
    ("bot.app",),
    ("bot.cogs", "bot.chores", "bot.wiring"),
    ("bot.front",),
    ("bot.ui", "bot.watch"),
    ("bot.operator", "bot.services"),
    ("bot.store", "bot.panel", "bot.net"),
    ("bot.domain", "bot.jsonlog", "bot.uncaught"),
    ("bot.settings", "bot.log", "bot.errors"),
    ("bot.nextstep", "bot.shards", "bot.observer", "bot.watchsettings", "bot.addresses"),
)
"""Top to bottom. Who is on a floor may import from the floors below, and from its own room."""
SPOKEN_OF_EVERYWHERE = "bot"
"""The package itself, which holds the version."""


def _room(name: str) -> tuple[int, str]:
    """Return the floor and the room of a module; raise LookupError for one that has none."""
    for floor, rooms in enumerate(FLOORS):
        for room in rooms:
            if name == room or name.startswith(f"{room}."):
                return floor, room
    raise LookupError(f"{name} is on no floor")


def _neighbours(module: Module) -> set[str]:
    """Return the modules of ours that a module imports, by name."""
    names = {other.name for other in modules()}
    found = set()
    for imported in module.imports:
        pieces = imported.split(".")
        candidates = (".".join(pieces[:end]) for end in range(len(pieces), 0, -1))
        target = next((name for name in candidates if name in names), None)
        if target not in (None, SPOKEN_OF_EVERYWHERE, module.name):
            found.add(str(target))
    return found


GRAPH = {module.name: _neighbours(module) for module in modules()}


def _circle_from(start: str) -> list[str] | None:
    """Return the way from a module back to itself, if there is one."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        for neighbour in sorted(GRAPH[way[-1]]):
            if neighbour == start:
                return [*way, start]
            if neighbour not in seen:
                seen.add(neighbour)
                ways.append([*way, neighbour])
    return None


def test_no_module_imports_itself_by_way_of_others() -> None:
    circles = [circle for name in GRAPH if (circle := _circle_from(name))]

    assert circles == []


@pytest.mark.parametrize("module", [m for m in modules() if m.name != SPOKEN_OF_EVERYWHERE], ids=lambda m: m.name)
def test_nobody_imports_upwards_or_from_the_room_beside(module: Module) -> None:
    floor, room = _room(module.name)

    wrong = []
    for neighbour in sorted(GRAPH[module.name]):
        other_floor, other_room = _room(neighbour)
        if other_room != room and other_floor <= floor:
            wrong.append(neighbour)

    assert wrong == []


def test_every_room_is_there() -> None:
    assert [room for rooms in FLOORS for room in rooms if not below(room)] == []


def test_the_client_is_built_without_its_commands_which_the_composition_root_adds() -> None:
    client = next(module for module in modules() if module.name == "bot.front.client")
    app = next(module for module in modules() if module.name == "bot.app")

    assert not client.uses("bot.cogs")
    assert app.uses("bot.cogs")
