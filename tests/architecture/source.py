"""The bot's source, read without being run."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """A module of the bot."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.path.read_text().splitlines())

    @cached_property
    def imports(self) -> set[str]:
        """Everything it imports, at the top or inside, as full dotted names."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                assert node.module is not None
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def uses(self, package: str) -> bool:
        """Tell whether it imports anything of a package or module."""
        return any(name == package or name.startswith(f"{package}.") for name in self.imports)


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the bot."""
    found = []
    for path in sorted((ROOT / "bot").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found.append(Module(name, path, ast.parse(path.read_text())))
    return tuple(found)


def below(*packages: str) -> list[Module]:
    """Return the modules of some packages."""
    return [m for m in modules() if any(m.name == name or m.name.startswith(f"{name}.") for name in packages)]
