"""The account endpoints: who the key belongs to, its API keys, and the list of permissions."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from bot.demo.panel import errors, user_view
from bot.demo.panel.answers import Answer, no_content, success
from bot.demo.panel.calls import Call
from bot.demo.panel.records import CREATED_AT, PERMISSIONS, ApiKey, KeyKind


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


def permissions(call: Call) -> Answer:
    """Answer with every permission there is."""
    shown = {
        group: {
            "description": f"Permissions that control {group}.",
            "keys": {key: f"Allows a user: {group}.{key}." for key in keys},
        }
        for group, keys in PERMISSIONS.items()
    }
    return success({"object": "system_permissions", "attributes": {"permissions": shown}})


def list_keys(call: Call) -> Answer:
    """List the user's own client keys, without their secrets."""
    keys = [key for key in call.state.keys if key.user_id == call.user.id and not key.revoked]
    return success({"object": "list", "data": [_document(key) for key in keys]})


async def create_key(call: Call) -> Answer:
    """Make a new client key; the only time its secret is shown."""
    addresses = call.fields.get("allowed_ips") or []
    for index, address in enumerate(addresses):
        try:
            ip_network(address, strict=False)
        except ValueError as error:
            text = f'"{address}" is not a valid IP address or CIDR range.'
            raise errors.invalid(f"allowed_ips.{index}", "", text) from error
    description = str(call.fields.get("description") or "")
    await call.database.write(call.request)
    token = call.state.add_key(call.user, allowed_ips=addresses, description=description)
    call.log("user:api-key.create", identifier=token[:16])
    shown = _document(call.state.key(token))
    shown["meta"] = {"secret_token": token[16:]}
    return success(shown)


async def delete_key(call: Call) -> Answer:
    """Revoke one of the user's keys, known by its identifier."""
    key = call.state.find_key(call.params["key"], call.engine)
    if key is None or key.user_id != call.user.id or key.kind is not KeyKind.CLIENT:
        raise errors.not_found()
    await call.database.write(call.request)
    key.revoked = True
    call.log("user:api-key.delete", identifier=key.identifier)
    return no_content()


def _document(key: ApiKey) -> dict[str, Any]:
    attributes = {
        "identifier": key.identifier,
        "description": key.description,
        "allowed_ips": list(key.allowed_ips),
        "last_used_at": None,
        "created_at": CREATED_AT,
    }
    return {"object": "api_key", "attributes": attributes}
