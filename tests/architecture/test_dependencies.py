"""What is imported is declared, and what is declared is imported, or it says here why it is declared all the same."""

from __future__ import annotations

import ast
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.source import ROOT, modules

OURS = {"bot", "tests"}
NOT_IMPORTED: dict[str, str] = {
    "python-dotenv": "pydantic-settings reads .env with it",
    "orjson": "discord.py uses it by itself where it is there",
    "pytest-asyncio": "a plugin of pytest",
    "pytest-timeout": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "a command",
    "mypy": "a command",
    "types-cachetools": "what mypy knows of cachetools",
    "types-pyyaml": "what mypy knows of PyYAML",
}
"""What is declared and imported by nobody, and what it is for."""
_EXTRAS_OF_THE_BOT = ("address", "check", "postgres", "metrics")
"""What parts of the bot use that are left out where it is missing."""
_EXTRAS_OF_THE_DEMO = ("demo",)
_EXTRAS_OF_TESTS = ("demo", "speed", "bench", "dev")


@cache
def _project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def declared(*extras: str) -> set[str]:
    """Return the names of the packages that the project, with some of its extras, asks for."""
    lines = [*_project()["dependencies"]]
    for extra in extras:
        lines += _project()["optional-dependencies"][extra]
    return {str(canonicalize_name(Requirement(line).name)) for line in lines} - {_project()["name"]}


def imported(trees: list[ast.Module]) -> set[str]:
    """Return the names of the packages of others that these modules import, at the top or inside."""
    tops: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                tops |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                tops.add(node.module.partition(".")[0])
    makers = packages_distributions()
    return {
        canonicalize_name(maker)
        for top in tops - OURS - sys.stdlib_module_names
        for maker in set(makers.get(top, [top]))
    }


def of_the_bot() -> set[str]:
    """Return what the bot itself imports."""
    return imported([module.tree for module in modules() if not _is_the_demos(module.name)])


def of_the_demo() -> set[str]:
    """Return what the demo imports, and the command line that looks whether it can be played."""
    return imported([module.tree for module in modules() if _is_the_demos(module.name)])


def of_the_tests() -> set[str]:
    """Return what the tests and the benchmark import."""
    return imported([ast.parse(path.read_text()) for path in sorted(Path(ROOT / "tests").rglob("*.py"))])


def _is_the_demos(module: str) -> bool:
    return module == "bot.__main__" or module.startswith("bot.demo")


def test_what_the_bot_imports_is_a_dependency() -> None:
    assert of_the_bot() - declared(*_EXTRAS_OF_THE_BOT) == set()


def test_what_the_demo_imports_is_a_dependency_or_of_its_extra() -> None:
    assert of_the_demo() - declared(*_EXTRAS_OF_THE_BOT, *_EXTRAS_OF_THE_DEMO) == set()


def test_what_the_tests_import_is_declared() -> None:
    assert of_the_tests() - declared(*_EXTRAS_OF_THE_BOT, *_EXTRAS_OF_TESTS) == set()


def test_every_dependency_is_imported_by_the_bot() -> None:
    assert declared() - of_the_bot() == {"python-dotenv"} - of_the_bot()


def test_everything_else_that_is_declared_is_imported_or_says_why_it_is_declared() -> None:
    used = of_the_bot() | of_the_demo() | of_the_tests()

    assert declared(*_EXTRAS_OF_TESTS) - used - set(NOT_IMPORTED) == set()
    assert set(NOT_IMPORTED) <= declared(*_EXTRAS_OF_TESTS)


@pytest.mark.parametrize("package", ["aiohttp", "yarl", "multidict", "discord-py"])
def test_the_look_at_the_imports_sees_what_is_there(package: str) -> None:
    assert package in of_the_bot() | of_the_demo()
