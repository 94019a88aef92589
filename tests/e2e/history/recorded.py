"""What a person sees of their own changes: the record's page, one change of it, and the export."""

from __future__ import annotations

import json
from typing import Any

from bot.demo.people import Person, Seen

COMMAND = "allocations history"


def lines(seen: Seen) -> list[str]:
    """Return the changes of a history page, newest first, without their times."""
    description = seen.embed.description or ""
    return [line.rpartition(" · <t:")[0] for line in description.splitlines() if line.endswith(":R>")]


async def look_at(person: Person, change: int = 0) -> Seen:
    """Open the record and choose a change, counted from the newest."""
    seen = await person.run(COMMAND)
    # Not by label: two changes of one port have the same.
    return await person.choose(seen.wire_values[change].partition("~")[0])


async def exported(person: Person) -> list[dict[str, Any]]:
    """Return the changes in the JSON file a person gets of what is stored."""
    await person.run("account")
    seen = await person.press("Get it all as JSON")
    (file,) = seen.message.attachments
    changes: list[dict[str, Any]] = json.loads(await file.read())["changes"]
    return changes
