"""The account's API keys: listed, made and deleted with any key of the account."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

from bot.demo.panel import errors
from bot.demo.panel.answers import Answer, no_content, success
from bot.demo.panel.calls import Call
from bot.demo.panel.records import CREATED_AT, ApiKey, KeyKind

MOST_KEYS = 25
MOST_ADDRESSES = 50


def listing(call: Call) -> Answer:
    """List the user's own client keys, without their secrets."""
    return success({"object": "list", "data": [_document(key) for key in _keys_of(call)]})


async def create(call: Call) -> Answer:
    """Make a new client key; the only time its secret is shown."""
    description = call.fields.get("description")
    if description is None:
        raise errors.invalid("description", "required", "The description field is required.")
    addresses = _addresses(call)
    if len(_keys_of(call)) >= MOST_KEYS:
        raise errors.display("You have reached the account limit for number of API keys.")
    await call.database.write(call.request)
    token = call.state.add_key(
        call.user, allowed_ips=addresses, description=str(description), prefix=call.traits.key_prefix
    )
    call.log("user:api-key.create", identifier=token[:16])
    shown = _document(call.state.key(token))
    shown["meta"] = {"secret_token": token[16:]}
    return success(shown)


async def delete(call: Call) -> Answer:
    """Revoke one of the user's keys, known by its identifier."""
    key = call.state.find_key(call.params["key"], call.engine)
    if key is None or key.user_id != call.user.id or key.kind is not KeyKind.CLIENT:
        raise errors.not_found()
    await call.database.write(call.request)
    key.revoked = True
    call.log("user:api-key.delete", identifier=key.identifier)
    return no_content()


def _keys_of(call: Call) -> list[ApiKey]:
    keys = (key for key in call.state.keys if key.user_id == call.user.id and not key.revoked)
    return [key for key in keys if key.kind is KeyKind.CLIENT]


def _addresses(call: Call) -> Sequence[str]:
    addresses = call.fields.get("allowed_ips", [])
    if addresses is None and call.traits.null_addresses:
        return []
    if not isinstance(addresses, list):
        raise errors.invalid("allowed_ips", "array", "The allowed ips must be an array.")
    if len(addresses) > MOST_ADDRESSES:
        text = f"The allowed ips may not have more than {MOST_ADDRESSES} items."
        raise errors.invalid("allowed_ips", "max", text)
    for index, address in enumerate(addresses):
        if not isinstance(address, str) or not address:
            raise errors.invalid(f"allowed_ips.{index}", "string", f"The allowed_ips.{index} must be a string.")
        try:
            ip_network(address, strict=False)
        except ValueError as error:
            text = f'"{address}" is not a valid IP address or CIDR range.'
            raise errors.invalid(f"allowed_ips.{index}", "", text) from error
    return addresses


def _document(key: ApiKey) -> dict[str, Any]:
    attributes = {
        "identifier": key.identifier,
        "description": key.description,
        "allowed_ips": list(key.allowed_ips),
        "last_used_at": None,
        "created_at": CREATED_AT,
    }
    return {"object": "api_key", "attributes": attributes}
