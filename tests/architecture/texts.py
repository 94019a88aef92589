"""The texts that a person reads, out of the source: no docstring, no line of a log, no identifier."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.architecture.source import modules

_SPOKEN = (
    "bot.ui",
    "bot.cogs",
    "bot.services",
    "bot.domain",
    "bot.panel",
    "bot.net",
    "bot.front",
    "bot.errors",
    "bot.store",
)
_UNREAD = frozenset({"log.debug", "log.info", "log.warning", "log.error", "log.exception", "ValueError", "TypeError"})
"""What is called with texts for the operator, or for nobody."""


@cache
def spoken() -> tuple[tuple[str, str], ...]:
    """Return every text of the bot's messages, with the place where it stands: what has a space or a capital."""
    return tuple(
        (f"{module.name}:{line}", text)
        for module in modules()
        if module.name.startswith(_SPOKEN)
        for line, text in _texts(module.tree)
        if " " in text.strip() or text[:1].isupper()
    )


def _texts(node: ast.AST) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Call) and ast.unparse(child.func) in _UNREAD:
            continue
        if isinstance(child, ast.JoinedStr):
            yield child.lineno, "".join(_part(value) for value in child.values)
            for value in child.values:
                if isinstance(value, ast.FormattedValue):
                    yield from _texts(value)
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        else:
            yield from _texts(child)


def _part(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    return f"{{{ast.unparse(value.value)}}}" if isinstance(value, ast.FormattedValue) else ""
