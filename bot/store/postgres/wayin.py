"""What to do where a server does not let the bot in at the start: which password, role or database is meant."""

from __future__ import annotations

import re
import shlex

import psycopg

from bot.store.address import NAME_ITS_FILE
from bot.store.errors import DatabaseFailed, StoreError
from bot.store.postgres.address import owner_of, password_place
from bot.store.postgres.failures import failure_at_start
from bot.store.postgres.fitness import MADE_BY

_MISSING = re.compile(r'(database|role) "(.*)" does not exist')
_AS_ADMINISTRATOR = "as the server's administrator (docs/operations/postgresql.md)"


def failure_to_get_in(problem: psycopg.Error, url: str) -> DatabaseFailed | StoreError:
    """Return what is raised where no connection is made at the start: StoreError for what has to be put right first."""
    failure = failure_at_start(problem)
    step = _next_step(str(problem), url)
    return StoreError(f"{failure}; {step}") if step and isinstance(failure, StoreError) else failure


def _next_step(words: str, url: str) -> str | None:
    if "password authentication failed" in words:
        return f"the password was taken from {password_place(url)}: see that it is the one which the role has"
    if "no password supplied" in words:
        return NAME_ITS_FILE
    if (missing := _MISSING.search(words)) is None:
        return None
    kind, name = missing.groups()
    made_by = f"createuser --pwprompt {shlex.quote(name)}"
    if kind == "database":
        made_by = f"{MADE_BY.replace('createdb', f'createdb{owner_of(url)}')} {shlex.quote(name)}"
    return f"name another in the address, or make it by {made_by} {_AS_ADMINISTRATOR}"
