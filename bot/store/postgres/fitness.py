"""Whether a database of a server can be what the bot keeps everything in; a line says why not, and what to do."""

from __future__ import annotations

import psycopg

from bot.store.errors import StoreError
from bot.store.postgres.address import place_of
from bot.store.postgres.rows import NamedRow

_ENCODING = "UTF8"
# With any other locale than C, or another template, some clusters refuse that encoding.
_MADE_BY = f"createdb --encoding={_ENCODING} --locale=C --template=template0"


def refuse_unfit(connection: psycopg.Connection[NamedRow], url: str) -> None:
    """Raise StoreError for a database that cannot hold every name; it is asked nothing for that."""
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != _ENCODING:
        raise StoreError(
            f"{place_of(url)} keeps its text as {encoding}, not as {_ENCODING}, so that names would be lost: make a "
            f"database by {_MADE_BY}, name that one, and let python -m bot move take along what this one holds, "
            "if anything"
        )
