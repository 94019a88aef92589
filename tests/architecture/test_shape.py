"""Modules are small, named after what they are, and say what they are for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, modules

LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
DRAWERS = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "stuff", "tools"}
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def definitions(module: Module) -> Iterator[tuple[str, Definition]]:
    """Yield every class and function outside functions, with its name within the module."""

    def within(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Definition]]:
        for node in body:
            if isinstance(node, Definition):
                yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from within(node.body, f"{prefix}{node.name}.")

    return within(module.tree.body, f"{module.name}.")


def is_public(name: str) -> bool:
    """Tell whether every part of a dotted name is public."""
    return not any(part.startswith("_") for part in name.split("."))


def test_every_module_says_what_it_is_for() -> None:
    assert not [module.name for module in modules() if not ast.get_docstring(module.tree)]


def test_every_public_class_and_function_says_what_one_gets() -> None:
    silent = [
        name
        for module in modules()
        for name, node in definitions(module)
        if is_public(name.removeprefix(module.name)[1:]) and not ast.get_docstring(node)
    ]

    assert silent == []


def test_no_module_is_long() -> None:
    assert {module.name: module.lines for module in modules() if module.lines > LONGEST_MODULE} == {}


def test_no_function_is_long() -> None:
    long = {
        name: length
        for module in modules()
        for name, node in definitions(module)
        if not isinstance(node, ast.ClassDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }

    assert long == {}


def test_no_module_is_a_drawer() -> None:
    assert not [module.name for module in modules() if DRAWERS & set(module.name.split("."))]


def test_nothing_happens_when_a_module_is_imported() -> None:
    quiet = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.If, *Definition.__args__)
    loud = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        for node in module.tree.body
        if not isinstance(node, quiet) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]

    assert [place for place in loud if not place.startswith("bot.store.migrations.env:")] == []


def test_the_settings_are_built_by_nobody_at_import() -> None:
    for module in modules():
        assigned = [node for node in module.tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
        calls = [ast.unparse(call.func) for node in assigned for call in ast.walk(node) if isinstance(call, ast.Call)]
        assert not {"Settings", "read_settings", "settings_to_run"} & set(calls), module.name


def test_exceptions_are_caught_whole_in_the_funnels_only() -> None:
    catching = {
        module.name
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    }

    assert catching <= {"bot.front.answering", "bot.cogs.suggestions", "bot.services.together.turns", "bot.chores"}


def test_nothing_is_left_to_do() -> None:
    marks = ("TODO", "FIXME", "XXX", "HACK")

    assert not [module.name for module in modules() if any(mark in module.path.read_text() for mark in marks)]
