"""The allocation endpoints; `creation.py` has the one that adds a row."""

from __future__ import annotations

import re
from typing import Any

from bot.demo.panel import errors
from bot.demo.panel.answers import Answer, no_content, success
from bot.demo.panel.calls import Call
from bot.demo.panel.database import Engine
from bot.demo.panel.records import Allocation, Server
from bot.demo.panel.state import PanelState

RULE_LENGTH = 256
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*")


def find(state: PanelState, server: Server, text: str, engine: Engine) -> Allocation | None:
    """Find a row the server owns, comparing the id as the database does: to MariaDB `101abc` is 101."""
    number = _NUMBER.match(text) if engine is Engine.MARIADB else _NUMBER.fullmatch(text)
    wanted = float(number[1]) if number else 0.0
    return next((row for row in state.allocations_of(server) if row.id == wanted), None)


def document(row: Allocation, server: Server, *, notes: str | None = None) -> dict[str, Any]:
    """Return a row the way every endpoint shows it."""
    attributes = {
        "id": row.id,
        "ip": row.ip,
        "ip_alias": row.ip_alias,
        "port": row.port,
        "notes": notes if notes is not None else row.notes,
        "is_default": row.id == server.primary_id,
    }
    return {"object": "allocation", "attributes": attributes}


def listing(call: Call) -> Answer:
    """List every row of the server, unpaged, in id order."""
    rows = call.state.allocations_of(call.server)
    return success({"object": "list", "data": [document(row, call.server) for row in rows]})


async def write_notes(call: Call) -> Answer:
    """Replace the notes; the answer echoes what was sent, the column may have cut it."""
    if "notes" not in call.fields:
        raise errors.invalid("notes", "present", "The notes field must be present.")
    notes = call.fields["notes"]
    if notes is not None and not isinstance(notes, str):
        raise errors.invalid("notes", "string", "The notes must be a string.")
    if notes is not None and len(notes) > RULE_LENGTH:
        text = f"The notes may not be greater than {RULE_LENGTH} characters."
        raise errors.invalid("notes", "max", text)
    length = call.traits.notes_length[call.engine]
    if notes is not None and length is not None and len(notes) > length and call.state.strict_db:
        raise errors.unexpected("QueryException")
    row, old = call.allocation, call.allocation.notes
    await call.database.write(call.request)
    row.notes = notes if notes is None else notes[:length]
    if notes != old:
        call.log("server:allocation.notes", row, old=old, new=notes)
    return success(document(row, call.server, notes=notes))


async def set_primary(call: Call) -> Answer:
    """Make a row the primary; Pterodactyl refuses that while another server's primary points at it."""
    row, server = call.allocation, call.server
    elsewhere = any(s.primary_id == row.id and s.id != server.id for s in call.state.servers.values())
    if elsewhere and call.traits.primary_is_protected:
        text = (
            f"Could not save Pterodactyl\\Models\\Server[{server.id}]: failed to validate data: "
            '{"allocation_id":["The allocation id has already been taken."]}'
        )
        raise errors.unexpected("DataValidationException", text)
    await call.database.write(call.request)
    server.primary_id = row.id
    call.log("server:allocation.primary", row)
    return success(document(row, server))


async def delete(call: Call) -> Answer:
    """Return a row to the pool; on Pelican even the primary."""
    row, server = call.allocation, call.server
    if not server.limit:
        raise errors.no_limit_set()
    if row.id == server.primary_id and call.traits.primary_is_protected:
        raise errors.primary_not_deletable()
    await call.database.write(call.request)
    call.state.release(row)
    call.log("server:allocation.delete", row)
    return no_content()
