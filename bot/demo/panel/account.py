"""Who the key belongs to, and the permissions there are."""

from __future__ import annotations

from bot.demo.panel import permissions, user_view
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.calls import Call


def account(call: Call) -> Answer:
    """Answer with the key's user; the best check of a key."""
    user = call.user
    if not call.traits.account_has_id:
        return success(user_view.document(user, call.traits))
    attributes = {
        "id": user.id,
        "admin": user.admin,
        "username": user.username,
        "email": user.email,
        "first_name": user.username.capitalize(),
        "last_name": user.last_name,
        "language": user.language,
    }
    return success({"object": "user", "attributes": attributes})


def every_permission(call: Call) -> Answer:
    """Answer with every permission there is."""
    shown = permissions.described() if call.traits.permissions_are_described else permissions.listed()
    return success({"object": "system_permissions", "attributes": {"permissions": shown}})
