"""A server as the client API shows it, and what a subuser sees less of."""

from __future__ import annotations

from typing import Any

from bot.demo.panel import allocations, errors, user_view
from bot.demo.panel.answers import Answer, success
from bot.demo.panel.auth import may, permissions_of
from bot.demo.panel.calls import Call
from bot.demo.panel.records import Server, User
from bot.demo.panel.state import PanelState

INVOCATION = "java -Xms128M -XX:MaxRAMPercentage=95.0 -Dterminal.jline=false -Dterminal.ansi=true -jar "


def view(call: Call) -> Answer:
    """Answer with one server; the only place that tells permissions."""
    shown = document(call, call.server, includes_of(call))
    shown["meta"] = {
        "is_server_owner": call.server.owner_id == call.user.id,
        "user_permissions": permissions_of(call.server, call.user),
    }
    return success(shown)


def includes_of(call: Call) -> set[str]:
    """Return the relationships the query asks for."""
    return set(str(call.fields.get("include") or "").split(","))


def document(call: Call, server: Server, includes: set[str]) -> dict[str, Any]:
    """Return a server with the relationships this user may see."""
    state, user = call.state, call.user
    node = state.nodes[server.node_id]
    attributes = {
        "server_owner": server.owner_id == user.id,
        "identifier": server.identifier,
        "internal_id": server.id,
        "uuid": server.uuid,
        "name": server.name,
        "node": node.name,
        "is_node_under_maintenance": node.maintenance,
        "sftp_details": {"ip": node.fqdn, "port": 2022},
        "description": server.description,
        "limits": {
            "memory": 1024,
            "swap": 0,
            "disk": 2048,
            "io": 500,
            "cpu": 100,
            "threads": None,
            "oom_disabled": True,
        },
        "invocation": INVOCATION + ("server.jar" if may(server, user, "startup.read") else "[hidden]"),
        "docker_image": "ghcr.io/pterodactyl/yolks:java_17",
        "egg_features": ["eula", "java_version", "pid_limit"],
        "feature_limits": {"databases": 0, "allocations": server.limit, "backups": 0},
        "status": server.status,
        "is_suspended": server.status == "suspended",
        "is_installing": server.installing,
        "is_transferring": server.transferring,
        "relationships": _relationships(call, server, includes),
    }
    return {"object": "server", "attributes": attributes}


def _relationships(call: Call, server: Server, includes: set[str]) -> dict[str, Any]:
    state, user = call.state, call.user
    shown: dict[str, Any] = {
        "allocations": {"object": "list", "data": _allocations(state, server, user)},
        "variables": _variables() if may(server, user, "startup.read") else user_view.NULL_RESOURCE,
    }
    if "egg" in includes:
        uuid = "10f77dc3-3001-4e79-b3a0-dd26d802b823"
        shown["egg"] = {"object": "egg", "attributes": {"uuid": uuid, "name": "Paper"}}
    if "subusers" in includes:
        allowed = may(server, user, "user.read")
        shown["subusers"] = _subusers(call, server) if allowed else user_view.NULL_RESOURCE
    return shown


def _allocations(state: PanelState, server: Server, user: User) -> list[dict[str, Any]]:
    rows = state.allocations_of(server)
    if may(server, user, "allocation.read"):
        return [allocations.document(row, server) for row in rows]
    primary = next((row for row in rows if row.id == server.primary_id), None)
    if primary is None:
        # The panel dereferences the missing row, and takes the user's whole server list with it.
        raise errors.unexpected("ErrorException")
    shown = allocations.document(primary, server)
    shown["attributes"]["notes"] = None
    return [shown]


def _variables() -> dict[str, Any]:
    attributes = {
        "name": "Server Jar File",
        "description": "The name of the server jarfile to run the server with.",
        "env_variable": "SERVER_JARFILE",
        "default_value": "server.jar",
        "server_value": "server.jar",
        "is_editable": True,
        "rules": "required|string|max:20",
    }
    return {"object": "list", "data": [{"object": "egg_variable", "attributes": attributes}]}


def _subusers(call: Call, server: Server) -> dict[str, Any]:
    data = []
    for user_id, permissions in server.subusers.items():
        shown = user_view.attributes(call.state.users[user_id], call.traits)
        data.append({"object": "server_subuser", "attributes": {**shown, "permissions": list(permissions)}})
    return {"object": "list", "data": data}
