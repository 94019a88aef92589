"""The account's API keys: listed, made and deleted with any key of the account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from bot.demo.panel import addresses, errors
from bot.demo.panel.addresses import NotAnAddress
from bot.demo.panel.answers import Answer, no_content, success
from bot.demo.panel.calls import Call
from bot.demo.panel.errors import PanelError
from bot.demo.panel.records import CREATED_AT, ApiKey, KeyKind

LONGEST_DESCRIPTION = 500
MOST_ADDRESSES = 50


def listing(call: Call) -> Answer:
    """List the user's own client keys, without their secrets and without pages."""
    return success({"object": "list", "data": [_document(key) for key in call.state.client_keys_of(call.user)]})


async def create(call: Call) -> Answer:
    """Make a new client key; the only time its secret is shown."""
    broken = [*_broken_description(call), *_broken_addresses(call)]
    if broken:
        raise errors.together(broken)
    if len(call.state.client_keys_of(call.user)) >= call.state.keys_per_account:
        raise errors.display("You have reached the account limit for number of API keys.")
    await call.database.write(call.request)
    token = call.state.add_key(
        call.user,
        call.chance.token(),
        allowed_ips=call.fields.get("allowed_ips") or (),
        description=call.fields["description"],
        prefix=call.traits.key_prefix,
    )
    key = call.state.key(token)
    key.created_at = call.state.clock()
    call.log("user:api-key.create", identifier=key.identifier)
    shown = _document(key)
    shown["meta"] = {"secret_token": token[16:]}
    return success(shown)


async def delete(call: Call) -> Answer:
    """Revoke one of the user's keys, known by its identifier; also the one used."""
    key = call.state.find_key(call.params["key"], call.engine)
    if key is None or key.user_id != call.user.id or key.kind is not KeyKind.CLIENT:
        raise errors.not_found()
    await call.database.write(call.request)
    key.revoked = True
    call.log("user:api-key.delete", identifier=key.identifier)
    return no_content()


def _broken_description(call: Call) -> Iterator[PanelError]:
    description = call.fields.get("description")
    if description is None:
        yield errors.invalid("description", "required", "The description field is required.")
    elif not isinstance(description, str):
        yield errors.invalid("description", "string", "The description must be a string.")
    elif len(description) > LONGEST_DESCRIPTION:
        text = f"The description may not be greater than {LONGEST_DESCRIPTION} characters."
        yield errors.invalid("description", "max", text)


def _broken_addresses(call: Call) -> Iterator[PanelError]:
    listed = call.fields.get("allowed_ips", [])
    if listed is None and call.traits.null_addresses:
        return
    if not isinstance(listed, list | dict):
        yield errors.invalid("allowed_ips", "array", "The allowed ips must be an array.")
        return
    if len(listed) > MOST_ADDRESSES:
        text = f"The allowed ips may not have more than {MOST_ADDRESSES} items."
        yield errors.invalid("allowed_ips", "max", text)
    entries = listed.items() if isinstance(listed, dict) else enumerate(listed)
    for index, entry in entries:
        yield from _broken_entry(f"allowed_ips.{index}", entry)


def _broken_entry(field: str, entry: Any) -> Iterator[PanelError]:
    if isinstance(entry, list | dict):
        raise errors.unexpected("ErrorException")
    if not isinstance(entry, str):
        yield errors.invalid(field, "string", f"The {field} must be a string.")
    if isinstance(entry, int):
        return  # a number is an address to the library, only not to the rule
    try:
        addresses.span(entry or "")
    except NotAnAddress:
        yield errors.invalid(field, "", f'"{entry or ""}" is not a valid IP address or CIDR range.')


def _document(key: ApiKey) -> dict[str, Any]:
    listed = key.allowed_ips
    attributes = {
        "identifier": key.identifier,
        "description": key.description,
        "allowed_ips": list(listed) if isinstance(listed, tuple) else listed,
        "last_used_at": _moment(key.last_used_at),
        "created_at": _moment(key.created_at) or CREATED_AT,
    }
    return {"object": "api_key", "attributes": attributes}


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(int(at), UTC).isoformat()
