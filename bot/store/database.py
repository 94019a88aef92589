"""Opening, migrating and closing the database."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.errors import StoreError
from bot.store.migrations import HEAD

log = logging.getLogger(__name__)
_NOT_A_URL = "DATABASE_URL is not a database URL, as in sqlite+aiosqlite:///data/berth.db"


def file_of(url: str) -> Path | None:
    """Return the SQLite database file; None for a database in memory or on a server."""
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database)).absolute()


def folder_of(url: str) -> Path | None:
    """Return the folder of a SQLite database file; None for one in memory or on a server."""
    path = file_of(url)
    return None if path is None else path.parent


async def open_database(url: str, *, migrate: bool = True) -> AsyncEngine:
    """Return an engine on a database with the current schema.

    Makes the folder (0700) and the file (0600) where they are missing. Raises StoreError with one line that names
    what is wrong: an unusable URL or folder, or a schema from a newer version of the bot.
    """
    parsed = _parse(url)
    if migrate:
        _prepare_file(url)
    try:
        engine = create_async_engine(parsed, hide_parameters=True, **_pool(url))
    except (ImportError, NoSuchModuleError) as problem:
        raise StoreError(f"DATABASE_URL needs a driver that is not installed: {problem}") from None
    except (ArgumentError, ValueError):
        raise StoreError(_NOT_A_URL) from None  # SQLAlchemy reads host and query only here
    except InvalidRequestError:
        raise StoreError("DATABASE_URL names no asynchronous driver; for SQLite write sqlite+aiosqlite:///…") from None
    if migrate and parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_bring_up_to_date if migrate else _check_revision)
    except (DBAPIError, OSError, sqlite3.Error) as problem:
        await engine.dispose()
        raise StoreError(f"the database cannot be opened: {_reason(problem)}") from None
    except StoreError:
        await engine.dispose()
        raise
    return engine


def _pool(url: str) -> dict[str, int]:
    """Return how many connections to keep: one to a SQLite file, where a second writer would only wait in its sleep."""
    return {} if folder_of(url) is None else {"pool_size": 1, "max_overflow": 0}


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(_NOT_A_URL) from None


def _read_only(url: URL) -> URL:
    """Return the URL that opens a SQLite file without changing anything of it."""
    path = file_of(url.render_as_string(hide_password=False))
    return url if path is None else url.set(database=f"file:{path}", query={"mode": "ro", "uri": "true"})


def _prepare_file(url: str) -> None:
    folder = folder_of(url)
    if folder is None:
        return
    path = Path(str(_parse(url).database)).absolute()
    try:
        _make_private(folder)
        if not path.exists():
            # Made before SQLite opens it, so that it and the WAL beside it are never readable to others. One that is
            # there is left alone: to close it here would end SQLite's own locks on it in this process.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        elif path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as problem:
        raise StoreError(f"the database file {path} cannot be written: {problem.strerror}") from None


def _make_private(folder: Path) -> None:
    """Make a folder and those above it where they are missing, for this user alone whatever the umask."""
    for missing in [path for path in (*reversed(folder.parents), folder) if not path.exists()]:
        missing.mkdir(mode=0o700, exist_ok=True)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    # synchronous FULL: what was confirmed survives a power cut, and a key is dropped after the rows that needed it.
    # secure_delete: what is deleted is overwritten, for /unlink promises that it is gone.
    for pragma in (
        "busy_timeout = 5000",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _current_revision(connection: Connection) -> str | None:
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _check_revision(connection: Connection) -> None:
    revision = _current_revision(connection)
    if revision is not None and revision > HEAD:
        raise StoreError(
            f"the database has schema {revision}, newer than this version's {HEAD}: "
            "update the bot, or restore the backup made before the update"
        )


def _bring_up_to_date(connection: Connection) -> None:
    _check_revision(connection)
    if _current_revision(connection) == HEAD:
        return
    if connection.dialect.name == "sqlite":
        # Python's driver begins its transaction at an INSERT only: a crash between two CREATE TABLEs would stay.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    revision = _current_revision(connection)
    # Alembic is slow to import and needed only here.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    log.info("Database schema: %s, was %s", HEAD, revision or "empty")


def _reason(problem: BaseException) -> str:
    original = getattr(problem, "orig", None) or problem
    return str(original).splitlines()[0]
