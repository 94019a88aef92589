"""Bringing an older database up to date with Alembic; imported only where that is needed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from bot.store import migrations
from bot.store.errors import StoreError

FOLDER = Path(migrations.__file__).parent


def config() -> Config:
    """Return Alembic's configuration: where the migrations are."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return made


def upgrade(connection: sqlite3.Connection) -> None:
    """Run the missing migrations, all at once or not at all; raise StoreError with one line if one of them fails."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, hide_parameters=True)
    try:
        run_missing(engine, first=("BEGIN IMMEDIATE",))
    except DBAPIError as problem:
        raise StoreError(f"the database cannot be opened: {problem.orig}") from None


def run_missing(engine: Engine, *, first: Sequence[str]) -> None:
    """Run the missing migrations after these statements, which keep others from doing the same.

    Raises StoreError for a schema that this version does not know, DBAPIError for what the database refuses.
    """
    configuration = config()
    try:
        # A transaction around all of it, for Alembic believes that SQLite cannot take a change of the schema back.
        with engine.begin() as alchemy:
            for statement in first:
                alchemy.exec_driver_sql(statement)
            configuration.attributes["connection"] = alchemy
            command.upgrade(configuration, "head")
    except CommandError as problem:
        raise StoreError(f"the database has a schema that this version does not know: {problem}") from None
