"""What lies around the settings: names that look misspelt, and no `.env` where one was expected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from dotenv import dotenv_values

from bot.settings import ENV_FILE, Settings

IN_FILE = 0.8
"""How alike a name in `.env`, which is the bot's own, must be to one of its settings to be called misspelt."""
IN_ENVIRONMENT = 0.9
"""The same in the environment, where other programs have their settings too."""


def misspelt() -> list[str]:
    """Return a sentence for each name in `.env` and the environment that is almost one of the bot's settings."""
    in_file = {name.upper() for name in dotenv_values(ENV_FILE, interpolate=False)} if ENV_FILE.is_file() else set()
    environment = {name.upper() for name in os.environ}
    # With the right one there too, a name like it in the environment is another program's.
    candidates = {
        **dict(_almost(environment, IN_ENVIRONMENT, unless=environment)),
        **dict(_almost(in_file, IN_FILE, unless=set())),
    }
    return [
        f"{name} in {'.env' if name in in_file else 'the environment'} is no setting; is {meant} meant?"
        for name, meant in sorted(candidates.items())
    ]


def _almost(names: Iterable[str], likeness: float, *, unless: set[str]) -> Iterator[tuple[str, str]]:
    known = [field.upper() for field in Settings.model_fields]
    for name in names:
        close = [] if name in known else get_close_matches(name, known, n=1, cutoff=likeness)
        if close and close[0] not in unless:
            yield name, close[0]


def place_of_settings() -> str:
    """Return where the settings come from, for the operator who looks in the wrong folder."""
    if ENV_FILE.is_file():
        return f"from {ENV_FILE.absolute()} and the environment"
    return f"from the environment alone, for there is no .env in {ENV_FILE.absolute().parent}"
