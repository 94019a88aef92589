"""Which names that are promised to nobody a module of the bot uses."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator

from tests.architecture.source import Module

UNPROMISED = ("discord.state", "discord.gateway", "discord.http", "discord.webhook.async_", "simcord._clock")
"""Modules without documentation, of which every name is private whatever it looks like."""


def _is_theirs(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in ("discord", "aiohttp", "simcord", "cachetools", "pydantic_settings")


def of_others(module: Module) -> Iterator[str]:
    """Yield every private name of a library that a module uses: of a foreign object, a foreign base, or a module."""
    for name in module.imports:
        pieces = name.split(".")
        if pieces[0] not in ("bot", "__future__") and (
            name.startswith(UNPROMISED) or any(piece.startswith("_") for piece in pieces[1:])
        ):
            yield name
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Attribute):
            continue
        whole = ast.unparse(node)
        if whole.startswith(tuple(f"{name}." for name in UNPROMISED)) and whole.count(".") == 3:
            yield whole
        if _is_private(node.attr) and ast.unparse(node.value) not in ("self", "cls", "other", "os"):
            yield node.attr
    yield from _of_foreign_bases(module)


def _of_foreign_bases(module: Module) -> Iterator[str]:
    """Yield what a module's classes use or override of the insides of a library's class they are derived from."""
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        kind = getattr(importlib.import_module(module.name), node.name)
        theirs = [base for base in kind.__mro__ if _is_theirs(base)]
        source = "".join(inspect.getsource(base) for base in theirs)
        for inner in ast.walk(node):
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                unpromised = any(inner.name in vars(base) and base.__module__ in UNPROMISED for base in theirs)
                if (_is_private(inner.name) and f"def {inner.name}(" in source) or (
                    unpromised and not inner.name.startswith("__") and node.name != "_PanelsClock"
                ):
                    yield inner.name
            elif isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "self" and _is_private(inner.attr):
                yield from (inner.attr for sign in (":", " =") if f"self.{inner.attr}{sign} " in source)


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")
