"""Discord, HTTP, SQL and decisions live in different rooms; every public thing says what it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot.errors as bot_errors
import bot.panel.errors as panel_errors
from bot.errors import BotError
from bot.panel import daemon_errors, key_errors

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "bot").rglob("*.py"))
# What a room must not import, by the start of the module's name.
FORBIDDEN = {
    "bot/domain/": (
        "discord",
        "aiohttp",
        "sqlite3",
        "sqlalchemy",
        "bot.panel",
        "bot.store",
        "bot.services",
        "bot.ui",
        "bot.cogs",
    ),
    "bot/panel/": ("discord", "sqlite3", "sqlalchemy", "bot.store", "bot.services", "bot.ui", "bot.cogs"),
    "bot/store/": ("discord", "aiohttp", "bot.panel", "bot.services", "bot.ui", "bot.cogs"),
    "bot/net/": (
        "discord",
        "aiohttp",
        "sqlite3",
        "sqlalchemy",
        "bot.panel",
        "bot.store",
        "bot.services",
        "bot.ui",
        "bot.cogs",
    ),
    "bot/services/": (
        "discord",
        "aiohttp",
        "sqlite3",
        "sqlalchemy",
        "bot.store",
        "bot.ui",
        "bot.cogs",
        "bot.panel.client",
        "bot.net",
    ),
    "bot/ui/": ("sqlite3", "sqlalchemy", "bot.store", "bot.cogs", "bot.panel", "bot.net"),
    "bot/cogs/": ("aiohttp", "sqlite3", "sqlalchemy", "bot.store", "bot.panel.client"),
    "bot/demo/panel/": ("discord", "bot.app", "bot.domain", "bot.errors", "bot.panel", "bot.services", "bot.store"),
}


def _imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _name(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_that_belongs_to_another(room: str) -> None:
    found = [
        f"{_name(module)} imports {name}"
        for module in MODULES
        if _name(module).startswith(room)
        for name in _imports(module)
        for forbidden in FORBIDDEN[room]
        if name == forbidden or name.startswith(f"{forbidden}.")
    ]

    assert not found


def test_only_the_demo_knows_the_simulated_discord_and_only_the_command_line_knows_the_demo() -> None:
    outside = [module for module in MODULES if not _name(module).startswith("bot/demo/")]

    simulated = [_name(module) for module in outside if any(n.startswith("simcord") for n in _imports(module))]
    demo = [_name(module) for module in outside if any(n.startswith("bot.demo") for n in _imports(module))]

    assert set(simulated) <= {"bot/__main__.py"}
    assert set(demo) <= {"bot/__main__.py"}


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_every_public_thing_has_a_docstring(module: Path) -> None:
    tree = ast.parse(module.read_text())

    missing = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inner = not any(node in getattr(parent, "body", []) for parent in _holders(tree))
            if not inner and not node.name.startswith("_") and not ast.get_docstring(node):
                missing.append(node.name)

    assert not missing


def _holders(tree: ast.Module) -> list[ast.Module | ast.ClassDef]:
    return [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.name[0] != "_")]


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_no_module_is_a_drawer_or_too_long(module: Path) -> None:
    assert module.stem not in ("utils", "helpers", "misc", "manager")
    assert len(module.read_text().splitlines()) <= 300


def test_every_error_says_what_happened_and_what_to_do() -> None:
    kinds = [
        kind
        for room in (bot_errors, panel_errors, key_errors, daemon_errors)
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, BotError)
    ]

    assert len(kinds) > 30
    assert not [kind.__name__ for kind in kinds if not kind.title or not kind.advice]
