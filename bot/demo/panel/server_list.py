"""GET /api/client: which servers a user sees, filtered and paged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from bot.demo.panel import errors, server_view
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.calls import Call
from bot.demo.panel.records import Server
from bot.demo.panel.state import PanelState

DEFAULT_PER_PAGE = 50
MAX_PER_PAGE = 100
ELOQUENT_PER_PAGE = 15
COLUMNS = ("uuid", "name", "description", "external_id")
_FILTER = re.compile(r"filter\[(.*)\]")
_ADDRESS = re.compile(r"((?:\d{1,3}\.){3}\d{1,3})?(?::(\d{1,5}))?")


def listing(call: Call) -> Answer:
    """Answer with one page of the user's servers."""
    per_page = _per_page(call.fields)
    servers = _visible(call)
    for name, value in call.fields.items():
        if (named := _FILTER.fullmatch(name)) and value is not None:
            servers = _filtered(call.state, servers, named[1], str(value))
    page = _page(call.fields)
    total, start = len(servers), (page - 1) * per_page
    includes = server_view.includes_of(call)
    data = [
        server_view.document(call.state, server, call.user, includes) for server in servers[start : start + per_page]
    ]
    last = max(1, -(-total // per_page))
    pagination = {
        "total": total,
        "count": len(data),
        "per_page": per_page,
        "current_page": page,
        "total_pages": last,
        "links": _links(call, page, last),
    }
    return success({"object": "list", "data": data, "meta": {"pagination": pagination}})


def _per_page(fields: dict[str, Any]) -> int:
    text = fields.get("per_page")
    if text is None:
        return DEFAULT_PER_PAGE
    if not re.fullmatch(r"-?\d+", str(text)):
        return MAX_PER_PAGE  # PHP compares the word with 100 and takes the lesser
    number = min(int(text), MAX_PER_PAGE)
    if number < 0:
        raise errors.unexpected("QueryException")
    return number or ELOQUENT_PER_PAGE


def _page(fields: dict[str, Any]) -> int:
    text = str(fields.get("page") or "")
    return int(text) if text.isascii() and text.isdecimal() and int(text) > 0 else 1


def _visible(call: Call) -> list[Server]:
    user, kind = call.user, call.fields.get("type")
    servers = sorted(call.state.servers.values(), key=lambda server: server.id)
    if kind in {"admin", "admin-all"}:
        if not user.admin:
            return []
        return [s for s in servers if kind == "admin-all" or not _has_part_in(s, user.id)]
    if kind == "owner":
        return [server for server in servers if server.owner_id == user.id]
    return [server for server in servers if _has_part_in(server, user.id)]


def _has_part_in(server: Server, user_id: int) -> bool:
    return server.owner_id == user_id or user_id in server.subusers


def _filtered(state: PanelState, servers: Iterable[Server], name: str, value: str) -> list[Server]:
    if name == "*":
        if "," in value:
            raise errors.unexpected("TypeError")  # the panel hands a list to code that takes a string
        return [server for server in servers if _matches_any(state, server, value)]
    if name not in COLUMNS:
        raise errors.invalid_filter(name)
    parts = value.split(",")
    return [s for s in servers if any(_like(f"%{part}%", getattr(s, name)) for part in parts)]


def _matches_any(state: PanelState, server: Server, value: str) -> bool:
    address = _ADDRESS.fullmatch(value)
    if address and value:
        ip, port = address.groups()
        return any(
            (ip is None or row.ip == ip) and (port is None or str(row.port).startswith(port))
            for row in state.allocations_of(server)
        )
    return (
        _like(f"%{value}%", server.name)
        or _like(f"{value}%", server.uuid)
        or value in {server.identifier, server.external_id}
    )


def _like(pattern: str, text: str | None) -> bool:
    expression = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text or "", re.IGNORECASE | re.DOTALL) is not None


def _links(call: Call, page: int, last: int) -> dict[str, str]:
    query = [(name, value) for name, value in call.request.query if name != "page"]

    def link(number: int) -> str:
        parameters = urlencode([*query, ("page", str(number))])
        return f"{call.request.base_url}/api/client?{parameters}"

    links = {"previous": link(page - 1)} if page > 1 else {}
    return links | ({"next": link(page + 1)} if page < last else {})
