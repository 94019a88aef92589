"""What `check` says of each part."""

from __future__ import annotations

from tests.cli.terminal import Said

ME = '{"id": "1", "username": "berth"}'


def line(said: Said, part: str) -> str:
    """Return the line about a part."""
    [found] = [line for line in said.out.splitlines() if line[7:].startswith(f"{part}:")]
    return found
