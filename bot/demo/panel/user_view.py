"""A person as the client API shows them to others."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from bot.demo.panel.flavours import Traits
from bot.demo.panel.records import CREATED_AT, User

NULL_RESOURCE = {"object": "null_resource", "attributes": None}


def document(user: User | None, traits: Traits) -> dict[str, Any]:
    """Return a user; nothing, in the panel's way, for one that was deleted."""
    return NULL_RESOURCE if user is None else {"object": "user", "attributes": attributes(user, traits)}


def attributes(user: User, traits: Traits) -> dict[str, Any]:
    """Return what is shown of a user."""
    digest = md5(user.email.encode(), usedforsecurity=False).hexdigest()
    image = f"https://gravatar.com/avatar/{digest}"
    if not traits.users_are_shown_in_full:
        return {
            "uuid": user.uuid,
            "username": user.username,
            "email": user.email,
            "image": image,
            "2fa_enabled": user.two_factor,
            "created_at": CREATED_AT,
        }
    return {
        "uuid": user.uuid,
        "username": user.username,
        "email": user.email,
        "language": user.language,
        "image": image,
        "admin": user.admin,
        "root_admin": user.admin,
        "2fa_enabled": user.two_factor,
        "created_at": CREATED_AT,
        "updated_at": CREATED_AT,
    }
