"""The activity logs: what was done on a server, and about an account."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha1
from ipaddress import IPv6Address, ip_address
from typing import Any

from bot.demo.panel import errors, user_view
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.calls import Call
from bot.demo.panel.flavours import Traits
from bot.demo.panel.paging import filters_of, page_of
from bot.demo.panel.records import Activity, Address

PER_PAGE = 25
_TAG = re.compile(r"<[^\s>][^>]*>?")


def of_server(call: Call) -> Answer:
    """Answer with what was done on a server."""
    server, users = call.server, call.state.users

    def hidden(line: Activity) -> bool:
        # Of an administrator who is here as nothing else; they do not see it themselves.
        actor = users.get(line.actor_id or 0)
        outsider = actor is not None and actor.id != server.owner_id and actor.id not in server.subusers
        return call.state.hides_administrators and outsider and actor is not None and actor.admin

    return _listing(call, [line for line in call.state.activity if line.server_id == server.id and not hidden(line)])


def of_account(call: Call) -> Answer:
    """Answer with what was done about the account itself; what its user did on servers is not there."""
    return _listing(
        call, [line for line in call.state.activity if line.server_id is None and line.actor_id == call.user.id]
    )


def _listing(call: Call, lines: Sequence[Activity]) -> Answer:
    for name, value in filters_of(call):
        if name != "event":
            raise errors.invalid_filter(name, "event")
        matches = [_pattern(part, call.traits) for part in value.split(",")]
        lines = [line for line in lines if any(match(line.event) for match in matches)]
    sort = call.fields.get("sort")
    if sort not in {None, "timestamp", "-timestamp"}:
        raise errors.invalid_sort(str(sort).removeprefix("-"))
    if sort is not None:
        # Whole seconds: what happened within one stays in its order either way.
        lines = sorted(lines, key=lambda line: int(line.at), reverse=sort == "-timestamp")
    page = page_of(call, lines, default=PER_PAGE)
    return success(page.document([_document(call, line) for line in page.rows]))


def _pattern(text: str, traits: Traits) -> Callable[[str], bool]:
    wildcard = ".*" if traits.filters_know_wildcards else "%"
    expression = re.compile(wildcard.join(map(re.escape, text.split("%"))), re.IGNORECASE)
    return lambda event: expression.search(event) is not None


def _document(call: Call, line: Activity) -> dict[str, Any]:
    traits = call.traits
    attributes: dict[str, Any] = {"id": sha1(str(line.id).encode(), usedforsecurity=False).hexdigest()}
    if traits.activity_has_batches:
        attributes["batch"] = None
    attributes |= {
        "event": line.event,
        "is_api": line.is_api,
        "ip": line.ip if call.user.admin or line.actor_id == call.user.id else None,
        "description": None,
        "properties": _properties(line, traits),
        "has_additional_metadata": False,
        "timestamp": datetime.fromtimestamp(int(line.at), UTC).isoformat(),
    }
    shown = {"object": "activity_log", "attributes": attributes}
    if "actor" in {name.partition(".")[0] for name in str(call.fields.get("include") or "").split(",")}:
        actor = user_view.document(call.state.users.get(line.actor_id or 0), traits)
        attributes["relationships"] = {"actor": actor}
    return shown


def _properties(line: Activity, traits: Traits) -> dict[str, Any] | list[Any]:
    shown: dict[str, str | None] = {}
    if line.allocation is not None:
        shown["allocation"] = _spelled(line.allocation, traits)
    shown |= line.properties
    if not traits.activity_is_text:
        return shown
    # PHP's empty list; and in texts no tags, nor null.
    return {name: _TAG.sub("", value or "") for name, value in shown.items()} or []


def _spelled(address: Address, traits: Traits) -> str:
    if not traits.activity_is_text:
        return f"{address.ip}:{address.port}"
    bracketed = isinstance(ip_address(address.ip), IPv6Address)
    ip = f"[{address.ip}]" if bracketed else address.ip
    return f"{address.alias or ip}:{address.port}"
