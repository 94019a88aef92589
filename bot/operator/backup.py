"""`python -m bot backup FILE`: the database as one file, whole or not at all, while the bot runs or not."""

from __future__ import annotations

from pathlib import Path

from bot.operator.keyplace import database_of, place_of_key
from bot.settings import Settings
from bot.store.copying import write_backup
from bot.store.files import open_to_others


def backup(settings: Settings, file: Path) -> list[str]:
    """Write the backup and return what to tell the operator.

    Raises StoreError for what must be put right first, DatabaseFailed for what may pass, each with one line.
    """
    file = file.absolute()
    contents = write_backup(database_of(settings), file)
    told = (
        f"Wrote {file}: schema {contents.schema}, linked members: {contents.links}. The encryption key is not in it: "
        f"it is in {place_of_key(settings)}; back it up to a different place."
    )
    # Where a file system keeps no permissions, as on many a stick.
    exposed = open_to_others(file)
    return [told] if exposed is None else [told, f"But {exposed}"]
