"""What Discord sends, as JSON: users, members, channels, messages, and the ids in them."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
EPHEMERAL = 1 << 6
LOADING = 1 << 7
_EPOCH = 1_420_070_400_000
_counter = itertools.count()

BOT_ID = 109_000_000_000_000_001
"""Id of the bot's user; its application has the same, as on Discord."""
GUILD_ID = 109_000_000_000_000_002
CHANNEL_ID = 109_000_000_000_000_003
PERMISSIONS = str(1 << 31 | 1 << 11)
"""What a member may do in the channel: use commands, and write."""
BOT: Json = {
    "id": str(BOT_ID),
    "username": "berth",
    "global_name": None,
    "discriminator": "0000",
    "avatar": None,
    "bot": True,
    "verified": True,
    "mfa_enabled": True,
    "flags": 0,
}


def snowflake(shift: float = 0.0) -> int:
    """Return a new id that carries the present moment, as all of Discord's do, or one some seconds from it."""
    return ((int((time.time() + shift) * 1000) - _EPOCH) << 22) | (next(_counter) & 0x3FFFFF)


def now() -> str:
    """Return the present moment as Discord writes it."""
    return datetime.now(UTC).isoformat()


def user(user_id: int) -> Json:
    """Return a person as they are described in an interaction."""
    name = f"person{user_id}"
    return {"id": str(user_id), "username": name, "global_name": name, "discriminator": "0", "avatar": None}


def place(user_id: int, *, direct: bool) -> Json:
    """Return where an interaction happens and who acts: in the guild's channel, or in the bot's direct messages."""
    if direct:
        return {
            "channel_id": str(CHANNEL_ID),
            "channel": {"id": str(CHANNEL_ID), "type": 1, "last_message_id": None, "recipients": [user(user_id)]},
            "user": user(user_id),
            "context": 1,
        }
    member: Json = {
        "user": user(user_id),
        "roles": [],
        "joined_at": "2024-01-01T00:00:00+00:00",
        "premium_since": None,
        "nick": None,
        "avatar": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "permissions": PERMISSIONS,
    }
    return {
        "guild_id": str(GUILD_ID),
        "guild": {"id": str(GUILD_ID), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "channel_id": str(CHANNEL_ID),
        "channel": {
            "id": str(CHANNEL_ID),
            "type": 0,
            "guild_id": str(GUILD_ID),
            "name": "game-servers",
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "parent_id": None,
            "permissions": PERMISSIONS,
        },
        "member": member,
        "context": 0,
    }


def interaction(interaction_id: int, token: str, kind: int, user_id: int, data: Json, *, direct: bool) -> Json:
    """Return an INTERACTION_CREATE."""
    return {
        "id": str(interaction_id),
        "application_id": str(BOT_ID),
        "type": kind,
        "token": token,
        "version": 1,
        "data": data,
        "locale": "en-US",
        "app_permissions": "2147483648",
        "entitlements": [],
        "authorizing_integration_owners": {"0": str(GUILD_ID)},
        "attachment_size_limit": 10_485_760,
        **place(user_id, direct=direct),
    }


def command_data(definition: Json, path: list[str], values: Json, *, focused: str | None = None) -> Json:
    """Return the data of a slash command; option types are those the bot itself has declared.

    Raises LookupError for a command or option that the bot never told Discord of.
    """
    declared = definition.get("options", [])
    if not path:
        return {"options": [_option(declared, name, value, focused) for name, value in values.items()]}
    inner = next((option for option in declared if option["name"] == path[0]), None)
    if inner is None:
        raise LookupError(f"no such command: {path[0]}")
    return {
        "options": [{"name": path[0], "type": inner["type"], **command_data(inner, path[1:], values, focused=focused)}]
    }


def _option(declared: list[Json], name: str, value: object, focused: str | None) -> Json:
    kind = next((option["type"] for option in declared if option["name"] == name), None)
    if kind is None:
        raise LookupError(f"no such option: {name}")
    sent: Json = {"name": name, "type": kind, "value": value}
    return sent | {"focused": True} if name == focused else sent


def submitted(form: Json, fields: dict[str, str]) -> list[Json]:
    """Return a form's components as they come back, with what was entered; a field left out keeps its default."""
    sent = []
    for part in form["components"]:
        inner = part.get("component")
        rows = part.get("components", ())
        if inner is not None:
            sent.append({"type": part["type"], "id": part.get("id", 0), "component": _entered(inner, fields)})
        elif rows:
            sent.append({"type": part["type"], "components": [_entered(field, fields) for field in rows]})
    return sent


def _entered(field: Json, fields: dict[str, str]) -> Json:
    custom_id = field["custom_id"]
    name = custom_id.partition("~")[0]
    return {"type": field["type"], "custom_id": custom_id, "value": fields.get(name, field.get("value") or "")}
