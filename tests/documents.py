"""The documents and the Dockerfile, taken apart for the tests of what they promise."""

from __future__ import annotations

import re
from pathlib import Path

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PRIVACY = (ROOT / "PRIVACY.md").read_text()


def section(title: str, text: str = README) -> str:
    """Return a section of a document."""
    return re.split(r"^## ", text.split(f"\n## {title}\n")[1], flags=re.MULTILINE)[0]


def rows(title: str, *, head: str) -> list[list[str]]:
    """Return the cells of the table in a section of the README whose first column has this head."""
    table = section(title).split(f"| {head} |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


def shell(marker: str) -> str:
    """Return the one command after a marker in the README."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.+)\n```\n", README)
    assert found, f"no single command after {marker}"
    return found.group(1)


def defaults() -> dict[str, str]:
    """Return every setting with its default as the README writes it."""
    return {
        name.upper(): "required" if field.is_required() else "none" if field.default is None else str(field.default)
        for name, field in Settings.model_fields.items()
    }


def dockerfile() -> list[tuple[str, str]]:
    """Return the instructions of the Dockerfile with their arguments."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in lines]
