"""Whether a database of a server can be what the bot keeps everything in; a line says why not, and what to do."""

from __future__ import annotations

import psycopg

from bot.store.errors import StoreError
from bot.store.postgres.address import place_of
from bot.store.postgres.rows import NamedRow

_ENCODING = "UTF8"
# With any other locale than C, or another template, some clusters refuse that encoding.
MADE_BY = f"createdb --encoding={_ENCODING} --locale=C --template=template0"
"""What makes a database that can be one of the bot's."""
_MAY_MAKE = """
    SELECT quote_ident(current_user), quote_ident(coalesce(current_schema(), 'public')),
        has_schema_privilege(current_schema(), 'CREATE')
"""


def refuse_unfit(connection: psycopg.Connection[NamedRow], url: str) -> None:
    """Raise StoreError for a database that cannot hold every name; it is asked nothing for that."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != _ENCODING:
        raise StoreError(
            f"{place_of(url)} keeps its text as {encoding}, not as {_ENCODING}, so that names would be lost: make a "
            f"database by {MADE_BY}, name that one, and let python -m bot move take along what this one holds, "
            "if anything"
        )


def refuse_tables(connection: psycopg.Connection[NamedRow], url: str) -> None:
    """Raise StoreError where there are no tables yet and whoever logs in may make none."""
    role, schema, may = connection.execute(_MAY_MAKE).fetchone() or ("", "", None)
    if not may:
        raise StoreError(
            f"{place_of(url)} lets {role} make no tables, as the first start does: have its owner run GRANT USAGE, "
            f"CREATE ON SCHEMA {schema} TO {role}, and start again"
        )
