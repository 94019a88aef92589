"""GET /api/client: which servers a user sees, filtered and paged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.demo.panel import errors, server_view
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.calls import Call
from bot.demo.panel.paging import filters_of, page_of
from bot.demo.panel.records import Server
from bot.demo.panel.state import PanelState

PER_PAGE = 50
COLUMNS = ("uuid", "name", "description", "external_id")
ALLOWED = ", ".join((*COLUMNS, "*"))
_ADDRESS = re.compile(r"((?:\d{1,3}\.){3}\d{1,3})?(?::(\d{1,5}))?")


def listing(call: Call) -> Answer:
    """Answer with one page of the user's servers."""
    servers = _visible(call)
    for name, value in filters_of(call):
        servers = _filtered(call.state, servers, name, value)
    page = page_of(call, servers, default=PER_PAGE)
    includes = server_view.includes_of(call)
    return success(page.document([server_view.document(call, server, includes) for server in page.rows]))


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
        raise errors.invalid_filter(name, ALLOWED)
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
